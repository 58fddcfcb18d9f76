import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { ChatRequest } from '../../../service/dialects/chat.js';
import { type ReplyEncoder, type ReplyOptions, type ServerApi, Unspeakable } from '../../../service/dialects/codec.js';
import type { ChatEvent } from '../../../service/dialects/events.js';
import type { Fields } from '../../../service/dialects/fields.js';
import { framesOf } from './cuts.js';

/** What vectors are written in: the dialects, and OpenAI's other API, in which no server is asked. */
export type Language = 'ollama' | 'openai' | 'anthropic' | 'responses';

/** A request in the broker's form and in a dialect's. */
export interface RequestVector {
  readonly what: string;
  readonly request: ChatRequest;
  readonly fields: Fields;
  /** As an application writes it that means the same. */
  readonly from: Fields;
}

/** An answer in the broker's form and in a dialect's two. */
export interface AnswerVector {
  readonly what: string;
  readonly events: readonly ChatEvent[];
  readonly stream: string;
  readonly whole: Fields;
}

const folder = new URL('../../vectors/', import.meta.url);
const isThere = (path: string): boolean => existsSync(new URL(path, folder));
const text = (path: string): string => readFileSync(new URL(path, folder), 'utf8');
const fields = (path: string): Fields => JSON.parse(text(path)) as Fields;
const cases = (kind: string, language: Language): string[] =>
  readdirSync(new URL(kind, folder))
    .filter((what) => isThere(`${kind}/${what}/${language}.json`))
    .sort();

/** All requests that there are in a language. */
export function requestsIn(language: Language): readonly RequestVector[] {
  return cases('requests', language).map((what) => {
    const [written, from] = [`requests/${what}/${language}.json`, `requests/${what}/${language}.from.json`];
    return {
      what,
      request: JSON.parse(text(`requests/${what}/request.json`)) as ChatRequest,
      fields: fields(written),
      from: fields(isThere(from) ? from : written),
    };
  });
}

/** All answers that there are in a language. */
export function answersIn(language: Language): readonly AnswerVector[] {
  return cases('answers', language).map((what) => ({
    what,
    events: JSON.parse(text(`answers/${what}/events.json`)) as ChatEvent[],
    stream: text(`answers/${what}/${language}.stream`),
    whole: fields(`answers/${what}/${language}.json`),
  }));
}

/** As the vectors have it: no time passes, and usage is wanted. */
export function replyOptions(streamed: boolean, changes: Partial<ReplyOptions> = {}): ReplyOptions {
  return {
    fields: { model: 'm', input: 'Hi', stream_options: { include_usage: true } },
    streamed,
    id: 'abc123',
    now: () => 0,
    date: () => new Date('2026-11-22T12:00:00Z'),
    ...changes,
  };
}

/** What is written for all events; what can't be told ends in an error, as it does where answers are delivered. */
export function writtenBy(encoder: ReplyEncoder, events: readonly ChatEvent[]): string {
  let written = '';
  try {
    for (const event of events) written += encoder.encode(event);
  } catch (error) {
    if (!(error instanceof Unspeakable)) throw error;
    written += encoder.encode({ type: 'error', kind: 'upstream', message: error.message });
  }
  return written;
}

/** The events of a stream that comes in these pieces, but for its errors, which the broker itself looks for. */
export function eventsOf(api: ServerApi, pieces: readonly Buffer[]): readonly ChatEvent[] {
  const frames = framesOf(api.framing, pieces);
  const decoder = api.decoder();
  const events = frames.filter(({ error, malformed }) => !error && !malformed).flatMap((frame) => decoder.frame(frame));
  return frames.some(({ error }) => error) ? events : [...events, ...decoder.end()];
}

/** The events with pieces of the same thing joined: where an answer is cut into them is no part of what it says. */
export function joined(events: readonly ChatEvent[]): readonly ChatEvent[] {
  const result: ChatEvent[] = [];
  for (const event of events) {
    const before = result.at(-1);
    const together = before === undefined ? undefined : join(before, event);
    if (together === undefined) result.push(event);
    else result[result.length - 1] = together;
  }
  return result;
}

function join(one: ChatEvent, other: ChatEvent): ChatEvent | undefined {
  if (one.type === 'thinking' && other.type === 'thinking') return { ...one, text: one.text + other.text };
  if (one.type === 'toolArguments' && other.type === 'toolArguments' && one.index === other.index) {
    return { ...one, json: one.json + other.json };
  }
  if (one.type !== 'text' || other.type !== 'text') return undefined;
  const logprobs = [...(one.logprobs ?? []), ...(other.logprobs ?? [])];
  return { type: 'text', text: one.text + other.text, ...(logprobs.length === 0 ? {} : { logprobs }) };
}
