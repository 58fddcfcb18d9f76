import { connect } from 'node:net';
import { within } from './broker.ts';

/** An answer of HTTP/1.1, as it came over the wire. */
export interface WireAnswer {
  readonly status: number;
  /** By lower-case name; the last of several. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
  /** Whether it came whole. */
  readonly whole: boolean;
}

/** Bytes that are no HTTP/1.1 (RFC 9112). */
export class NotHttp extends Error {
  override readonly name = 'NotHttp';
}

/** How bytes are sent. */
export interface Sending {
  /** Of the requests in the bytes, as far as their answers' shape depends on it: HEAD has no body. */
  readonly method?: string;
  /** Whether the client says that nothing more comes; then the server is waited for, else one answer. */
  readonly ends?: boolean;
}

/**
 * Sends bytes to a server.
 *
 * @param address http://HOST:PORT
 * @returns the answers, none if the connection was closed without one
 * @throws {NotHttp} and if nothing happens
 */
export async function sentOverWire(
  address: string,
  bytes: Buffer | Iterable<Buffer> | AsyncIterable<Buffer>,
  { method = 'GET', ends = false }: Sending = {},
): Promise<readonly WireAnswer[]> {
  const { hostname, port } = new URL(address);
  const socket = connect(Number(port), hostname.replace(/^\[|\]$/g, ''));
  const chunks: Buffer[] = [];
  let closed = false;
  const answers = (): WireAnswer[] => answersIn(Buffer.concat(chunks), method, closed);
  const over = new Promise<void>((resolve) => {
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      if (!ends && answers().some(({ status, whole }) => whole && status >= 200)) resolve();
    });
    // Who is cut off has what came before.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      closed = true;
      resolve();
    });
  });
  const sent = async (): Promise<void> => {
    for await (const chunk of Buffer.isBuffer(bytes) ? [bytes] : bytes) {
      if (socket.destroyed) return;
      if (!socket.write(chunk)) {
        await Promise.race([over, new Promise((resolve) => socket.once('drain', resolve))]);
      }
    }
    if (ends) socket.end();
  };
  try {
    await within(
      Promise.all([over, Promise.race([sent(), over])]),
      () => `there is no answer: ${String(Buffer.concat(chunks))}`,
    );
    return answers();
  } finally {
    socket.destroy();
  }
}

/** The answers that bytes are. @param closed whether nothing more comes @throws {NotHttp} */
export function answersIn(bytes: Buffer, method: string, closed: boolean): WireAnswer[] {
  const answers: WireAnswer[] = [];
  let rest = bytes;
  while (rest.length > 0) {
    const end = rest.indexOf('\r\n\r\n');
    if (end < 0) {
      if (closed) throw new NotHttp(`a head is cut off: ${JSON.stringify(rest.toString('latin1'))}`);
      break;
    }
    const [statusLine = '', ...lines] = rest.toString('latin1', 0, end).split('\r\n');
    const [, code] = /^HTTP\/1\.1 ([1-9]\d\d)(?: [\t\x20-\xff]*)?$/.exec(statusLine) ?? [];
    if (code === undefined) throw new NotHttp(`no status line: ${JSON.stringify(statusLine)}`);
    const headers = new Map(lines.map(headerIn));
    const status = Number(code);
    const { body, used, whole } = bodyIn(rest.subarray(end + 4), { status, headers, method, closed });
    answers.push({ status, headers, body, whole });
    if (!whole) break;
    rest = rest.subarray(end + 4 + used);
  }
  return answers;
}

function headerIn(line: string): [name: string, value: string] {
  const [, name, value = ''] = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\t\x20-\x7e\x80-\xff]*)$/.exec(line) ?? [];
  if (name === undefined) throw new NotHttp(`no header: ${JSON.stringify(line)}`);
  return [name.toLowerCase(), value];
}

interface Place {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly method: string;
  readonly closed: boolean;
}

interface Taken {
  readonly body: Buffer;
  /** How many of the bytes it is. */
  readonly used: number;
  readonly whole: boolean;
}

/** Where a body ends (RFC 9112, 6.3). */
function bodyIn(bytes: Buffer, { status, headers, method, closed }: Place): Taken {
  if (method === 'HEAD' || status < 200 || status === 204 || status === 304) {
    return { body: Buffer.alloc(0), used: 0, whole: true };
  }
  const [coding, length] = [headers.get('transfer-encoding'), headers.get('content-length')];
  if (coding !== undefined && length !== undefined) throw new NotHttp('a length and a transfer coding');
  if (coding === 'chunked') return chunked(bytes);
  if (coding !== undefined) throw new NotHttp(`the transfer coding ${coding}`);
  if (length === undefined) return { body: bytes, used: bytes.length, whole: closed };
  if (!/^\d+$/.test(length)) throw new NotHttp(`the length ${length}`);
  const used = Math.min(Number(length), bytes.length);
  return { body: bytes.subarray(0, used), used, whole: used === Number(length) };
}

function chunked(bytes: Buffer): Taken {
  const chunks: Buffer[] = [];
  let at = 0;
  for (;;) {
    const end = bytes.indexOf('\r\n', at);
    const size = end < 0 ? '' : bytes.toString('latin1', at, end);
    if (end >= 0 && !/^[0-9a-f]+$/i.test(size)) throw new NotHttp(`no size of a chunk: ${JSON.stringify(size)}`);
    const from = end + 2;
    const length = parseInt(size, 16);
    if (end >= 0 && length === 0) {
      const trailers = bytes.indexOf('\r\n\r\n', end);
      if (trailers >= 0) return { body: Buffer.concat(chunks), used: trailers + 4, whole: true };
    }
    if (end < 0 || length === 0 || bytes.length < from + length + 2) {
      return { body: Buffer.concat(chunks), used: bytes.length, whole: false };
    }
    chunks.push(bytes.subarray(from, from + length));
    if (bytes.toString('latin1', from + length, from + length + 2) !== '\r\n') throw new NotHttp('a chunk without end');
    at = from + length + 2;
  }
}
