import { type ReplyEncoder, type ReplyOptions, Unspeakable } from '../codec.js';
import type { ChatEvent, FinishReason } from '../events.js';
import type { Fields } from '../fields.js';
import { writeProbabilities } from './probabilities.js';
import { type Form, openaiReply } from './reply.js';

const reasons: Readonly<Record<FinishReason, string>> = {
  stop: 'stop',
  length: 'length',
  tools: 'tool_calls',
  filter: 'content_filter',
};

type Call = Extract<ChatEvent, { type: 'toolCall' }>;

/**
 * Writes an answer as OpenAI's chat completions are (API reference, "The chat completion object" and "… chunk object").
 * What the model thought is `reasoning_content`, which most clients read. Whoever asked with `functions` is answered with
 * `function_call`, which has room for one call.
 */
export function chatReply(options: ReplyOptions): ReplyEncoder {
  const { functions, tools } = options.fields;
  const idOf = ({ id, index }: Call): string => (id === '' ? `call_${options.id}_${index}` : id);
  return openaiReply(functions !== undefined && tools === undefined ? functionForm : toolForm(idOf), options);
}

const common = {
  objects: { chunk: 'chat.completion.chunk', whole: 'chat.completion' },
  prefix: 'chatcmpl-',
  text: (content: string): Fields => piece({ content }),
};

function toolForm(idOf: (call: Call) => string): Form {
  const calling = (index: number, call: Fields): Fields => piece({ tool_calls: [{ index, ...call }] });
  return {
    ...common,
    piece(event) {
      switch (event.type) {
        case 'toolCall':
          return calling(event.index, {
            id: idOf(event),
            type: 'function',
            function: { name: event.name, arguments: '' },
          });
        case 'toolArguments':
          return calling(event.index, { function: { arguments: event.json } });
        default:
          return pieceOf(event, reasons);
      }
    },
    whole(events) {
      const calls = callsIn(events).map(({ call, json }) => ({
        id: idOf(call),
        type: 'function',
        function: { name: call.name, arguments: json },
      }));
      return wholeOf(events, calls.length === 0 ? {} : { tool_calls: calls }, reasons);
    },
  };
}

const functionReasons = { ...reasons, tools: 'function_call' };

const functionForm: Form = {
  ...common,
  piece(event) {
    switch (event.type) {
      case 'toolCall':
        onlyOne(event.index + 1);
        return piece({ function_call: { name: event.name, arguments: '' } });
      case 'toolArguments':
        return piece({ function_call: { arguments: event.json } });
      default:
        return pieceOf(event, functionReasons);
    }
  },
  whole(events) {
    const calls = callsIn(events);
    onlyOne(calls.length);
    const [first] = calls;
    const called = first && { function_call: { name: first.call.name, arguments: first.json } };
    return wholeOf(events, called ?? {}, functionReasons);
  },
};

function onlyOne(calls: number): void {
  if (calls < 2) return;
  throw new Unspeakable(
    'the model calls several functions at once, which an answer to "functions" can\'t say: use "tools"',
  );
}

function piece(delta: Fields, logprobs: Fields | null = null, finish_reason: string | null = null): Fields {
  return { index: 0, delta, logprobs, finish_reason };
}

function pieceOf(event: ChatEvent, words: Readonly<Record<FinishReason, string>>): Fields | undefined {
  switch (event.type) {
    case 'start':
      return piece({ role: 'assistant', content: '' });
    case 'thinking':
      return piece({ reasoning_content: event.text });
    case 'text':
      return piece({ content: event.text }, writeProbabilities(event.logprobs));
    case 'finish':
      return piece({}, null, words[event.reason]);
    default:
      return undefined;
  }
}

/** The calls of an answer, each with its arguments. */
function callsIn(events: readonly ChatEvent[]): readonly { readonly call: Call; readonly json: string }[] {
  const pieces = new Map<number, string[]>();
  for (const event of events) {
    if (event.type === 'toolCall') pieces.set(event.index, []);
    if (event.type === 'toolArguments') pieces.get(event.index)?.push(event.json);
  }
  return events
    .filter((event): event is Call => event.type === 'toolCall')
    .map((call) => ({ call, json: (pieces.get(call.index) ?? []).join('') }));
}

function wholeOf(events: readonly ChatEvent[], called: Fields, words: Readonly<Record<FinishReason, string>>): Fields {
  const text = events.map((event) => (event.type === 'text' ? event.text : '')).join('');
  const thinking = events.map((event) => (event.type === 'thinking' ? event.text : '')).join('');
  const probabilities = events.flatMap((event) => (event.type === 'text' ? (event.logprobs ?? []) : []));
  const finish = events.find((event) => event.type === 'finish');
  const message = {
    role: 'assistant',
    content: text === '' && Object.keys(called).length > 0 ? null : text,
    refusal: null,
    ...(thinking === '' ? {} : { reasoning_content: thinking }),
    ...called,
  };
  return {
    index: 0,
    message,
    logprobs: writeProbabilities(probabilities),
    finish_reason: words[finish?.reason ?? 'stop'],
  };
}
