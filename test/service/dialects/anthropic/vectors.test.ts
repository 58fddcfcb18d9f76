import { describe, expect, it } from 'vitest';
import { anthropicMessages, anthropicServer } from '../../../../service/dialects/anthropic/api.js';
import type { ChatRequest } from '../../../../service/dialects/chat.js';
import type { ChatEvent } from '../../../../service/dialects/events.js';
import { answersIn, eventsOf, joined, replyOptions, requestsIn, writtenBy } from '../vectors.js';

const requests = requestsIn('anthropic');
const answers = answersIn('anthropic');

/** What becomes of a request on its way to a server and back, beside the limit, which Anthropic's API insists on. */
const readBack: Readonly<Record<string, Partial<ChatRequest>>> = {
  sampling: { sampling: { temperature: 0.5, topP: 0.9, topK: 40, stop: ['END', '###'] } },
  schema: { thinking: { wanted: true, budget: 2048 } },
};

const dropped: Readonly<Record<string, readonly string[]>> = {
  sampling: ['min_p', 'seed', 'frequency_penalty', 'presence_penalty', 'repeat_penalty'],
};

describe('the request of the vectors', () => {
  it.each(requests)('is written: $what', ({ what, request, fields }) => {
    expect(anthropicServer.encode(request)).toEqual({ fields, dropped: dropped[what] ?? [] });
  });

  it.each(requests)('is read: $what', ({ what, request, fields }) => {
    expect(anthropicMessages.decode(fields)).toEqual({
      request: { limit: fields.max_tokens, ...request, ...readBack[what] },
      dropped: [],
    });
  });
});

/** Probabilities are lost, and an error is a frame that the broker looks for. */
const carried = (events: readonly ChatEvent[]): readonly ChatEvent[] =>
  events
    .filter(({ type }) => type !== 'error')
    .map((event): ChatEvent => (event.type === 'text' ? { type: 'text', text: event.text } : event));

describe('the answer of the vectors', () => {
  it.each(answers)('is streamed: $what', ({ events, stream }) => {
    expect(writtenBy(anthropicMessages.encoder(replyOptions(true)), events)).toBe(stream);
  });

  it.each(answers)('is told whole: $what', ({ events, whole }) => {
    expect(JSON.parse(writtenBy(anthropicMessages.encoder(replyOptions(false)), events))).toEqual(whole);
  });

  it.each(answers)('is read from a stream: $what', ({ events, stream }) => {
    expect(eventsOf(anthropicServer, [Buffer.from(stream)])).toEqual(carried(events));
  });

  it.each(answers.filter(({ whole }) => whole.type === 'message'))('is read whole: $what', ({ events, whole }) => {
    expect(anthropicServer.framing.isAnswer(whole)).toBe(true);
    expect(joined(anthropicServer.whole(whole))).toEqual(joined(carried(events)));
  });
});
