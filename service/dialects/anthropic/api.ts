import type { ClientApi, ServerApi } from '../codec.js';
import { anthropicDecoder, anthropicEvents } from './events.js';
import { anthropicFraming } from './frames.js';
import { anthropicReply } from './reply.js';
import { decodeMessages } from './request.js';
import { encodeMessages } from './serverRequest.js';

const path = '/v1/messages';

/** Anthropic's messages, as applications ask for them. */
export const anthropicMessages: ClientApi = {
  dialect: 'anthropic',
  path,
  streamed: ({ stream }) => stream === true,
  decode: decodeMessages,
  encoder: anthropicReply,
};

/** Anthropic's messages, as servers are asked for them. */
export const anthropicServer: ServerApi = {
  dialect: 'anthropic',
  path,
  framing: anthropicFraming,
  encode: encodeMessages,
  decoder: anthropicDecoder,
  whole: anthropicEvents,
};
