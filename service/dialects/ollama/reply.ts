import { type ReplyEncoder, type ReplyOptions, Unspeakable } from '../codec.js';
import type { ChatEvent, FinishReason, TokenProbability, Usage } from '../events.js';
import type { Fields } from '../fields.js';
import { blank, template } from '../template.js';
import { CallCollector } from './calls.js';
import { ollamaError } from './errors.js';
import { probabilitiesTo } from './probabilities.js';

/** Which of Ollama's two ways to ask is answered. They differ in where the text stands. */
export type OllamaCall = 'chat' | 'generate';

const nanosecondsPerMillisecond = 1_000_000;

/** What one JSON object of an answer says. */
interface Said {
  readonly text?: string;
  readonly thinking?: string;
  readonly calls?: readonly Fields[];
  readonly logprobs?: readonly TokenProbability[] | undefined;
}

/** `stop` also for what a provider withheld: Ollama has no word for that. */
const reasons: Readonly<Record<FinishReason, string>> = {
  stop: 'stop',
  tools: 'stop',
  filter: 'stop',
  length: 'length',
};

/**
 * Writes an answer as Ollama does: a JSON object a line, the last with `done` and the durations, or one object for all
 * (docs/api.md, `ChatResponse` and `GenerateResponse` in api/types.go of Ollama; lines are separated by a plain \n). Each
 * tool call is whole and in a line of its own. Durations are what passed here, and nothing is known of loading.
 */
export function ollamaReply(call: OllamaCall, { streamed, now, date }: ReplyOptions): ReplyEncoder {
  const begun = now();
  let firstContent: number | undefined;
  let model = '';
  let ended = false;
  const calls = new CallCollector();
  const texts: string[] = [];
  const thoughts: string[] = [];
  const called: Fields[] = [];
  const probabilities: (readonly TokenProbability[])[] = [];

  const object = (
    { text = '', thinking = '', calls = [], logprobs = [] }: Said,
    done_reason?: string,
    figures?: Fields,
  ): string => {
    const chat = call === 'chat';
    const thought = thinking === '' ? undefined : thinking;
    const tool_calls = calls.length === 0 ? undefined : calls;
    // One shape for all, with what isn't there undefined: each token is written by this.
    const fields = {
      model,
      created_at: date().toISOString(),
      message: chat ? { role: 'assistant', content: text, thinking: thought, tool_calls } : undefined,
      response: chat ? undefined : text,
      thinking: chat ? undefined : thought,
      tool_calls: chat ? undefined : tool_calls,
      done: done_reason !== undefined,
      done_reason,
      logprobs: logprobs.length === 0 ? undefined : probabilitiesTo(logprobs),
    };
    return JSON.stringify(figures === undefined ? fields : { ...fields, ...figures }) + (streamed ? '\n' : '');
  };

  const place = call === 'chat' ? { message: { role: 'assistant', content: blank } } : { response: blank };
  /** What is around the time and the text of a line that says nothing else. */
  let around: readonly string[] | undefined;

  /** What `object` writes of a mere piece of text. */
  const line = (text: string): string => {
    const [before, between, after] = (around ??= template(
      `${JSON.stringify({ model, created_at: blank, ...place, done: false })}\n`,
    ));
    return `${before}"${date().toISOString()}"${between}${JSON.stringify(text)}${after}`;
  };

  const piece = (said: Said): string => {
    const { text, logprobs } = said;
    if (streamed && text !== undefined && (logprobs === undefined || logprobs.length === 0)) return line(text);
    if (streamed) return object(said);
    if (said.text !== undefined) texts.push(said.text);
    if (said.thinking !== undefined) thoughts.push(said.thinking);
    called.push(...(said.calls ?? []));
    probabilities.push(said.logprobs ?? []);
    return '';
  };
  const pieces = (some: readonly Fields[]): string => some.map((one) => piece({ calls: [one] })).join('');

  const figures = (usage: Usage | undefined): Fields => {
    const end = now();
    const answering = firstContent ?? end;
    const nanoseconds = (milliseconds: number): number => Math.round(milliseconds * nanosecondsPerMillisecond);
    return {
      total_duration: nanoseconds(end - begun),
      load_duration: 0,
      ...(usage === undefined ? {} : { prompt_eval_count: usage.prompt }),
      prompt_eval_duration: nanoseconds(answering - begun),
      ...(usage === undefined ? {} : { eval_count: usage.answer }),
      eval_duration: nanoseconds(end - answering),
    };
  };

  const finish = (reason: FinishReason, usage: Usage | undefined): string => {
    const last = pieces(calls.rest());
    if (calls.left !== undefined) {
      const why = reason === 'length' ? ': its limit of tokens was reached' : '';
      throw new Unspeakable(
        `the server's call of the tool "${calls.left}" has arguments that are no JSON object${why}`,
      );
    }
    ended = true;
    const all = {
      text: texts.join(''),
      thinking: thoughts.join(''),
      calls: called,
      logprobs: probabilities.flat(),
    };
    return last + object(all, reasons[reason], figures(usage));
  };

  return {
    contentType: streamed ? 'application/x-ndjson' : 'application/json; charset=utf-8',
    encode(event: ChatEvent): string {
      if (ended) return '';
      switch (event.type) {
        case 'start':
          if (model === '') model = event.model;
          around = undefined;
          return '';
        case 'thinking':
          firstContent ??= now();
          return pieces(calls.whole()) + (event.text === '' ? '' : piece({ thinking: event.text }));
        case 'text': {
          firstContent ??= now();
          const { text, logprobs } = event;
          const says = text !== '' || (logprobs?.length ?? 0) > 0;
          return pieces(calls.whole()) + (says ? piece({ text, logprobs }) : '');
        }
        case 'toolCall': {
          firstContent ??= now();
          const before = pieces(calls.whole());
          calls.begin(event.index, event.id, event.name);
          return before;
        }
        case 'toolArguments':
          calls.add(event.index, event.json);
          return '';
        case 'signature':
          // Nobody but Anthropic's servers can make use of it.
          return '';
        case 'finish':
          return finish(event.reason, event.usage);
        case 'error':
          ended = true;
          return JSON.stringify(ollamaError(event.message)) + (streamed ? '\n' : '');
      }
    },
  };
}
