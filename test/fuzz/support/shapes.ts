import { clients } from '../../support/clients.ts';
import type { HttpRequest } from './http.ts';
import type { WireAnswer } from '../../support/wire.ts';

type Fields = Readonly<Record<string, unknown>>;

/** What Node itself answers to what isn't HTTP, comes too slowly, is too much, or expects what it doesn't know. */
const nodesOwn = new Set([400, 408, 413, 417, 431]);

/** Throws if an answer is none that an application need understand: a fault of the broker's own, or an error in no shape. */
export function checkAnswer(
  { method, target: path, headers: sent }: HttpRequest,
  { status, headers, body, whole }: WireAnswer,
): void {
  const text = body.toString('utf8');
  const fail = (what: string): never => {
    throw new Error(`${method} ${path}: ${what}: ${status} ${text}`);
  };
  if (status === 500) fail('a fault of the broker’s own');
  if (status < 400 || method === 'HEAD' || !whole) return;
  if (text === '' && nodesOwn.has(status)) return;
  let fields: Fields;
  try {
    fields = JSON.parse(text) as Fields;
  } catch {
    return fail('an error that is no JSON');
  }
  if (!/^application\/json\b/.test(headers.get('content-type') ?? '')) fail('an error of another type');
  const { anthropic, openai, ollama } = clients;
  const client = path.startsWith('/v1/messages') ? anthropic : /^\/v1(\/|$)/.test(path) ? openai : ollama;
  // Who says that it speaks Anthropic's API where only OpenAI's is may be answered in either.
  const both = sent.some(([name]) => name === 'anthropic-version') && client === openai;
  const shapes = /^\/[\w/]+$/.test(path) ? [client, ...(both ? [anthropic] : [])] : [anthropic, openai, ollama];
  if (!shapes.some((one) => one.error(fields) !== undefined)) fail('an error in another shape');
}
