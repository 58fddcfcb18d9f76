import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Cancelled } from '../../connections/upstream.js';
import { InvalidRequest } from '../../dialects/errors.js';
import { type Fields, isObject, modelOf } from '../../dialects/fields.js';
import { continuedOllama } from '../../dialects/ollama/continuation.js';
import { ollamaFraming } from '../../dialects/ollama/frames.js';
import { ollamaNeeds } from '../../dialects/ollama/request.js';
import { continuedOpenai } from '../../dialects/openai/continuation.js';
import { openaiFraming } from '../../dialects/openai/frames.js';
import { openaiNeeds } from '../../dialects/openai/request.js';
import type { RoutedRequest } from '../../routing/router.js';
import type { Services } from '../app.js';
import { dialectOf, RequestRefused } from '../errors.js';
import { requestHeaders } from '../headers.js';
import { relay } from '../relay.js';

/** What is answered by a model. */
export function chatRoutes(app: FastifyInstance, services: Services): void {
  for (const path of ['/api/chat', '/api/generate', '/v1/chat/completions']) {
    app.post(path, (request, reply) => passThrough(path, request, reply, services));
  }
}

/** Sends a request to the first connection that can answer it, and its answer back as it comes. */
async function passThrough(
  path: string,
  request: FastifyRequest,
  reply: FastifyReply,
  services: Services,
): Promise<void> {
  const dialect = dialectOf(path);
  const bytes = bytesOf(request);
  const fields = fieldsOf(bytes);
  const model = modelOf(fields);
  const route = request.headers['x-cloudtolocalllm-route'];

  const gone = new AbortController();
  const finished = services.broker.requestBegins();
  // The request's own `close` comes as soon as its body is read; only the reply's means that the client went away.
  reply.raw.on('close', () => {
    finished();
    gone.abort();
  });

  const { streamed, framing, needs, continued } = dialect === 'openai' ? openaiChat(fields) : ollamaChat(path, fields);
  try {
    const routed = await services.router.send(
      {
        dialect,
        path,
        model,
        bytes,
        fields,
        headers: requestHeaders(request.headers),
        route: typeof route === 'string' ? route : undefined,
        streamed,
        framing,
        needs,
        continued,
      },
      gone.signal,
    );
    reply.hijack();
    relay(routed, dialect, reply.raw);
  } catch (error) {
    if (!(error instanceof Cancelled)) throw error;
    // Nobody is left to answer.
    reply.hijack();
  }
}

type Understood = Pick<RoutedRequest, 'streamed' | 'framing' | 'needs' | 'continued'>;

function ollamaChat(path: string, fields: Fields): Understood {
  return {
    streamed: fields.stream !== false,
    framing: ollamaFraming,
    needs: ollamaNeeds(fields),
    continued: (delivered, how) => continuedOllama(path, fields, delivered, how),
  };
}

function openaiChat(fields: Fields): Understood {
  return {
    streamed: fields.stream === true,
    framing: openaiFraming,
    needs: openaiNeeds(fields),
    continued: (delivered, how) => continuedOpenai(fields, delivered, how),
  };
}

function bytesOf({ body, headers }: FastifyRequest): Buffer {
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') {
    throw new RequestRefused('invalid', `a request can't be compressed (Content-Encoding: ${encoding})`);
  }
  if (!Buffer.isBuffer(body) || body.length === 0) throw new InvalidRequest('the request has no body; it must be JSON');
  return body;
}

function fieldsOf(bytes: Buffer): Fields {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    throw new InvalidRequest(`the request is not JSON: ${(error as Error).message}`);
  }
  if (!isObject(value)) throw new InvalidRequest('the request must be a JSON object');
  return value;
}
