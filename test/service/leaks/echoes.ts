import type { IncomingMessage, ServerResponse } from 'node:http';

/** What a server was told, which it repeats. */
export interface Told {
  readonly path: string;
  readonly token: string;
  /** The whole request as text, and its path. */
  readonly said: string;
}

/** What repeats it. */
export type Echoing = (told: Told, response: ServerResponse) => void;

const words = ({ token, said }: Told): string => `What is ${token} to do with ${said}?`;

/** An error that each dialect's reader understands. */
const errorOf = (told: Told): object =>
  told.path.startsWith('/api/')
    ? { error: words(told) }
    : { type: 'error', error: { type: 'api_error', code: 'echo', message: words(told) } };

const status = (code: number): Echoing =>
  function (told, response) {
    response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(errorOf(told)));
  };

const page = (code: number): Echoing =>
  function (told, response) {
    response.writeHead(code, { 'content-type': 'text/html' }).end(`<h1>${words(told)}</h1>`);
  };

const whole = (type: string, text: (told: Told) => string): Echoing =>
  function (told, response) {
    response.writeHead(200, { 'content-type': type }).end(text(told));
  };

/** Bytes in place of HTTP. */
const raw = (text: (told: Told) => string): Echoing =>
  function (told, response) {
    response.socket?.end(text(told));
  };

/** The beginning of a streamed answer, in the dialect of a path. */
function beginning(path: string): string {
  if (path.startsWith('/api/')) {
    const said = { message: { role: 'assistant', content: 'Well' }, response: 'Well' };
    return `${JSON.stringify({ model: 'm', created_at: '2031-01-01T00:00:00Z', ...said, done: false })}\n`;
  }
  if (path.startsWith('/v1/messages')) {
    const usage = { input_tokens: 1, output_tokens: 1 };
    const message = { id: 'msg_1', type: 'message', role: 'assistant', model: 'm', content: [], usage };
    return [
      { type: 'message_start', message: { ...message, stop_reason: null, stop_sequence: null } },
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Well' } },
    ]
      .map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
      .join('');
  }
  const choice = { index: 0, delta: { role: 'assistant', content: 'Well' }, finish_reason: null };
  const chunk = { id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [choice] };
  return `data: ${JSON.stringify(chunk)}\n\n`;
}

const streamed = (after: (told: Told, line: (text: string) => string) => string): Echoing =>
  function (told, response) {
    const lines = told.path.startsWith('/api/');
    const type = lines ? 'application/x-ndjson' : 'text/event-stream';
    const line = (text: string): string => (lines ? `${text}\n` : `data: ${text}\n\n`);
    response.writeHead(200, { 'content-type': type }).write(beginning(told.path));
    response.end(after(told, line));
  };

/** What can go wrong at a server that repeats what it was told, by name. */
export const echoes: Readonly<Record<string, Echoing>> = {
  ...Object.fromEntries(
    [400, 401, 403, 404, 408, 413, 422, 429, 451, 500, 502, 503].map((code) => [`status ${code}`, status(code)]),
  ),
  'a web page': page(200),
  'a web page that refuses': page(403),
  'a web page out of order': page(502),
  'text in place of an error': (told, response) => {
    response.writeHead(400, { 'content-type': 'text/plain' }).end(words(told));
  },
  'an error with escaped slashes': (told, response) => {
    response.writeHead(400, { 'content-type': 'application/json' });
    response.end(JSON.stringify(errorOf(told)).replaceAll('/', '\\/'));
  },
  'an error in a URL': (told, response) => {
    response.writeHead(400, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ error: `see https://errors.example/?of=${encodeURIComponent(words(told))}` }));
  },
  'headers of an error': (told, response) => {
    response.setHeader('x-echo', told.token);
    response.setHeader('www-authenticate', `Bearer realm="${told.token}"`);
    response.setHeader('location', `https://errors.example/${encodeURIComponent(told.token)}`);
    response.setHeader('retry-after', told.token);
    status(400)(told, response);
  },
  'a redirect': (told, response) => {
    response.writeHead(307, { location: `/${encodeURIComponent(words(told))}` }).end(words(told));
  },
  'a type that is none': (told, response) => {
    response.writeHead(200, { 'content-type': `text/${told.token}` }).end(words(told));
  },
  'an encoding that is none': (told, response) => {
    response.writeHead(200, { 'content-encoding': told.token }).end(words(told));
  },
  'an encoding that it isn’t': (told, response) => {
    response.writeHead(400, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(words(told));
  },
  'an error in a good status': whole('application/json', (told) => JSON.stringify(errorOf(told))),
  'JSON that is cut': whole('application/json', (told) => JSON.stringify(errorOf(told)).slice(0, -20)),
  'JSON that is no answer': whole('application/json', (told) => JSON.stringify([errorOf(told)])),
  'an error in the stream': streamed((told, line) => line(JSON.stringify(errorOf(told)))),
  'broken lines in the stream': streamed((told, line) => line(words(told)).repeat(3)),
  'a stream that ends too soon': streamed((told, line) => line(JSON.stringify({ echo: words(told) }))),
  'no HTTP': raw((told) => `${words(told)}\r\n\r\n`),
  'a reason phrase': raw((told) => `HTTP/1.1 500 ${told.token}\r\ncontent-length: 0\r\n\r\n`),
  'a header that is none': raw((told) => `HTTP/1.1 200 OK\r\n${told.token} ${words(told)}\r\n\r\n`),
  'a chunk that is none': raw((told) => `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n${words(told)}\r\n`),
  'a reset': (_told, response) => {
    response.socket?.resetAndDestroy();
  },
  'a cut behind the head': (_told, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': 1000 }).write('{');
    response.destroy();
  },
};

/** What a server is asked to learn how it is. */
const checks = /^\/(api\/(version|tags|ps)|v1\/models)(\?.*)?$/;

/** Takes the requests of a server: hears what they say, and answers as it is told. */
export class Echo {
  /** All that it has repeated, tokens and all. */
  heard = '';
  /** What it was asked last, but for how it is: what a server has in mind, and may say to others. */
  #mind = '';
  /** What to answer a request with; undefined for what a good server answers. */
  answer: Echoing | undefined;
  /** The same for what asks how it is. */
  checked: Echoing | undefined;

  /** @returns whether it takes the request, of which then nothing is left for others */
  takes(request: IncomingMessage, response: ServerResponse): boolean {
    const { method = '', url = '', headers } = request;
    const credential = headers['x-api-key'] ?? headers.authorization ?? '';
    const token = String(credential).replace('Bearer ', '');
    const check = method === 'GET' && checks.test(url);
    const answer = check ? this.checked : this.answer;
    if (answer === undefined) return false;
    let said = '';
    request.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')));
    request.on('end', () => {
      if (!check) this.#mind = `${said} at ${decodeURIComponent(url)}`;
      const told = { path: url, token, said: this.#mind };
      this.heard += words(told);
      answer(told, response);
    });
    request.resume();
    return true;
  }
}
