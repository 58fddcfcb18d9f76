import type { FastifyInstance, FastifyReply } from 'fastify';
import type { OutgoingHttpHeaders } from 'node:http';
import type { Connection } from '../../connections/connection.js';
import { InvalidRequest } from '../../dialects/errors.js';
import type { Fields } from '../../dialects/fields.js';
import { ollamaShow } from '../../dialects/ollama/listings.js';
import { ModelMissing } from '../../routing/errors.js';
import { passOn, theOne } from '../../routing/passage.js';
import type { Pull } from '../../routing/pull.js';
import { answering, bytesOf, fieldsOf, scopeOf } from '../answering.js';
import type { Services } from '../app.js';
import { requestHeaders } from '../headers.js';
import { relayUnread } from '../relay.js';

/**
 * What Ollama is asked about its models and told to do with them, as far as it isn't handed through unread: always the
 * server that the route leads to, and never another.
 */
export function managementRoutes(app: FastifyInstance, { broker, pulls }: Services): void {
  app.post('/api/pull', async (request, reply) => {
    const fields = fieldsOf(await bytesOf(request));
    const model = nameOf(fields);
    const connection = theOne(broker, { ...scopeOf(request), fits: isManaged, must: mustBeOllama });
    const pull = pulls.pull(connection, model, fields);
    await pull.begun;
    await answering(broker, reply, (signal) => {
      (fields.stream === false ? tellEnd : tell)(pull, connection, reply, signal);
      return Promise.resolve();
    });
    return reply;
  });

  app.post('/api/show', async (request, reply) => {
    const bytes = await bytesOf(request);
    const fields = fieldsOf(bytes);
    const model = nameOf(fields);
    const scope = scopeOf(request);
    const there = broker.routed(scope).filter(({ reachable }) => reachable);
    const having = there.filter((one) => one.has(model) === 'yes');
    const ollamas = (having.length > 0 ? having : there).filter(isManaged);
    const [first] = ollamas;
    if (first === undefined) {
      const [elsewhere] = having;
      if (elsewhere !== undefined) return ollamaShow(elsewhere.entry(model)?.listing ?? {});
      const known = there.flatMap(({ status }) => status.models);
      throw new ModelMissing(model, [...new Set(known)]);
    }
    const name = first.nameFor(model);
    const body = name === model ? bytes : Buffer.from(JSON.stringify({ ...fields, model: name }));
    const sent = { method: 'POST' as const, path: '/api/show', headers: requestHeaders(request.headers), body };
    await answering(broker, reply, async (signal) => {
      const passage = { request: sent, ...scope, fits: (one: Connection) => one === first, must: mustBeOllama };
      relayUnread(await passOn(broker, passage, signal), reply.raw);
    });
    return reply;
  });
}

const mustBeOllama = 'is an Ollama server';

function isManaged({ managed }: Connection): boolean {
  return managed;
}

/** Older clients write `name`. */
function nameOf({ model, name }: Fields): string {
  const given = model ?? name;
  if (typeof given !== 'string' || given.trim() === '')
    throw new InvalidRequest('"model" is required: the name of a model');
  return given;
}

/** Tells of a pull line by line, what a slow client can't take left out: each line says how far it is. */
function tell(pull: Pull, connection: Connection, { raw }: FastifyReply, signal: AbortSignal): void {
  raw.writeHead(200, { 'content-type': 'application/x-ndjson', 'x-accel-buffering': 'no', ...by(connection) });
  const leave = pull.follow({
    told(progress) {
      if (!raw.writableNeedDrain) raw.write(`${JSON.stringify(progress)}\n`);
    },
    ended(last) {
      raw.end(`${JSON.stringify(last)}\n`);
    },
  });
  signal.addEventListener('abort', leave);
}

/** Tells how a pull ended, when it has. */
function tellEnd(pull: Pull, connection: Connection, { raw }: FastifyReply, signal: AbortSignal): void {
  const leave = pull.follow({
    told: () => undefined,
    ended(last) {
      const status = last.error === undefined ? 200 : 500;
      raw.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...by(connection) });
      raw.end(JSON.stringify(last));
    },
  });
  signal.addEventListener('abort', leave);
}

function by({ settings }: Connection): OutgoingHttpHeaders {
  return { 'x-cloudtolocalllm-connection': settings.id };
}
