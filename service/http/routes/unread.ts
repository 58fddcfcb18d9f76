import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ServerResponse } from 'node:http';
import { PassThrough, Readable } from 'node:stream';
import type { Connection } from '../../connections/connection.js';
import { type Method, unhurried } from '../../connections/upstream.js';
import type { Dialect } from '../../dialects/dialect.js';
import { NoConnection } from '../../routing/errors.js';
import { passOn } from '../../routing/passage.js';
import { answering, scopeOf } from '../answering.js';
import type { Services } from '../app.js';
import { dialectOf, RequestRefused } from '../errors.js';
import { passedHeaders } from '../headers.js';
import { relayUnread } from '../relay.js';

/** What each dialect's servers are, for messages. */
const servers: Readonly<Record<Dialect, string>> = {
  ollama: 'is an Ollama server',
  openai: 'speaks OpenAI’s API',
  anthropic: 'speaks Anthropic’s API',
};

/**
 * Everything else that an application asks of an API: handed through untouched, in both directions as it comes, to the
 * first connection that speaks the dialect. What is asked there may change something, so no other is tried.
 */
export function unreadRoutes(app: FastifyInstance, { broker }: Services, methodsOf: (path: string) => string[]): void {
  void app.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, body, parsed) => {
      parsed(null, body);
    });
    for (const url of ['/api/*', '/v1/*']) {
      scope.route({
        method: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
        url,
        handler: async (request, reply) => {
          const path = pathOf(request);
          const allowed = methodsOf(path);
          if (allowed.length > 0) {
            reply.header('allow', allowed.join(', '));
            throw new RequestRefused('notAllowed', `${path} takes ${allowed.join(' or ')}, not ${request.method}`);
          }
          const dialect = dialectOf(request);
          const passage = {
            request: {
              method: request.method as Method,
              path: request.url,
              headers: passedHeaders(request.headers),
              ...(request.body instanceof Readable ? { body: uploaded(request.body, reply.raw) } : {}),
              timeouts: unhurried,
            },
            ...scopeOf(request),
            fits: (one: Connection) => one.dialect === dialect && one.settings.kind !== 'demo',
            must: servers[dialect],
          };
          await answering(broker, reply, async (signal) => {
            const passed = await passOn(broker, passage, signal).catch((error: unknown) => {
              if (!(error instanceof NoConnection)) throw error;
              throw new RequestRefused('notFound', `there is nothing at ${path}, and ${error.message}`);
            });
            // Who hears that a model has come, gone or got another name asks for what there is next.
            const known = (): Promise<void> =>
              changes(request.method, path) ? passed.connection.checkAgain() : Promise.resolve();
            const streamed = passed.reply.headers['content-length'] === undefined;
            if (!streamed) await known();
            relayUnread(passed, reply.raw, streamed ? known : undefined);
          });
          return reply;
        },
      });
    }
    done();
  });
}

/** The path without its query. @throws {RequestRefused} if it leads elsewhere than it says */
function pathOf({ url }: FastifyRequest): string {
  const path = url.replace(/\?.*/s, '');
  if (path.split(/\/|\\|%2f|%5c/i).some((part) => /^(\.|%2e){1,2}$/i.test(part))) {
    throw new RequestRefused('invalid', `a path must not hold "." or "..", as ${path} does`);
  }
  return path;
}

/**
 * An upload as it is handed on. What is left of it when it was answered before its end is read and dropped: the client may
 * look at the answer only when all is sent, and its next request comes behind it.
 */
function uploaded(body: Readable, answer: ServerResponse): Readable {
  answer.once('finish', () => body.unpipe().resume());
  return body.pipe(new PassThrough());
}

/** Whether a request may change what models there are. A blob is none yet. */
function changes(method: string, path: string): boolean {
  return !['GET', 'HEAD'].includes(method) && path.startsWith('/api/') && !path.startsWith('/api/blobs/');
}
