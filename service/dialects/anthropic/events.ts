import type { EventDecoder } from '../codec.js';
import type { ChatEvent, FinishReason, Usage } from '../events.js';
import { entryOf, type Fields, isObject, present, textIn, wordIn } from '../fields.js';

/** Why an answer ends ("Handling stop reasons"). A turn that pauses waits for tools of Anthropic's own, which we have not. */
const reasons: Readonly<Record<string, FinishReason>> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  pause_turn: 'stop',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  tool_use: 'tools',
  refusal: 'filter',
};

/** A call whose block is open. */
interface OpenCall {
  readonly index: number;
  /** What the block had when it was opened: most servers say nothing there. */
  readonly input: unknown;
  told: boolean;
}

/** Reads an answer as Anthropic's API streams it ("Streaming messages"). */
export function anthropicDecoder(): EventDecoder {
  const tokens = new TokenCount();
  const open = new Map<unknown, OpenCall>();
  let started = false;
  let finished = false;
  let calls = 0;

  const start = (model: unknown): ChatEvent[] => {
    if (started) return [];
    started = true;
    return [{ type: 'start', model: textIn(model) }];
  };

  const opened = (block: unknown, content: Fields): ChatEvent[] => {
    switch (content.type) {
      case 'text':
        return textOf(content.text);
      case 'thinking':
        return [...thoughtOf(content.thinking), ...signatureOf(content.signature)];
      case 'tool_use': {
        const index = calls;
        calls += 1;
        open.set(block, { index, input: content.input, told: false });
        return [callOf(index, content)];
      }
      default:
        return [];
    }
  };

  const filled = (block: unknown, delta: Fields): ChatEvent[] => {
    switch (delta.type) {
      case 'text_delta':
        return textOf(delta.text);
      case 'thinking_delta':
        return thoughtOf(delta.thinking);
      case 'signature_delta':
        return signatureOf(delta.signature);
      case 'input_json_delta': {
        const call = open.get(block);
        if (call === undefined || typeof delta.partial_json !== 'string' || delta.partial_json === '') return [];
        call.told = true;
        return [{ type: 'toolArguments', index: call.index, json: delta.partial_json }];
      }
      default:
        return [];
    }
  };

  // A call without arguments tells an empty piece of them, or none.
  const closed = (block: unknown): ChatEvent[] => {
    const call = open.get(block);
    open.delete(block);
    if (call === undefined || call.told) return [];
    return [{ type: 'toolArguments', index: call.index, json: JSON.stringify(call.input ?? {}) }];
  };

  const finish = (reason: unknown, stopSequence: unknown): ChatEvent[] => {
    finished = true;
    const left = [...open.keys()].flatMap(closed);
    return [...left, finishOf(reason, stopSequence, calls > 0, tokens.usage)];
  };

  return {
    frame({ fields = {} }) {
      // Nothing comes behind the end.
      if (finished) return [];
      switch (fields.type) {
        case 'message_start': {
          const message = isObject(fields.message) ? fields.message : {};
          tokens.take(message.usage);
          return start(message.model);
        }
        case 'content_block_start':
          return [...start(''), ...opened(fields.index, isObject(fields.content_block) ? fields.content_block : {})];
        case 'content_block_delta':
          return [...start(''), ...filled(fields.index, isObject(fields.delta) ? fields.delta : {})];
        case 'content_block_stop':
          return closed(fields.index);
        case 'message_delta': {
          const { stop_reason, stop_sequence } = isObject(fields.delta) ? fields.delta : {};
          tokens.take(fields.usage);
          return typeof stop_reason === 'string' ? [...start(''), ...finish(stop_reason, stop_sequence)] : [];
        }
        default:
          return [];
      }
    },
    end: () => (finished ? [] : [...start(''), ...finish(undefined, undefined)]),
  };
}

/** The events of a message of Anthropic's that came whole ("Create a Message"). */
export function anthropicEvents(fields: Fields): readonly ChatEvent[] {
  const events: ChatEvent[] = [{ type: 'start', model: textIn(fields.model) }];
  let calls = 0;
  for (const block of Array.isArray(fields.content) ? fields.content.filter(isObject) : []) {
    if (block.type === 'text') events.push(...textOf(block.text));
    if (block.type === 'thinking') events.push(...thoughtOf(block.thinking), ...signatureOf(block.signature));
    if (block.type === 'tool_use') {
      const index = calls;
      calls += 1;
      events.push(callOf(index, block), { type: 'toolArguments', index, json: JSON.stringify(block.input ?? {}) });
    }
  }
  const tokens = new TokenCount();
  tokens.take(fields.usage);
  events.push(finishOf(fields.stop_reason, fields.stop_sequence, calls > 0, tokens.usage));
  return events;
}

function callOf(index: number, { id, name }: Fields): ChatEvent {
  return { type: 'toolCall', index, id: textIn(id), name: textIn(name) };
}

function textOf(text: unknown): ChatEvent[] {
  return typeof text === 'string' && text !== '' ? [{ type: 'text', text }] : [];
}

function thoughtOf(text: unknown): ChatEvent[] {
  return typeof text === 'string' && text !== '' ? [{ type: 'thinking', text }] : [];
}

function signatureOf(signature: unknown): ChatEvent[] {
  return typeof signature === 'string' && signature !== '' ? [{ type: 'signature', signature }] : [];
}

function finishOf(reason: unknown, stopSequence: unknown, called: boolean, usage: Usage | undefined): ChatEvent {
  const told = entryOf(reasons, wordIn(reason)) ?? 'stop';
  return {
    type: 'finish',
    reason: called && told === 'stop' ? 'tools' : told,
    ...(typeof stopSequence === 'string' ? { stopSequence } : {}),
    usage,
  };
}

/** Adds up what an answer tells of its tokens: some at its beginning, the rest, and better numbers, at its end. */
class TokenCount {
  readonly #told = new Map<string, number>();

  take(usage: unknown): void {
    if (!isObject(usage)) return;
    const { output_tokens_details: details, ...counts } = usage;
    for (const [name, value] of [...Object.entries(counts), ...Object.entries(isObject(details) ? details : {})]) {
      if (typeof value === 'number') this.#told.set(name, value);
    }
  }

  /** `input_tokens` are those that neither came from the cache nor went into it ("Prompt caching"). */
  get usage(): Usage | undefined {
    const told = this.#told;
    const input = told.get('input_tokens');
    const answer = told.get('output_tokens');
    if (input === undefined && answer === undefined) return undefined;
    const cached = told.get('cache_read_input_tokens');
    return present({
      prompt: (input ?? 0) + (cached ?? 0) + (told.get('cache_creation_input_tokens') ?? 0),
      answer: answer ?? 0,
      cached,
      thinking: told.get('thinking_tokens'),
    });
  }
}
