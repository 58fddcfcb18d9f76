import type { ClientApi } from '../../codec.js';
import { responsesReply } from './reply.js';
import { decodeResponse } from './request.js';

/** OpenAI's Responses API (its API reference, "Responses"), without what it keeps: every request tells all. */
export const openaiResponses: ClientApi = {
  dialect: 'openai',
  path: '/v1/responses',
  streamed: ({ stream }) => stream === true,
  decode: decodeResponse,
  encoder: responsesReply,
};
