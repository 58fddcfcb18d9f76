import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anthropicMessages, anthropicServer } from '../../../../service/dialects/anthropic/api.js';
import type { Fields } from '../../../../service/dialects/fields.js';
import { answersWith, countedInDetail } from '../arbitraries.js';
import { eventsOf, joined, replyOptions, writtenBy } from '../vectors.js';

const answers = answersWith({
  signatures: true,
  stopSequences: true,
  reasons: ['stop', 'length', 'filter'],
  usage: countedInDetail,
});

describe('what is written of an answer and read again', () => {
  it('is the same, streamed', () => {
    fc.assert(
      fc.property(answers, (events) => {
        const stream = writtenBy(anthropicMessages.encoder(replyOptions(true)), events);
        expect(joined(eventsOf(anthropicServer, [Buffer.from(stream)]))).toEqual(joined(events));
      }),
      { seed: 21 },
    );
  });

  it('is the same, whole', () => {
    fc.assert(
      fc.property(answers, (events) => {
        const whole = JSON.parse(writtenBy(anthropicMessages.encoder(replyOptions(false)), events)) as Fields;
        expect(joined(anthropicServer.whole(whole))).toEqual(joined(events));
      }),
      { seed: 22 },
    );
  });
});
