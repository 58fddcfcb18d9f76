import type { EventDecoder } from '../codec.js';
import type { ChatEvent, FinishReason, TokenProbability, Usage } from '../events.js';
import { entryOf, type Fields, isObject, numberIn, textIn } from '../fields.js';
import { readProbabilities } from '../probabilities.js';
import { CallReader } from './calls.js';
import { readUsage } from './usage.js';

const reasons: Readonly<Record<string, FinishReason>> = {
  stop: 'stop',
  length: 'length',
  tool_calls: 'tools',
  function_call: 'tools',
  content_filter: 'filter',
};

/** Reasons that say that the server could not go on: OpenRouter's, vLLM's and DeepSeek's ("Create chat completion" there). */
const failures: ReadonlySet<string> = new Set(['error', 'abort', 'insufficient_system_resource']);

/**
 * Reads the chunks of one chat completion (OpenAI's API reference, "The chat completion chunk object"). The finish waits
 * for the chunk of usage, which comes behind the choice's end and has no choices.
 */
export class ChatDecoder implements EventDecoder {
  readonly #calls = new CallReader();
  #started = false;
  #reason: string | undefined;
  #stopSequence: string | undefined;
  #usage: Usage | undefined;
  #ended = false;

  frame({ fields }: { readonly fields: Fields | undefined }): readonly ChatEvent[] {
    if (fields === undefined || this.#ended) return [];
    const choices = choicesOf(fields);
    const choice = choices.find(({ index }) => numberIn(index ?? 0) === 0);
    const start = this.#start(fields, choice !== undefined);
    this.#usage = readUsage(fields.usage) ?? this.#usage;
    if (choice !== undefined) {
      const said = this.#said(isObject(choice.delta) ? choice.delta : {}, choice);
      this.#finished(choice);
      return start.length === 0 ? said : [...start, ...said];
    }
    const over = this.#reason !== undefined && choices.length === 0 && this.#usage !== undefined;
    return over ? [...start, ...this.end()] : start;
  }

  /** The events of an answer that came whole. */
  whole(fields: Fields): readonly ChatEvent[] {
    const choice = choicesOf(fields)[0] ?? {};
    this.#usage = readUsage(fields.usage);
    const message = isObject(choice.message) ? choice.message : {};
    const calls = Array.isArray(message.tool_calls) ? message.tool_calls.filter(isObject) : [];
    const said = { ...message, tool_calls: calls.map((call, index) => ({ ...call, index })) };
    const events = [...this.#start(fields, true), ...this.#said(said, choice)];
    this.#finished(choice);
    return [...events, ...this.end()];
  }

  end(): readonly ChatEvent[] {
    if (this.#ended) return [];
    this.#ended = true;
    const start = this.#start({}, true);
    if (failures.has(this.#reason ?? '')) {
      const message = `the server ends its answer with "${this.#reason ?? ''}"`;
      return [...start, { type: 'error', kind: 'upstream', message }];
    }
    const reason = this.#finishReason();
    const rest = this.#calls.end(reason !== 'length' && reason !== 'filter');
    if (rest.some(({ type }) => type === 'error')) return [...start, ...rest];
    const stopSequence = this.#stopSequence === undefined ? {} : { stopSequence: this.#stopSequence };
    return [...start, ...rest, { type: 'finish', reason, ...stopSequence, usage: this.#usage }];
  }

  /** Azure's first chunk has neither a choice nor a model. */
  #start({ model }: Fields, begun: boolean): readonly ChatEvent[] {
    const name = textIn(model);
    if (this.#started || (name === '' && !begun)) return [];
    this.#started = true;
    return [{ type: 'start', model: name }];
  }

  /** What a delta, or a message, says. A refusal is text that the user is to read. */
  #said(said: Fields, choice: Fields): readonly ChatEvent[] {
    const events: ChatEvent[] = [];
    const thinking = textIn(said.reasoning_content) || textIn(said.reasoning);
    if (thinking !== '') events.push({ type: 'thinking', text: thinking });
    const calls = this.#calls.read(
      isObject(said.function_call) ? [{ index: 0, function: said.function_call }] : said.tool_calls,
    );
    const text = textIn(said.content) + textIn(said.refusal);
    const probabilities = readProbabilities(isObject(choice.logprobs) ? choice.logprobs.content : undefined);
    const alone = thinking === '' && calls.length === 0;
    if (text !== '' || (probabilities !== undefined && alone)) events.push(textEvent(text, probabilities));
    return calls.length === 0 ? events : [...events, ...calls];
  }

  #finished({ finish_reason, stop_reason }: Fields): void {
    this.#reason = textIn(finish_reason) || this.#reason;
    // vLLM's, which is a number where a token was the end.
    if (typeof stop_reason === 'string') this.#stopSequence = stop_reason;
  }

  /** A server that has called tools may say `stop`, or nothing at all. */
  #finishReason(): FinishReason {
    const said = entryOf(reasons, this.#reason ?? '') ?? 'stop';
    if (said !== 'stop' && said !== 'tools') return said;
    return this.#calls.count > 0 ? 'tools' : 'stop';
  }
}

function textEvent(text: string, logprobs: readonly TokenProbability[] | undefined): ChatEvent {
  return logprobs === undefined ? { type: 'text', text } : { type: 'text', text, logprobs };
}

function choicesOf({ choices }: Fields): readonly Fields[] {
  return Array.isArray(choices) ? choices.filter(isObject) : [];
}
