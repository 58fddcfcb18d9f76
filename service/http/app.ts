import fastify, { type FastifyInstance } from 'fastify';
import type { RequestListener } from 'node:http';
import type { Broker } from '../routing/broker.js';
import { AllFailed } from '../routing/errors.js';
import type { Pulls } from '../routing/pulls.js';
import type { Router } from '../routing/router.js';
import type { Log } from '../telemetry/log.js';
import { refusal } from './access.js';
import { bodyLimit } from './answering.js';
import { dialectOf, errorBody, explained, RequestRefused, statusIn } from './errors.js';
import { brokerRoutes } from './routes/broker.js';
import { chatRoutes } from './routes/chat.js';
import { countTokensRoute } from './routes/countTokens.js';
import { embeddingRoutes } from './routes/embeddings.js';
import { managementRoutes } from './routes/management.js';
import { modelRoutes } from './routes/models.js';
import { unreadRoutes } from './routes/unread.js';

/** What the routes need. */
export interface Services {
  readonly broker: Broker;
  readonly router: Router;
  readonly pulls: Pulls;
  readonly log: Log;
}

/** The local API, as what answers the requests of an HTTP server. */
export async function createApp(services: Services): Promise<RequestListener> {
  const app = fastify({
    bodyLimit,
    exposeHeadRoutes: false,
    routerOptions: { ignoreTrailingSlash: true },
    schemaController: { compilersFactory: { buildValidator: noSchemas, buildSerializer: noSchemas } },
  });

  // Bodies stay the bytes they are; the routes read them as JSON whatever they are called, as Ollama does.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => {
    done(null, body);
  });

  app.addHook('onRequest', (request, _reply, done) => {
    const { host, origin } = request.headers;
    const overUnixSocket = request.raw.socket.remoteAddress === undefined;
    const reason = refusal({ host, origin, overUnixSocket });
    done(reason === undefined ? undefined : new RequestRefused('forbidden', reason));
  });

  app.setErrorHandler((error, request, reply) => {
    const { kind, message, status, retryAfter } = explained(error);
    if (kind === 'internal') services.log.error(`${request.method} ${request.url}: ${String((error as Error).stack)}`);
    if (retryAfter !== undefined) reply.header('retry-after', Math.ceil(retryAfter / 1000));
    // Whatever made sense was tried again here; clients of OpenAI's and Anthropic's heed this.
    else if (error instanceof AllFailed) reply.header('x-should-retry', 'false');
    const dialect = dialectOf(request.url);
    return reply.code(status ?? statusIn(dialect, kind)).send(errorBody(dialect, kind, message));
  });

  app.setNotFoundHandler((request, reply) => {
    const path = request.url.replace(/\?.*/s, '');
    const allowed = methodsOf(app, path);
    if (allowed.length === 0) throw new RequestRefused('notFound', `there is nothing at ${path}`);
    reply.header('allow', allowed.join(', '));
    throw new RequestRefused('notAllowed', `${path} takes ${allowed.join(' or ')}, not ${request.method}`);
  });

  brokerRoutes(app, services);
  modelRoutes(app, services);
  embeddingRoutes(app, services);
  managementRoutes(app, services);
  chatRoutes(app, services);
  countTokensRoute(app, services);
  unreadRoutes(app, services, (path) => methodsOf(app, path));

  await app.ready();
  return (request, response) => {
    app.routing(request, response);
  };
}

/** Stands in fastify for the compilers of schemas, 2 MB of memory that the routes don't need: they have none. */
function noSchemas(): never {
  throw new Error('A route has a schema, and fastify was built without what compiles it (scripts/build-service.mjs).');
}

function methodsOf(app: FastifyInstance, path: string): string[] {
  return ['GET', 'HEAD', 'POST'].filter((method) => app.hasRoute({ method, url: path }));
}
