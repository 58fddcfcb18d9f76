import { type ReplyEncoder, type ReplyOptions, Unspeakable } from '../codec.js';
import type { FinishReason } from '../events.js';
import type { Fields } from '../fields.js';
import { writeFormerProbabilities } from './probabilities.js';
import { type Form, openaiReply } from './reply.js';

/** There are no tools in this API, and so no calls. */
const reasons: Readonly<Record<FinishReason, string>> = {
  stop: 'stop',
  length: 'length',
  tools: 'stop',
  filter: 'content_filter',
};

/**
 * Writes an answer as OpenAI's older text completions are (API reference, "The completion object"). Thoughts have no place
 * in it and are left out.
 */
export function completionReply(options: ReplyOptions): ReplyEncoder {
  return openaiReply(completionForm(), options);
}

function completionForm(): Form {
  let offset = 0;
  const choice = (text: string, logprobs: Fields | null, finish_reason: string | null): Fields => ({
    text,
    index: 0,
    logprobs,
    finish_reason,
  });
  return {
    objects: { chunk: 'text_completion', whole: 'text_completion' },
    prefix: 'cmpl-',
    piece(event) {
      switch (event.type) {
        case 'text': {
          const { text, logprobs = [] } = event;
          offset += text.length;
          return choice(text, writeFormerProbabilities(logprobs, offset - text.length), null);
        }
        case 'finish':
          return choice('', null, reasons[event.reason]);
        case 'toolCall':
          throw new Unspeakable(`the model calls the tool "${event.name}", which a text completion can't say`);
        default:
          return undefined;
      }
    },
    whole(events) {
      const texts = events.flatMap((event) => (event.type === 'text' ? [event] : []));
      const finish = events.find((event) => event.type === 'finish');
      const call = events.find((event) => event.type === 'toolCall');
      if (call !== undefined) {
        throw new Unspeakable(`the model calls the tool "${call.name}", which a text completion can't say`);
      }
      return choice(
        texts.map(({ text }) => text).join(''),
        writeFormerProbabilities(
          texts.flatMap(({ logprobs = [] }) => logprobs),
          0,
        ),
        reasons[finish?.reason ?? 'stop'],
      );
    },
  };
}
