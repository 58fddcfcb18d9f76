import type { ChatError, ChatProgress, Finish } from './chatContract.js';
import { joined } from './httpReply.js';

const newline = 10;

/** As much of a chunk of OpenAI's stream as is read. Servers differ, so all of it may be missing or of another type. */
interface Chunk {
  readonly choices?: readonly {
    readonly delta?: Readonly<Record<string, unknown>>;
    readonly finish_reason?: unknown;
  }[];
  readonly error?: unknown;
}

/**
 * Reads the server-sent events of a chat completion (OpenAI's API reference, “Streaming”) from bytes that may be cut
 * anywhere, within a character, too. What comes at a time is told at a time.
 */
export class ChatStream {
  #pending: Uint8Array = new Uint8Array();
  /** The lines of data of the event that is being read. */
  #data: string[] = [];

  /** Takes what has come. */
  push(bytes: Uint8Array): ChatProgress {
    const all = joined([this.#pending, bytes]);
    const end = all.lastIndexOf(newline) + 1;
    // A newline is never a part of another character, so what is before one can be decoded by itself.
    this.#pending = all.subarray(end);
    const lines = new TextDecoder().decode(all.subarray(0, end)).split(/\r?\n/).slice(0, -1);
    return gathered(lines.map((line) => this.#line(line)).filter((event) => event !== null));
  }

  /** What a line of the stream ends: an event with these data, or none. */
  #line(line: string): ChatProgress | null {
    if (line === '') {
      const data = this.#data.join('\n');
      this.#data = [];
      return data === '' ? null : eventOf(data);
    }
    const [, value] = /^data: ?(.*)$/s.exec(line) ?? [];
    if (value !== undefined) this.#data.push(value);
    return null;
  }
}

/** What an answer that isn't a stream says of an error. */
export function errorIn(body: Uint8Array): ChatError | null {
  const parsed = parsedOf(new TextDecoder().decode(body));
  return parsed === null ? null : errorOf(parsed.error);
}

const nothing: ChatProgress = { text: '', thinks: false, finish: null, error: null, done: false };

function gathered(events: readonly ChatProgress[]): ChatProgress {
  return {
    text: events.map(({ text }) => text).join(''),
    thinks: events.some(({ thinks }) => thinks),
    finish: events.find(({ finish }) => finish !== null)?.finish ?? null,
    error: events.find(({ error }) => error !== null)?.error ?? null,
    done: events.some(({ done }) => done),
  };
}

function eventOf(data: string): ChatProgress {
  if (data.trim() === '[DONE]') return { ...nothing, done: true };
  const chunk = parsedOf(data);
  // The broker hands on what servers send; what can't be read of it is no part of the answer.
  if (chunk === null) return nothing;
  const error = errorOf(chunk.error);
  const [choice] = isList(chunk.choices) ? chunk.choices : [];
  const delta = choice?.delta ?? {};
  return {
    text: textIn(delta.content) + textIn(delta.refusal),
    thinks: textIn(delta.reasoning_content) !== '' || textIn(delta.reasoning) !== '',
    finish: finishOf(choice?.finish_reason),
    error,
    done: false,
  };
}

function isList(value: Chunk['choices']): value is NonNullable<Chunk['choices']> {
  return Array.isArray(value);
}

function parsedOf(text: string): Chunk | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' ? value : null;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return null;
  }
}

function errorOf(error: unknown): ChatError | null {
  if (error === undefined || error === null) return null;
  if (typeof error !== 'object') return { code: '', message: textIn(error) };
  const { code, type, message } = error as Readonly<Record<string, unknown>>;
  return { code: textIn(code) || textIn(type), message: textIn(message) };
}

function finishOf(reason: unknown): Finish | null {
  if (typeof reason !== 'string' || reason === '') return null;
  if (reason === 'length') return 'length';
  return reason === 'content_filter' ? 'withheld' : 'stop';
}

function textIn(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
