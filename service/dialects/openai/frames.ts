import { type Fields, isObject, numberIn, objectFrom } from '../fields.js';
import { type Frame, type Framing, silentFrame } from '../frames.js';
import { eventIn, eventReader, eventText } from '../serverSentEvents.js';

/**
 * How OpenAI's API streams chat completions: server-sent events (HTML standard, 9.2.6) of `chat.completion.chunk`, closed
 * by `data: [DONE]`. An error inside an answer is an event with `error`. The older text completions have `text` in a choice
 * instead of a `delta`.
 */
export const openaiFraming: Framing = {
  endMark: 'data: [DONE]\n\n',

  isAnswer: (fields) => choicesOf(fields).length > 0 && !choicesOf(fields).some(hasFailed),

  reader: () => eventReader(frameOf),

  continued({ fields = {} }, text, first) {
    const { id, created } = first ?? fields;
    const choices = choicesOf(fields).map((choice) => {
      if (typeof choice.text === 'string') return { ...choice, text };
      const { role: _role, ...delta } = isObject(choice.delta) ? choice.delta : {};
      // What is new may become known only with the end, which says nothing itself.
      const says = typeof delta.content === 'string' || (text !== '' && isReason(choice.finish_reason));
      return { ...choice, delta: says ? { ...delta, content: text } : delta };
    });
    return Buffer.from(eventText({ ...fields, id, created, choices }));
  },
};

function frameOf(bytes: Buffer): Frame {
  const { name, data } = eventIn(bytes);
  const nothing = silentFrame(bytes);
  if (data === undefined || data.trim() === '') return nothing;
  if (data.trim() === '[DONE]') return { ...nothing, last: true };
  const fields = objectFrom(data);
  if (fields === undefined) {
    return name === 'error' ? { ...nothing, fields: { error: data }, error: true } : { ...nothing, malformed: true };
  }
  const choices = choicesOf(fields);
  const told = choices.map((choice) => ({ choice, index: numberIn(choice.index ?? 0), holds: contentOf(choice) }));
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

function choicesOf({ choices }: Fields): readonly Fields[] {
  return Array.isArray(choices) ? choices.filter(isObject) : [];
}

/** Reasoning has no standard name: `reasoning` with OpenRouter and Ollama, `reasoning_content` with most others. */
function contentOf(choice: Fields): { substance: boolean; text: string; intricate: boolean } {
  const delta = isObject(choice.delta) ? choice.delta : {};
  const text = [delta.content, choice.text].find((value): value is string => typeof value === 'string') ?? '';
  const calls =
    (Array.isArray(delta.tool_calls) && delta.tool_calls.length > 0) ||
    isObject(delta.function_call) ||
    isObject(delta.audio);
  const spoken = [text, delta.reasoning, delta.reasoning_content, delta.refusal];
  const substance = calls || spoken.some((value) => typeof value === 'string' && value !== '');
  return { substance, text, intricate: calls || (typeof delta.refusal === 'string' && delta.refusal !== '') };
}
