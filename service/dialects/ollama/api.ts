import type { ClientApi, ServerApi } from '../codec.js';
import { silentFrame } from '../frames.js';
import { ollamaEvents } from './events.js';
import { ollamaFraming } from './frames.js';
import { ollamaReply } from './reply.js';
import { decodeChat, decodeGenerate, encodeChat, ollamaStreamed } from './request.js';

/** How applications ask for the next message of a chat. */
export const ollamaChat: ClientApi = {
  dialect: 'ollama',
  path: '/api/chat',
  streamed: ollamaStreamed,
  decode: decodeChat,
  encoder: (options) => ollamaReply('chat', options),
};

/** How applications ask what follows a prompt. */
export const ollamaGenerate: ClientApi = {
  dialect: 'ollama',
  path: '/api/generate',
  streamed: ollamaStreamed,
  decode: decodeGenerate,
  encoder: (options) => ollamaReply('generate', options),
};

/**
 * How an Ollama server is asked: in its own words, since where it speaks those of others it loses `num_ctx` and
 * `keep_alive`, and errors inside an answer (openai/openai.go and middleware/openai.go there).
 */
export const ollamaServer: ServerApi = {
  dialect: 'ollama',
  path: '/api/chat',
  framing: ollamaFraming,
  encode: encodeChat,
  decoder: ollamaEvents,
  // A whole answer is a last line that says all.
  whole: (fields) => ollamaEvents().frame({ ...silentFrame(Buffer.alloc(0)), fields: { ...fields, done: true } }),
};
