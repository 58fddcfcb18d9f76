import { type Fields, isObject, objectFrom, textIn } from '../fields.js';
import { type Frame, type Framing, silentFrame } from '../frames.js';
import { eventIn, eventReader, typedEventText } from '../serverSentEvents.js';

const endMark = typedEventText({ type: 'message_stop' });

/**
 * How Anthropic's API streams (its documentation, "Streaming messages"): server-sent events that open a message, open,
 * fill and close its blocks one after another, tell why it ends, and close it. An error inside an answer is an event
 * `error`; a `ping` says nothing.
 */
export const anthropicFraming: Framing = {
  endMark,

  isAnswer: ({ type, content }) => type === 'message' && Array.isArray(content),

  reader: () => eventReader(frameOf),
};

function frameOf(bytes: Buffer): Frame {
  const { name, data } = eventIn(bytes);
  const nothing = silentFrame(bytes);
  // vLLM ends its streams as OpenAI's API does.
  if (data === undefined || data.trim() === '' || data.trim() === '[DONE]') return nothing;
  const fields = objectFrom(data);
  if (fields === undefined) {
    return name === 'error' ? { ...nothing, fields: { error: data }, error: true } : { ...nothing, malformed: true };
  }
  const type = fields.type ?? name;
  if (type === 'ping') return nothing;
  if (type === 'error') return { ...nothing, fields, error: true };
  if (type === 'message_stop') return { ...nothing, last: true };
  const told = { ...nothing, fields, choices: [0] };
  switch (type) {
    case 'content_block_start':
      return { ...told, ...contentOf(isObject(fields.content_block) ? fields.content_block : {}) };
    case 'content_block_delta':
      return { ...told, ...contentOf(isObject(fields.delta) ? fields.delta : {}) };
    case 'message_delta':
      return { ...told, finished: isObject(fields.delta) && typeof fields.delta.stop_reason === 'string' ? [0] : [] };
    default:
      return told;
  }
}

/** What a block holds when it is opened, or a piece of it. */
function contentOf({ type, text, thinking }: Fields): Pick<Frame, 'substance' | 'text' | 'intricate'> {
  switch (type) {
    case 'text':
    case 'text_delta': {
      const told = textIn(text);
      return { substance: told !== '', text: told, intricate: false };
    }
    case 'thinking':
    case 'thinking_delta':
      return { substance: typeof thinking === 'string' && thinking !== '', text: '', intricate: false };
    case 'signature_delta':
      return { substance: false, text: '', intricate: false };
    default:
      return { substance: true, text: '', intricate: true };
  }
}
