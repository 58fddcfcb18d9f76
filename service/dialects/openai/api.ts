import type { ChatRequest } from '../chat.js';
import type { ClientApi, ServerApi } from '../codec.js';
import { chatReply } from './chatReply.js';
import { completionReply } from './completionReply.js';
import { ChatDecoder } from './events.js';
import { openaiFraming } from './frames.js';
import { decodeChatCompletion, decodeCompletion, encodeChatCompletion, type Takes } from './request.js';

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

/** How a server is asked that may be any: with no field that isn't in OpenAI's API. */
export const openaiServer: ServerApi = serverWith({ extras: false, limit: 'max_tokens' });

/** How OpenAI's own is asked. */
export const openaiItself: ServerApi = serverWith({ extras: false, limit: 'max_completion_tokens' });

/** How llama.cpp and vLLM are asked, which take more than OpenAI: `top_k`, `min_p`, `repeat_penalty`, templates' switches. */
export const openaiServerWithExtras: ServerApi = serverWith({ extras: true, limit: 'max_tokens' });

function serverWith(takes: Takes): ServerApi {
  return {
    dialect: 'openai',
    path: '/v1/chat/completions',
    framing: openaiFraming,
    encode: (request: ChatRequest) => encodeChatCompletion(request, takes),
    decoder: () => new ChatDecoder(),
    whole: (fields) => new ChatDecoder().whole(fields),
  };
}
