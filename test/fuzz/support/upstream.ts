import { answersIn } from '../../service/dialects/vectors.ts';
import { type Asked, type Wire, wireOf, WireStandIn } from '../../upstreams/wire.ts';

/** The model that each of these servers has. */
export const model = 'model:latest';

export const dialects = ['ollama', 'openai', 'anthropic'] as const;
export type Dialect = (typeof dialects)[number];

/** What servers answer to whoever looks after them. */
const listings: Readonly<Record<string, unknown>> = {
  '/api/version': { version: '0.33.0' },
  '/api/tags': { models: [{ name: model, model, digest: 'sha256:1' }] },
  '/api/ps': { models: [] },
  '/v1/models': { data: [{ id: model, object: 'model', type: 'model' }] },
};

/** A server that has the model. @param answer to anything but what looks after it */
export function upstreamWith(answer: (asked: Asked) => Wire): WireStandIn {
  const upstream = new WireStandIn();
  upstream.answer = (asked) => {
    const listing = asked.method === 'GET' ? listings[asked.path.replace(/\?.*/, '')] : undefined;
    return listing === undefined ? answer(asked) : wireOf(200, 'application/json', JSON.stringify(listing));
  };
  return upstream;
}

/** What each dialect's servers stream when they are asked for a chat. */
export const streamType = (dialect: Dialect): string =>
  dialect === 'ollama' ? 'application/x-ndjson' : 'text/event-stream';

/** How a server answers that works. */
export function plainAnswer(dialect: Dialect): (asked: Asked) => Wire {
  const stream = answersIn(dialect).find(({ what }) => what === 'plain')?.stream ?? '';
  const chat = { ollama: '/api/chat', openai: '/v1/chat/completions', anthropic: '/v1/messages' }[dialect];
  const missing = {
    ollama: { error: 'not found' },
    openai: { error: { message: 'not found', type: 'invalid_request_error', param: null, code: null } },
    anthropic: { type: 'error', error: { type: 'not_found_error', message: 'not found' } },
  }[dialect];
  return ({ path }) =>
    path === chat ? wireOf(200, streamType(dialect), stream) : wireOf(404, 'application/json', JSON.stringify(missing));
}
