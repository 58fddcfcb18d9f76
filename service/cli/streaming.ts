import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { type Fields, objectFrom } from '../dialects/fields.js';
import { LineSplitter } from '../dialects/frames.js';
import { errorIn, NoService, RequestFailed, target } from './client.js';

/** An answer of the broker's that comes line by line. */
export interface Streamed {
  /** Id of the connection that answers. */
  readonly connection: string;
  /** What is told. @throws {RequestFailed} if it ends with an error, or too early */
  readonly lines: AsyncIterable<Fields>;
}

/** What is asked beside the request itself. */
export interface StreamOptions {
  /** The route that it goes, if it isn't the broker's own. */
  readonly route?: string | undefined;
}

/** Asks the running broker for a stream of Ollama's API. @throws {NoService | RequestFailed} */
export async function streamed(
  path: string,
  fields: Fields,
  environment: NodeJS.ProcessEnv,
  { route }: StreamOptions = {},
): Promise<Streamed> {
  const reply = await posted(path, JSON.stringify(fields), environment, route);
  if (reply.statusCode !== 200) {
    let text = '';
    for await (const chunk of reply.setEncoding('utf8')) text += String(chunk);
    const words = errorIn(reply.statusCode ?? 0, objectFrom(text) ?? {});
    throw new RequestFailed(words ?? `the broker answers with status ${reply.statusCode ?? 0}`);
  }
  return { connection: String(reply.headers['x-cloudtolocalllm-connection'] ?? ''), lines: linesOf(reply) };
}

function posted(
  path: string,
  body: string,
  environment: NodeJS.ProcessEnv,
  route: string | undefined,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const headers = {
      host: 'localhost',
      'content-type': 'application/json',
      ...(route === undefined ? {} : { 'x-cloudtolocalllm-route': route }),
    };
    // However long it takes: models are loaded and fetched.
    const sent = request({ ...target(environment), method: 'POST', path, headers }, resolve);
    sent.on('error', ({ code, message }: NodeJS.ErrnoException) => {
      reject(['ECONNREFUSED', 'ENOENT'].includes(code ?? '') ? new NoService() : new RequestFailed(message));
    });
    sent.end(body);
  });
}

async function* linesOf(reply: IncomingMessage): AsyncGenerator<Fields> {
  const splitter = new LineSplitter();
  try {
    for await (const chunk of reply) {
      for (const line of splitter.feed(chunk as Buffer)) yield* told(line);
    }
  } catch (error) {
    if (error instanceof RequestFailed) throw error;
    throw new RequestFailed('the answer broke off: the broker has ended, or the connection to it');
  }
  yield* told(splitter.rest());
}

function* told(line: Buffer): Generator<Fields> {
  const fields = objectFrom(line.toString('utf8'));
  if (fields === undefined) return;
  if (fields.error !== undefined) throw new RequestFailed(errorIn(500, fields) ?? 'the broker failed');
  yield fields;
}
