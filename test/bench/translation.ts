import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { median } from './statistics.ts';

/** Streams at a time, tokens of each, and milliseconds between two: as models talk, each comes alone. */
const streams = 40;
const tokens = 200;
const pace = 10;

/** A broker process, and the server that is behind it. */
export interface Translating {
  readonly address: string;
  readonly pid: number;
}

/** What is asked at an endpoint for a long answer. */
export const asked: Readonly<Record<string, object>> = {
  '/api/chat': { model: 'm', messages: [{ role: 'user', content: 'Hello!' }] },
  '/v1/chat/completions': { model: 'm', stream: true, messages: [{ role: 'user', content: 'Hello!' }] },
  '/v1/messages': { model: 'm', stream: true, max_tokens: 9999, messages: [{ role: 'user', content: 'Hello!' }] },
  '/v1/responses': { model: 'm', stream: true, input: 'Hello!' },
};

/**
 * A server that answers Ollama's and OpenAI's clients token by token, or with a tool call whose arguments are as long as the
 * last message says.
 */
export async function tokenServer(): Promise<{ readonly origin: string; readonly server: Server }> {
  const server = createServer((request, response) => void answer(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

/** Microseconds of a broker's processor time that a token takes which an application asks for at this endpoint. */
export async function processorTime({ address, pid }: Translating, path: string): Promise<number> {
  const before = ticks(pid);
  await Promise.all(Array.from({ length: streams }, () => whole(address, path, asked[path] ?? {})));
  return ((ticks(pid) - before) * microsecondsPerTick) / (streams * tokens);
}

/** How many times as much a token takes at one endpoint as at another, at the median of turns. */
export async function ratio(broker: Translating, path: string, to: string, turns: number): Promise<number> {
  const ratios: number[] = [];
  for (let turn = 0; turn < turns; turn += 1) {
    const one = await processorTime(broker, path);
    ratios.push(one / (await processorTime(broker, to)));
  }
  return median(ratios);
}

/** Milliseconds of a broker's processor time for the translation of a tool call whose arguments have so many bytes. */
export async function argumentTime({ address, pid }: Translating, bytes: number, turns: number): Promise<number> {
  const times: number[] = [];
  const content = `arguments of ${bytes}`;
  for (let turn = 0; turn < turns; turn += 1) {
    const before = ticks(pid);
    await whole(address, '/api/chat', { model: 'm', messages: [{ role: 'user', content }] });
    times.push(((ticks(pid) - before) * microsecondsPerTick) / 1000);
  }
  return median(times);
}

/** proc_pid_stat(5); Linux counts a hundred ticks a second. */
const microsecondsPerTick = 10_000;

function ticks(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return Number(fields[11]) + Number(fields[12]);
}

async function whole(address: string, path: string, body: object): Promise<void> {
  const sent = request(`${address}${path}`, { method: 'POST', agent: false });
  sent.end(JSON.stringify(body));
  const [reply] = (await once(sent, 'response')) as [IncomingMessage];
  if (reply.statusCode !== 200) throw new Error(`${path} was answered with status ${reply.statusCode}`);
  await once(reply.resume(), 'end');
}

async function answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks).toString('utf8');
  const long = Number(/arguments of (\d+)/.exec(body)?.[1] ?? 0);
  switch (incoming.url) {
    case '/api/version':
      response.end('{"version":"0.33.0"}');
      return;
    case '/api/tags':
      response.end('{"models":[{"name":"m:latest","model":"m:latest","details":{}}]}');
      return;
    case '/api/ps':
      response.end('{"models":[]}');
      return;
    case '/v1/models':
      response.end('{"object":"list","data":[{"id":"m","object":"model"}]}');
      return;
    case '/api/chat':
      response.writeHead(200, { 'content-type': 'application/x-ndjson' });
      await paced(response, (index) => line(index === tokens, `word${index} `));
      return;
    default:
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      if (long > 0) await calls(response, long);
      else
        await paced(response, (index) => chunk(index === tokens ? {} : { content: `word${index} ` }, index === tokens));
  }
}

function paced(response: ServerResponse, piece: (index: number) => string): Promise<void> {
  return new Promise((resolve) => {
    let index = 0;
    const timer = setInterval(() => {
      response.write(piece(index));
      index += 1;
      if (index <= tokens) return;
      clearInterval(timer);
      response.end();
      resolve();
    }, pace);
  });
}

async function calls(response: ServerResponse, bytes: number): Promise<void> {
  const call = { index: 0, id: 'call_1', type: 'function', function: { name: 'write', arguments: '{"text":"' } };
  response.write(chunk({ role: 'assistant', tool_calls: [call] }, false));
  const piece = chunk({ tool_calls: [{ index: 0, function: { arguments: 'x'.repeat(16) } }] }, false);
  for (let sent = 0; sent < bytes; sent += 16) if (!response.write(piece)) await once(response, 'drain');
  response.write(chunk({ tool_calls: [{ index: 0, function: { arguments: '"}' } }] }, false));
  response.end(chunk({}, true));
}

function line(done: boolean, content: string): string {
  const head = { model: 'm', created_at: '2026-11-22T12:00:00Z' };
  const figures = { done_reason: 'stop', prompt_eval_count: 9, eval_count: tokens };
  return `${JSON.stringify({ ...head, message: { role: 'assistant', content }, done, ...(done ? figures : {}) })}\n`;
}

function chunk(delta: object, done: boolean): string {
  const choices = [{ index: 0, delta, finish_reason: done ? 'stop' : null }];
  const fields = { id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices };
  return `data: ${JSON.stringify(fields)}\n\n${done ? 'data: [DONE]\n\n' : ''}`;
}
