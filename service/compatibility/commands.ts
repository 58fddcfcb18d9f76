import { isObject, type Fields } from '../dialects/fields.js';

/** What a client of the old tray daemon may ask, a JSON object a line. */
export type OldCommand =
  | { readonly name: 'PING' | 'GET_CONNECTION_STATUS' | 'QUIT' }
  /** What a tray icon was told to show: the panel shows what the broker itself knows, and nobody is answered. */
  | { readonly name: 'IGNORED' }
  | { readonly name: 'UPDATE_AUTH_TOKEN'; readonly token: string }
  | { readonly name: 'PROXY_REQUEST'; readonly request: OldRequest };

/** A request of an application, to be answered as a whole. */
export interface OldRequest {
  readonly method: string;
  readonly path: string;
  /** undefined for none. */
  readonly body: string | undefined;
}

/** A line that is none of them. The message is for the client, and repeats nothing of what it sent but the command's name. */
export class NoCommand extends Error {
  override readonly name = 'NoCommand';
}

const ignored = ['UPDATE_TOOLTIP', 'UPDATE_ICON', 'AUTH_STATUS', 'UPDATE_CONNECTION_STATUS'];
const methods = ['GET', 'POST', 'PUT', 'DELETE', 'HEAD'];

/** Understands a line. @throws {NoCommand} */
export function oldCommand(line: string): OldCommand {
  const fields = objectIn(line);
  const { command } = fields;
  switch (command) {
    case 'PING':
    case 'GET_CONNECTION_STATUS':
    case 'QUIT':
      return { name: command };
    case 'UPDATE_AUTH_TOKEN':
      if (typeof fields.token !== 'string') throw new NoCommand('UPDATE_AUTH_TOKEN needs "token", a text');
      return { name: command, token: fields.token };
    case 'PROXY_REQUEST':
      return { name: command, request: requestOf(fields) };
    default:
      if (typeof command === 'string' && ignored.includes(command)) return { name: 'IGNORED' };
      throw new NoCommand(`unknown command: ${typeof command === 'string' ? command.slice(0, 64) : 'none'}`);
  }
}

function objectIn(line: string): Fields {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new NoCommand('a line must be an object of JSON');
  }
  if (!isObject(value)) throw new NoCommand('a line must be an object of JSON');
  return value;
}

function requestOf({ method = 'GET', path = '/', data }: Fields): OldRequest {
  const verb = typeof method === 'string' ? method.toUpperCase() : '';
  if (!methods.includes(verb)) throw new NoCommand(`PROXY_REQUEST takes "method" ${methods.join(', ')}`);
  // Only visible ASCII is a path in a request's head.
  if (typeof path !== 'string' || !/^\/[\x21-\x7e]*$/.test(path)) {
    throw new NoCommand('PROXY_REQUEST needs "path", which begins with /');
  }
  if (data === undefined || data === null || verb === 'GET' || verb === 'HEAD')
    return { method: verb, path, body: undefined };
  return { method: verb, path, body: JSON.stringify(whole(path, data)) };
}

/** There is one line for an answer: it can't be streamed, as Ollama does unless it is told not to. */
function whole(path: string, data: unknown): unknown {
  return isObject(data) && (path.startsWith('/api/') || data.stream === true) ? { ...data, stream: false } : data;
}
