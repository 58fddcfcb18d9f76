import { once } from 'node:events';
import { type ClientRequest, type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { within } from '../../support/broker.ts';

/** A request, by node:http, which sends every header and path as it is told. */
export interface Sent {
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON, or the bytes themselves. */
  readonly body?: object | Buffer;
  readonly signal?: AbortSignal;
}

/** An answer when it is over. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
  /** Whether it was cut before it was whole. */
  readonly cut: boolean;
}

interface Addressed {
  readonly address: string;
}

/** Begins a request; its body is the caller's to send. */
export function opened({ address }: Addressed, method: string, path: string, sent: Sent = {}): ClientRequest {
  const { hostname, port } = new URL(address);
  const { headers = {}, signal } = sent;
  return request({ hostname, port, method, path, headers, agent: false, ...(signal && { signal }) });
}

/** Sends a request. @returns the answer as soon as its head is here */
export async function begun(to: Addressed, method: string, path: string, sent: Sent = {}): Promise<IncomingMessage> {
  const { body, headers = {} } = sent;
  const bytes = body === undefined || Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
  const length: Record<string, string> = bytes === undefined ? {} : { 'content-length': String(bytes.length) };
  const asking = opened(to, method, path, { ...sent, headers: { ...length, ...headers } });
  const head = once(asking, 'response');
  // What is refused may not be read to its end; before there is an answer, `head` tells of it.
  asking.on('error', () => undefined);
  asking.end(bytes);
  const [answer] = (await within(head, () => `${method} ${path} is not answered`)) as [IncomingMessage];
  // Who goes away knows it.
  answer.on('error', () => undefined);
  return answer;
}

/** Reads an answer to its end. */
export async function read(answer: IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = [];
  answer.on('data', (chunk: Buffer) => chunks.push(chunk)).resume();
  await within(
    new Promise((resolve) => answer.once('close', resolve)),
    () => `the answer does not end: ${Buffer.concat(chunks).toString('utf8')}`,
  );
  const { statusCode: status = 0, headers, complete } = answer;
  return { status, headers, bytes: Buffer.concat(chunks), cut: !complete };
}

/** Sends a request. @returns the answer when it is over */
export async function send(to: Addressed, method: string, path: string, sent: Sent = {}): Promise<Answer> {
  return read(await begun(to, method, path, sent));
}

/** The JSON of an answer. */
export function fieldsIn({ bytes }: Pick<Answer, 'bytes'>): unknown {
  return JSON.parse(bytes.toString('utf8'));
}

/** The lines of JSON of an answer. */
export function linesIn({ bytes }: Pick<Answer, 'bytes'>): unknown[] {
  const lines = bytes.toString('utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as unknown);
}
