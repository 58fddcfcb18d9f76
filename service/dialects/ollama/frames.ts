import { isObject, objectFrom } from '../fields.js';
import { type Frame, type FrameReader, type Framing, LineSplitter, silentFrame } from '../frames.js';

/**
 * How Ollama streams: a JSON object a line, the last with `done` (docs/api.md there). An error inside an answer is a line
 * with `error` (docs/api/errors).
 */
export const ollamaFraming: Framing = {
  endMark: '',

  isAnswer: ({ message, response, done }) => (isObject(message) || typeof response === 'string') && done !== false,

  reader(): FrameReader {
    const lines = new LineSplitter();
    return {
      feed: (chunk) => lines.feed(chunk).map(frameOf),
      rest() {
        const bytes = lines.rest();
        if (bytes.toString('utf8').trim() === '') return undefined;
        const frame = frameOf(Buffer.concat([bytes, Buffer.from('\n')]));
        return frame.malformed ? undefined : frame;
      },
    };
  },

  continued({ fields = {} }, text) {
    const { message } = fields;
    const place = isObject(message) ? { message: { ...message, content: text } } : { response: text };
    return Buffer.from(`${JSON.stringify({ ...fields, ...place })}\n`);
  },
};

function frameOf(bytes: Buffer): Frame {
  const line = bytes.toString('utf8').trim();
  if (line === '') return silentFrame(bytes);
  const fields = objectFrom(line);
  if (fields === undefined) return { ...silentFrame(bytes), malformed: true };
  const message = isObject(fields.message) ? fields.message : fields;
  const text = [message.content, fields.response].find((value): value is string => typeof value === 'string');
  const calls = Array.isArray(message.tool_calls) && message.tool_calls.length > 0;
  const thought = typeof message.thinking === 'string' && message.thinking !== '';
  return {
    ...silentFrame(bytes),
    fields,
    error: fields.error !== undefined,
    substance: calls || thought || (text ?? '') !== '',
    text: text ?? '',
    intricate: calls || Array.isArray(fields.logprobs),
    choices: [0],
    finished: fields.done === true ? [0] : [],
    last: fields.done === true,
  };
}
