import type { ChatEvent, ReplyEncoder, Usage } from '../events.js';
import type { Fields } from '../fields.js';
import { openaiError } from './errors.js';

/**
 * Writes an answer as OpenAI's chat completions do: server-sent events of `chat.completion.chunk` and a closing
 * `[DONE]`, or one `chat.completion` (OpenAI's API reference, "Chat Completions").
 *
 * @param id of the completion, the same in each chunk
 * @param created seconds since 1970
 * @param usageWanted whether a stream has a chunk of usage before its end
 */
export function openaiReply(id: string, created: number, stream: boolean, usageWanted: boolean): ReplyEncoder {
  let model = '';
  let whole = '';

  const object = (kind: string, rest: Fields): Fields => ({ id, object: kind, created, model, ...rest });
  const data = (fields: Fields): string => `data: ${JSON.stringify(fields)}\n\n`;
  const chunk = (delta: Fields, finish_reason: string | null): string =>
    data(object('chat.completion.chunk', { choices: [{ index: 0, delta, logprobs: null, finish_reason }] }));
  const counted = ({ prompt, answer }: Usage): Fields => ({
    usage: { prompt_tokens: prompt, completion_tokens: answer, total_tokens: prompt + answer },
  });

  const streamed = (event: ChatEvent): string => {
    switch (event.type) {
      case 'start':
        model = event.model;
        return chunk({ role: 'assistant', content: '' }, null);
      case 'text':
        return chunk({ content: event.text }, null);
      case 'finish':
        return [
          chunk({}, event.reason),
          usageWanted ? data(object('chat.completion.chunk', { choices: [], ...counted(event.usage) })) : '',
          'data: [DONE]\n\n',
        ].join('');
      case 'error':
        return data(openaiError('upstream', event.message));
    }
  };

  const together = (event: ChatEvent): string => {
    switch (event.type) {
      case 'start':
        model = event.model;
        return '';
      case 'text':
        whole += event.text;
        return '';
      case 'finish': {
        const message = { role: 'assistant', content: whole, refusal: null };
        const choice = { index: 0, message, logprobs: null, finish_reason: event.reason };
        return JSON.stringify(object('chat.completion', { choices: [choice], ...counted(event.usage) }));
      }
      case 'error':
        return JSON.stringify(openaiError('upstream', event.message));
    }
  };

  return {
    contentType: stream ? 'text/event-stream; charset=utf-8' : 'application/json; charset=utf-8',
    encode: stream ? streamed : together,
  };
}
