import { type ReplyEncoder, type ReplyOptions, Unspeakable } from '../codec.js';
import type { ErrorKind } from '../dialect.js';
import type { ChatEvent, FinishReason, Usage } from '../events.js';
import { argumentsFrom, type Fields, isObject, objectFrom, textIn } from '../fields.js';
import { typedEventText } from '../serverSentEvents.js';
import { blank, template } from '../template.js';
import { anthropicError } from './errors.js';

type Finish = Extract<ChatEvent, { type: 'finish' }>;
type Call = Extract<ChatEvent, { type: 'toolCall' }>;

const stopReasons: Readonly<Record<FinishReason, string>> = {
  stop: 'end_turn',
  length: 'max_tokens',
  tools: 'tool_use',
  filter: 'refusal',
};

/**
 * Writes an answer as Anthropic's API does: events that open, fill and close one block after another, or one message for
 * all ("Streaming messages", "Create a Message").
 */
export function anthropicReply({ id, streamed }: Pick<ReplyOptions, 'id' | 'streamed'>): ReplyEncoder {
  return streamed ? new StreamedReply(`msg_${id}`) : new WholeReply(`msg_${id}`);
}

/** The message around the blocks. */
function messageOf(id: string, model: string, content: readonly Fields[], end: Fields): Fields {
  return { id, type: 'message', role: 'assistant', model, content, ...end };
}

function reasonOf({ reason, stopSequence }: Finish): Fields {
  const stopped = reason === 'stop' && stopSequence !== undefined;
  return { stop_reason: stopped ? 'stop_sequence' : stopReasons[reason], stop_sequence: stopSequence ?? null };
}

/** Clients rely on there being numbers; what isn't known is none. */
function usageOf(usage: Usage | undefined): Fields {
  const { prompt, answer, cached, thinking }: Usage = usage ?? { prompt: 0, answer: 0 };
  return {
    input_tokens: prompt - (cached ?? 0),
    ...(cached === undefined ? {} : { cache_read_input_tokens: cached }),
    output_tokens: answer,
    ...(thinking === undefined ? {} : { output_tokens_details: { thinking_tokens: thinking } }),
  };
}

/** A call whose block can't be opened yet, since another's is open. */
interface HeldCall {
  readonly call: Call;
  readonly pieces: string[];
}

function isWhole({ pieces }: HeldCall): boolean {
  return objectFrom(pieces.join('')) !== undefined;
}

/** A call's arguments. @throws {Unspeakable} where they are none */
function inputOf({ call, pieces }: HeldCall): Fields {
  const input = argumentsFrom(pieces.join(''));
  if (input !== undefined) return input;
  throw new Unspeakable(`the model calls "${call.name}" with arguments that are no JSON object`);
}

/** What is around the index of a block and a piece of its text. */
const aroundText = template(
  typedEventText({ type: 'content_block_delta', index: blank, delta: { type: 'text_delta', text: blank } }),
);

function textDelta(index: number, text: string): string {
  const [before, between, after] = aroundText;
  return `${before}${index}${between}${JSON.stringify(text)}${after}`;
}

class StreamedReply implements ReplyEncoder {
  readonly contentType = 'text/event-stream; charset=utf-8';
  readonly #id: string;
  #begun = false;
  /** How many blocks there are; the last of them may be open. */
  #blocks = 0;
  #open: 'text' | 'thinking' | 'call' | 'other' | undefined;
  /** The call that is open, and what its arguments are so far. */
  #call: HeldCall | undefined;
  readonly #held = new Map<number, HeldCall>();

  constructor(id: string) {
    this.#id = id;
  }

  encode(event: ChatEvent): string {
    switch (event.type) {
      case 'start':
        return this.#start(event.model);
      case 'text':
        if (event.text === '') return '';
        return this.#in('text', { type: 'text', text: '' }) + textDelta(this.#blocks - 1, event.text);
      case 'thinking':
        if (event.text === '') return '';
        return this.#thinking() + this.#delta({ type: 'thinking_delta', thinking: event.text });
      case 'signature': {
        const signed = this.#thinking() + this.#delta({ type: 'signature_delta', signature: event.signature });
        // Each signature has its own block: a thought behind it is another.
        return signed + this.#close();
      }
      case 'toolCall':
        return this.#begin(event);
      case 'toolArguments':
        return this.#arguments(event.index, event.json);
      case 'finish': {
        const end = typedEventText({ type: 'message_delta', delta: reasonOf(event), usage: usageOf(event.usage) });
        return this.#close(event.reason === 'length') + end + typedEventText({ type: 'message_stop' });
      }
      case 'error':
        return this.#error(event.kind, event.message);
    }
  }

  resumes(_first: Fields, { type, index, content_block: block, delta }: Fields): void {
    this.#blocks = typeof index === 'number' ? index + 1 : 0;
    const filled = [block, delta].filter(isObject).map((some) => textIn(some.type).replace(/_delta$/, ''))[0];
    const open = type === 'content_block_start' || type === 'content_block_delta';
    // Behind a signature a thought is another.
    this.#open = !open ? undefined : filled === 'text' || filled === 'thinking' ? filled : 'other';
  }

