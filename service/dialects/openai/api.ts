import type { ChatRequest } from '../chat.js';
import type { ClientApi, ServerApi } from '../codec.js';
import { chatReply } from './chatReply.js';
import { completionReply } from './completionReply.js';
import { ChatDecoder } from './events.js';
import { openaiFraming } from './frames.js';
import { decodeChatCompletion, decodeCompletion, encodeChatCompletion } from './request.js';

/** How applications ask for chat completions. */
export const openaiChat: ClientApi = {
  dialect: 'openai',
  path: '/v1/chat/completions',
  streamed: ({ stream }) => stream === true,
  decode: decodeChatCompletion,
  encoder: chatReply,
};

/** How older applications ask for the rest of a text. */
export const openaiCompletions: ClientApi = {
  dialect: 'openai',
  path: '/v1/completions',
  streamed: ({ stream }) => stream === true,
  decode: decodeCompletion,
  encoder: completionReply,
};

/** How a server is asked that may be OpenAI's own: with no field that isn't in its API. */
export const openaiServer: ServerApi = serverWith(false);

/** How llama.cpp and vLLM are asked, which take more than OpenAI: `top_k`, `min_p`, `repeat_penalty`, templates' switches. */
export const openaiServerWithExtras: ServerApi = serverWith(true);

function serverWith(extras: boolean): ServerApi {
  return {
    dialect: 'openai',
    path: '/v1/chat/completions',
    framing: openaiFraming,
    encode: (request: ChatRequest) => encodeChatCompletion(request, extras),
    decoder: () => new ChatDecoder(),
    whole: (fields) => new ChatDecoder().whole(fields),
  };
}
