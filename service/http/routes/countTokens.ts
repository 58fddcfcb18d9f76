import type { FastifyInstance } from 'fastify';
import { anthropicMessages } from '../../dialects/anthropic/api.js';
import { textOf } from '../../dialects/chat.js';
import { type Fields, modelOf } from '../../dialects/fields.js';
import { answering, bytesOf, fieldsOf, scopeOf } from '../answering.js';
import type { Services } from '../app.js';
import { requestHeaders } from '../headers.js';
import { passOn } from '../../routing/passage.js';
import { relayUnread } from '../relay.js';

const path = '/v1/messages/count_tokens';

/** What a token is on the average, in English; no server but Anthropic's is asked, whose models have other tokens. */
const charactersPerToken = 4;

/** A picture's tokens, at the usual size (Anthropic's documentation, "Vision": width times height by 750). */
const tokensPerPicture = 1500;

/**
 * How long a request is in tokens: as Anthropic's server says where the model is one of its own, else estimated, which the
 * header `x-cloudtolocalllm-estimated` tells. Clients ask to know when a conversation becomes too long.
 */
export function countTokensRoute(app: FastifyInstance, { broker }: Services): void {
  app.post(path, async (request, reply) => {
    const bytes = await bytesOf(request);
    const fields = fieldsOf(bytes);
    const model = modelOf(fields);
    const scope = scopeOf(request);
    const first = broker.routed(scope).find((one) => one.reachable && one.has(model) !== 'no');
    if (first?.dialect !== 'anthropic') {
      reply.header('x-cloudtolocalllm-estimated', 'true');
      return { input_tokens: estimated(fields) };
    }
    const body = Buffer.from(JSON.stringify({ ...fields, model: first.nameFor(model) }));
    const passage = {
      request: { method: 'POST' as const, path, headers: requestHeaders(request.headers), body },
      ...scope,
      fits: (one: unknown) => one === first,
      must: 'speaks Anthropic’s API',
    };
    await answering(broker, reply, async (signal) => {
      relayUnread(await passOn(broker, passage, signal), reply.raw);
    });
    return reply;
  });
}

function estimated(fields: Fields): number {
  const { request } = anthropicMessages.decode({ max_tokens: 1, ...fields });
  const { messages, tools } = request;
  const calls = messages.flatMap((message) => (message.role === 'assistant' ? message.calls : []));
  const words = messages.map(({ content }) => textOf(content)).join('') + JSON.stringify([...tools, ...calls]);
  const pictures = messages.flatMap(({ content }) => content).filter(({ type }) => type !== 'text').length;
  return Math.ceil(words.length / charactersPerToken) + pictures * tokensPerPicture;
}
