import { type Fields, isObject, objectFrom } from '../fields.js';
import {
  type Frame,
  frameLimit,
  type FrameReader,
  FrameTooLong,
  type Framing,
  LineSplitter,
  silentFrame,
} from '../frames.js';

/**
 * How OpenAI's API streams chat completions: server-sent events (HTML standard, 9.2.6) of `chat.completion.chunk`, closed
 * by `data: [DONE]`. An error inside an answer is an event with `error`.
 */
export const openaiFraming: Framing = {
  endMark: 'data: [DONE]\n\n',

  isAnswer: (fields) => choicesOf(fields).length > 0 && !choicesOf(fields).some(hasFailed),

  reader(): FrameReader {
    const lines = new LineSplitter();
    let event: Buffer[] = [];
    let length = 0;
    const takeEvent = (): Frame => {
      const bytes = event.length === 1 ? (event[0] ?? Buffer.alloc(0)) : Buffer.concat(event);
      event = [];
      length = 0;
      return frameOf(bytes);
    };
    return {
      feed(chunk) {
        const frames: Frame[] = [];
        for (const line of lines.feed(chunk)) {
          event.push(line);
          length += line.length;
          if (isBlank(line)) frames.push(takeEvent());
          else if (length > frameLimit) throw new FrameTooLong();
        }
        return frames;
      },
      rest() {
        const bytes = lines.rest();
        if (event.length === 0 && bytes.length === 0) return undefined;
        const end = bytes.length === 0 ? '\n' : '\n\n';
        event.push(bytes, Buffer.from(end));
        const frame = takeEvent();
        return frame.malformed ? undefined : frame;
      },
    };
  },

  continued({ fields = {} }, text, first) {
    const { id, created } = first ?? fields;
    const choices = choicesOf(fields).map((choice) => {
      const { role: _role, ...delta } = isObject(choice.delta) ? choice.delta : {};
      return { ...choice, delta: typeof delta.content === 'string' ? { ...delta, content: text } : delta };
    });
    return Buffer.from(`data: ${JSON.stringify({ ...fields, id, created, choices })}\n\n`);
  },
};

/** A line of nothing but its end, `\n` or `\r\n`. */
function isBlank(line: Buffer): boolean {
  return line.length === 1 || (line.length === 2 && line[0] === 13);
}

function frameOf(bytes: Buffer): Frame {
  const { name, data } = eventIn(bytes.toString('utf8'));
  const nothing = silentFrame(bytes);
  if (data === undefined || data.trim() === '') return nothing;
  if (data.trim() === '[DONE]') return { ...nothing, last: true };
  const fields = objectFrom(data);
  if (fields === undefined) {
    return name === 'error' ? { ...nothing, fields: { error: data }, error: true } : { ...nothing, malformed: true };
  }
  const choices = choicesOf(fields);
  const told = choices.map((choice) => ({ choice, index: Number(choice.index ?? 0), holds: contentOf(choice) }));
  return {
    ...nothing,
    fields,
    // Some send `"error": null` along.
    error: (fields.error !== undefined && fields.error !== null) || name === 'error' || choices.some(hasFailed),
    substance: told.some(({ holds }) => holds.substance),
    text: told.find(({ index }) => index === 0)?.holds.text ?? '',
    intricate: told.some(({ choice, index, holds }) => index > 0 || holds.intricate || isObject(choice.logprobs)),
    choices: told.map(({ index }) => index),
    finished: told.filter(({ choice }) => isReason(choice.finish_reason)).map(({ index }) => index),
  };
}

/** OpenRouter ends a choice so that failed at its provider, with an error beside it or without. */
function hasFailed({ finish_reason }: Fields): boolean {
  return finish_reason === 'error';
}

/** Some write '' where the choice goes on and others write null. */
function isReason(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

/** The event's name and data; no data if it has none. Comments and other fields mean nothing here. */
function eventIn(text: string): { name: string | undefined; data: string | undefined } {
  let name: string | undefined;
  const data: string[] = [];
  // A byte order mark may stand before all (HTML standard).
  for (const line of text.replace(/^\uFEFF/, '').split(/\r?\n/)) {
    const [, field = '', value = ''] = /^([^:]+)(?:: ?(.*))?$/s.exec(line) ?? [];
    if (field === 'data') data.push(value);
    if (field === 'event') name = value;
  }
  return { name, data: data.length === 0 ? undefined : data.join('\n') };
}

function choicesOf({ choices }: Fields): readonly Fields[] {
  return Array.isArray(choices) ? choices.filter(isObject) : [];
}

/** Reasoning has no standard name: `reasoning` with OpenRouter and Ollama, `reasoning_content` with most others. */
function contentOf(choice: Fields): { substance: boolean; text: string; intricate: boolean } {
  const delta = isObject(choice.delta) ? choice.delta : {};
  const text = typeof delta.content === 'string' ? delta.content : '';
  const calls =
    (Array.isArray(delta.tool_calls) && delta.tool_calls.length > 0) ||
    isObject(delta.function_call) ||
    isObject(delta.audio);
  const spoken = [text, delta.reasoning, delta.reasoning_content, delta.refusal];
  const substance = calls || spoken.some((value) => typeof value === 'string' && value !== '');
  return { substance, text, intricate: calls || (typeof delta.refusal === 'string' && delta.refusal !== '') };
}
