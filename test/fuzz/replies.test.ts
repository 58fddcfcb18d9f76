import fc from 'fast-check';
import { describe, expect } from 'vitest';
import { ollamaGenerate } from '../../service/dialects/ollama/api.js';
import { openaiCompletions } from '../../service/dialects/openai/api.js';
import {
  type ClientApi,
  type ReplyEncoder,
  type ServerApi,
  type ServerName,
  Unspeakable,
} from '../../service/dialects/codec.js';
import type { ChatEvent } from '../../service/dialects/events.js';
import { objectFrom } from '../../service/dialects/fields.js';
import { FrameTooLong } from '../../service/dialects/frames.js';
import { servers } from '../../service/dialects/servers.js';
import { Delivery } from '../../service/routing/delivery.js';
import { replyOptions } from '../service/dialects/vectors.ts';
import { clients as readers } from '../support/clients.ts';
import { answers } from './support/corpus.ts';
import { clients } from './support/dialects.ts';
import { fuzz } from './support/fuzz.ts';
import { mutatedJson } from './support/json.ts';
import { polluted } from './support/pollution.ts';
import { mutatedStreams } from './support/streams.ts';

const chats = Object.entries(clients) as [keyof typeof clients, ClientApi][];
const older = [ollamaGenerate, openaiCompletions];

/** What an encoder writes, and how an answer ends that can't be told: with an error. */
function written(encoder: ReplyEncoder, events: readonly ChatEvent[]): string {
  let text = '';
  try {
    for (const event of events) {
      if (event.type === 'error') throw new Unspeakable(event.message);
      text += encoder.encode(event);
    }
    if (events.some(({ type }) => type === 'finish')) return text;
    throw new Unspeakable('it broke off');
  } catch (error) {
    if (!(error instanceof Unspeakable)) throw error;
    // Before its first byte an answer becomes an error with a status.
    if (text === '') return '';
    return text + encoder.encode({ type: 'error', kind: 'upstream', message: error.message });
  }
}

/** The events of a stream, as it is delivered: only what a client may have, and up to where it is broken or whole. */
function deliveredOf(server: ServerApi, pieces: readonly Buffer[]): readonly ChatEvent[] {
  const delivery = new Delivery(server.framing, 'the server');
  const decoder = server.decoder();
  const events: ChatEvent[] = [];
  for (const piece of [...pieces, undefined]) {
    const { frames, failure, whole } = piece === undefined ? delivery.ended() : delivery.feed(piece);
    for (const frame of frames) {
      server.framing.continued?.(frame, 'text', frames[0]?.fields);
      if (frame.fields !== undefined) events.push(...decoder.frame(frame));
    }
    if (failure !== undefined) break;
    if (whole !== undefined) events.push(...decoder.end());
  }
  return events;
}

/** Specifies that every client can read what it is told of an answer, or that it ended in an error. */
function tellable(read: (streamed: boolean) => readonly ChatEvent[]): void {
  for (const [name, api] of chats) {
    for (const streamed of [true, false]) {
      const text = written(api.encoder(replyOptions(streamed)), read(streamed));
      if (streamed && text !== '') readers[name].stream(text);
      if (streamed || text === '') continue;
      const fields = objectFrom(text) ?? {};
      if (readers[name].error(fields) === undefined) readers[name].whole(fields);
    }
  }
  for (const api of older) written(api.encoder(replyOptions(true)), read(true));
  expect(polluted()).toEqual([]);
}

describe('an answer of any server', () => {
  const any = (Object.keys(servers) as ServerName[]).map((name) => {
    const { streams, whole } = answers(servers[name].dialect);
    return fc.tuple(fc.constant(name), mutatedStreams(streams), mutatedJson(whole));
  });

  fuzz(
    'replies',
    'is told in every API as that has it, or ends in an error, whatever it says and wherever it is cut',
    fc.oneof(...any),
    ([name, pieces, body]) => {
      const server = servers[name];
      try {
        const reader = server.framing.reader();
        for (const piece of pieces) reader.feed(piece);
        reader.rest();
      } catch (error) {
        if (!(error instanceof FrameTooLong)) throw error;
      }
      const fields = objectFrom(body);
      tellable((streamed) => {
        if (streamed) return deliveredOf(server, pieces);
        return fields !== undefined && server.framing.isAnswer(fields) ? server.whole(fields) : [];
      });
    },
  );
});
