import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { maxHeaderSize, type RequestListener } from 'node:http';
import type { Broker } from '../routing/broker.js';
import { AllFailed } from '../routing/errors.js';
import type { Pulls } from '../routing/pulls.js';
import type { Router } from '../routing/router.js';
import type { Log } from '../telemetry/log.js';
import type { Metrics } from '../telemetry/metrics.js';
import type { KeyRecord } from '../keys/key.js';
import type { Admission } from './admission.js';
import { bodyLimit } from './answering.js';
import { corsHeaders, isPreflight, preflightHeaders } from './cors.js';
import { dialectOf, errorBody, explained, RequestRefused, statusIn } from './errors.js';
import { brokerRoutes } from './routes/broker.js';
import { eventsRoute } from './routes/events.js';
import { chatRoutes } from './routes/chat.js';
import { countTokensRoute } from './routes/countTokens.js';
import { embeddingRoutes } from './routes/embeddings.js';
import { managementRoutes } from './routes/management.js';
import { metricsRoute } from './routes/metrics.js';
import { modelRoutes } from './routes/models.js';
import { unreadRoutes } from './routes/unread.js';

/** What the routes need. */
export interface Services {
  readonly broker: Broker;
  readonly router: Router;
  readonly pulls: Pulls;
  readonly admission: Admission;
  /** Tells that the broker ends, and with it whatever else never would. */
  readonly closing: AbortSignal;
  readonly metrics: Metrics;
  readonly log: Log;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** The key for which it was let in, if it has shown one. */
    key?: KeyRecord | undefined;
  }
}

/** The local API, as what answers the requests of an HTTP server. */
export async function createApp(services: Services): Promise<RequestListener> {
  const tell = teller(services.log);
  const app = fastify({
    bodyLimit,
    exposeHeadRoutes: false,
    // What comes behind /api/ and /v1/ may be as long as a request's head.
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: maxHeaderSize },
    rewriteUrl: ({ url = '/' }) => originForm(url),
    frameworkErrors: tell,
    schemaController: { compilersFactory: { buildValidator: noSchemas, buildSerializer: noSchemas } },
  });

  // Bodies stay the bytes they are; the routes read them as JSON whatever they are called, as Ollama does.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => {
    done(null, body);
  });

  const methodsOf = noted(app);

  app.decorateRequest('key', undefined);
  app.addHook('onRequest', async (request, reply) => {
    const { admission } = services;
    admission.checkHeaders(request.raw);
    const page = admission.pageOf(request.raw);
    if (page !== undefined) {
      // On the raw reply, since answers are written there: refusals have them, too, so that the page can read why.
      for (const [name, value] of Object.entries(corsHeaders(page))) reply.raw.setHeader(name, value);
      if (isPreflight(request.method, request.headers)) {
        return reply.code(204).headers(preflightHeaders(request.headers)).send();
      }
    }
    request.key = await admission.admit(request.raw, request.routeOptions.url === '/healthz');
    return undefined;
  });

  app.setErrorHandler(tell);

  app.setNotFoundHandler((request, reply) => {
    const path = pathOf(request);
    const allowed = methodsOf(path);
    if (allowed.length === 0) throw new RequestRefused('notFound', `there is nothing at ${path}`);
    reply.header('allow', allowed.join(', '));
    throw new RequestRefused('notAllowed', `${path} takes ${allowed.join(' or ')}, not ${request.method}`);
  });

  brokerRoutes(app, services);
  metricsRoute(app, services);
  eventsRoute(app, services);
  modelRoutes(app, services);
  embeddingRoutes(app, services);
  managementRoutes(app, services);
  chatRoutes(app, services);
  countTokensRoute(app, services);
  unreadRoutes(app, services, methodsOf);

  await app.ready();
  return (request, response) => {
    app.routing(request, response);
  };
}

/** What tells an error to the application, in the shape of the dialect that it asked in. */
function teller(log: Log): (error: unknown, request: FastifyRequest, reply: FastifyReply) => void {
  return (error, request, reply) => {
    const { kind, message, status, retryAfter } = explained(error);
    if (kind === 'internal') log.error(`${request.method} ${pathOf(request)}: ${String((error as Error).stack)}`);
    if (retryAfter !== undefined) reply.header('retry-after', Math.ceil(retryAfter / 1000));
    // Whatever made sense was tried again here; clients of OpenAI's and Anthropic's heed this.
    else if (error instanceof AllFailed) reply.header('x-should-retry', 'false');
    if (kind === 'unauthenticated') reply.header('www-authenticate', 'Bearer');
    // A connection that is closed while more comes is reset, and the answer lost with it: the rest is read and dropped.
    if (kind === 'tooLarge') reply.removeHeader('connection');
    const dialect = dialectOf(request);
    void reply.code(status ?? statusIn(dialect, kind)).send(errorBody(dialect, kind, message));
  };
}

/** A target as it is asked of a server, also where it is written as for a proxy (RFC 9112, 3.2.2). */
function originForm(target: string): string {
  const path = target.replace(/^https?:\/\/[^/?#]*/i, '');
  return path === target || path.startsWith('/') ? path : `/${path}`;
}

/** Stands in fastify for the compilers of schemas, 2 MB of memory that the routes don't need: they have none. */
function noSchemas(): never {
  throw new Error('A route has a schema, and fastify was built without what compiles it (scripts/service-bundle.mjs).');
}

/** Where a request goes. Behind a ? some clients write keys. */
function pathOf({ url }: FastifyRequest): string {
  return url.replace(/\?.*/s, '');
}

/**
 * Notes the routes that come from now on. fastify's own `hasRoute` takes a path for a pattern, and fails on one that is none.
 *
 * @returns the methods of the route that a path is, none if it is that of no route alone
 */
function noted(app: FastifyInstance): (path: string) => string[] {
  const methods = new Map<string, string[]>();
  app.addHook('onRoute', ({ url, method }) => {
    if (!url.endsWith('*')) methods.set(url, [...(methods.get(url) ?? []), method].flat());
  });
  return (path) => methods.get(path) ?? [];
}