  #start(model: string): string {
    if (this.#begun) return '';
    this.#begun = true;
    // The tokens are known at the end only, and told there.
    const end = { stop_reason: null, stop_sequence: null, usage: usageOf(undefined) };
    return typedEventText({ type: 'message_start', message: messageOf(this.#id, model, [], end) });
  }

  /** Opens a block unless one of its kind is open. */
  #in(kind: 'text' | 'thinking', block: Fields): string {
    return this.#open === kind ? '' : this.#close() + this.#opened(kind, block);
  }

  #thinking(): string {
    return this.#in('thinking', { type: 'thinking', thinking: '', signature: '' });
  }

  #begin(call: Call): string {
    const { index } = call;
    // A JSON object says where it ends, so that a call whose arguments are one has no more.
    const waits = this.#held.size > 0 || (this.#call !== undefined && !isWhole(this.#call));
    if (waits) {
      this.#held.set(index, { call, pieces: [] });
      return '';
    }
    return this.#close() + this.#openCall({ call, pieces: [] });
  }

  #arguments(index: number, json: string): string {
    if (this.#call?.call.index === index) {
      this.#call.pieces.push(json);
      return this.#delta({ type: 'input_json_delta', partial_json: json });
    }
    const held = this.#held.get(index);
    if (held === undefined) throw new Unspeakable(`the arguments of call ${index} go on behind its end`);
    held.pieces.push(json);
    return '';
  }

  /** The calls whose blocks aren't closed. */
  #unended(): readonly HeldCall[] {
    return [...(this.#call === undefined ? [] : [this.#call]), ...this.#held.values()];
  }

  #openCall(held: HeldCall): string {
    const { id, name } = held.call;
    const opened = this.#opened('call', { type: 'tool_use', id, name, input: {} });
    this.#call = held;
    const json = held.pieces.join('');
    return json === '' ? opened : opened + this.#delta({ type: 'input_json_delta', partial_json: json });
  }

  #opened(kind: 'text' | 'thinking' | 'call', block: Fields): string {
    this.#open = kind;
    this.#blocks += 1;
    return typedEventText({ type: 'content_block_start', index: this.#blocks - 1, content_block: block });
  }

  #delta(delta: Fields): string {
    return typedEventText({ type: 'content_block_delta', index: this.#blocks - 1, delta });
  }

  /** Closes what is open, and writes the calls that have waited for it. @param cut whether the answer ends before its time */
  #close(cut = false): string {
    // Where a limit cuts a call off the reason tells it; else it would be carried out.
    if (!cut) for (const held of this.#unended()) inputOf(held);
    let written = this.#shut();
    for (const held of this.#held.values()) written += this.#openCall(held) + this.#shut();
    this.#held.clear();
    return written;
  }

  #shut(): string {
    if (this.#open === undefined) return '';
    this.#open = undefined;
    this.#call = undefined;
    return typedEventText({ type: 'content_block_stop', index: this.#blocks - 1 });
  }

  #error(kind: ErrorKind, message: string): string {
    return typedEventText({ ...anthropicError(kind, message), type: 'error' });
  }
}

type Block =
  | { readonly kind: 'text' | 'thinking'; readonly pieces: string[]; signature?: string }
  | { readonly kind: 'call'; readonly pieces: string[]; readonly call: Call };

class WholeReply implements ReplyEncoder {
  readonly contentType = 'application/json; charset=utf-8';
  readonly #id: string;
  #model: string | undefined;
  readonly #blocks: Block[] = [];
  readonly #calls = new Map<number, Block>();

  constructor(id: string) {
    this.#id = id;
  }

  encode(event: ChatEvent): string {
    switch (event.type) {
      case 'start':
        this.#model ??= event.model;
        return '';
      case 'text':
      case 'thinking':
        if (event.text !== '') this.#in(event.type).pieces.push(event.text);
        return '';
      case 'signature':
        this.#in('thinking').signature = event.signature;
        return '';
      case 'toolCall': {
        const block: Block = { kind: 'call', pieces: [], call: event };
        this.#blocks.push(block);
        this.#calls.set(event.index, block);
        return '';
      }
      case 'toolArguments':
        this.#calls.get(event.index)?.pieces.push(event.json);
        return '';
      case 'finish':
        return this.#finish(event);
      case 'error':
        return JSON.stringify(anthropicError(event.kind, event.message));
    }
  }

  /** The last block if it is of this kind and may go on, else a new one. */
  #in(kind: 'text' | 'thinking'): Extract<Block, { kind: 'text' | 'thinking' }> {
    const last = this.#blocks.at(-1);
    if (last !== undefined && last.kind !== 'call' && last.kind === kind && last.signature === undefined) return last;
    const block = { kind, pieces: [] };
    this.#blocks.push(block);
    return block;
  }

  #finish(finish: Finish): string {
    const content: Fields[] = [];
    for (const block of this.#blocks) {
      const whole = block.pieces.join('');
      if (block.kind === 'text') content.push({ type: 'text', text: whole });
      if (block.kind === 'thinking')
        content.push({ type: 'thinking', thinking: whole, signature: block.signature ?? '' });
      if (block.kind !== 'call') continue;
      const { id, name } = block.call;
      content.push({ type: 'tool_use', id, name, input: inputOf(block) });
    }
    const end = { ...reasonOf(finish), usage: usageOf(finish.usage) };
    return JSON.stringify(messageOf(this.#id, this.#model ?? '', content, end));
  }
}
