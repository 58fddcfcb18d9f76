import { describe, expect, it } from 'vitest';
import { anthropicMessages, anthropicServer } from '../../../service/dialects/anthropic/api.js';
import type { ChatRequest } from '../../../service/dialects/chat.js';
import type { ClientApi, ServerApi } from '../../../service/dialects/codec.js';
import type { Dialect } from '../../../service/dialects/dialect.js';
import type { ChatEvent } from '../../../service/dialects/events.js';
import { ollamaChat, ollamaServer } from '../../../service/dialects/ollama/api.js';
import { openaiChat, openaiServer } from '../../../service/dialects/openai/api.js';
import { openaiResponses } from '../../../service/dialects/openai/responses/api.js';
import {
  type AnswerVector,
  answersIn,
  eventsOf,
  joined,
  type Language,
  replyOptions,
  type RequestVector,
  requestsIn,
  writtenBy,
} from './vectors.js';

const clients: Readonly<Record<Language, ClientApi>> = {
  ollama: ollamaChat,
  openai: openaiChat,
  responses: openaiResponses,
  anthropic: anthropicMessages,
};
const servers: Readonly<Record<Dialect, ServerApi>> = {
  ollama: ollamaServer,
  openai: openaiServer,
  anthropic: anthropicServer,
};

const languages = Object.keys(clients) as Language[];
const dialects = Object.keys(servers) as Dialect[];

/** All pairs of a client and a server, each with all cases that both have. */
function pairs<T extends { readonly what: string }>(casesIn: (language: Language) => readonly T[]) {
  return languages.flatMap((client) =>
    dialects.flatMap((server) =>
      casesIn(client).flatMap((ofClient) =>
        casesIn(server)
          .filter(({ what }) => what === ofClient.what)
          .map((ofServer) => ({ client, server, what: ofClient.what, ofClient, ofServer })),
      ),
    ),
  );
}

/** What a client has no words for in a request, or only others. What isn't here is carried to the letter. */
const unsaid: Readonly<Record<Language, Readonly<Record<string, Partial<ChatRequest>>>>> = {
  ollama: {
    // It leaves it to the model, as `auto` does.
    tools: { toolChoice: undefined },
    'forced-tool': { toolChoice: undefined, parallelTools: undefined },
  },
  openai: {},
  responses: {
    sampling: { sampling: { temperature: 0.5, topP: 0.9 } },
  },
  anthropic: {
    // There is no request without a limit.
    plain: { limit: 4096 },
    picture: { limit: 4096 },
    tools: { limit: 4096 },
    'forced-tool': { limit: 4096 },
    sampling: { sampling: { temperature: 0.5, topP: 0.9, topK: 40, stop: ['END', '###'] } },
    schema: { limit: 4096, thinking: { wanted: true, budget: 2048 } },
  },
};

describe('a request', () => {
  it.each(pairs<RequestVector>(requestsIn))('of $client to $server: $what', ({ client, server, what, ...files }) => {
    const { request, dropped } = clients[client].decode(files.ofClient.from);
    const less = unsaid[client][what];
    const expected =
      less === undefined
        ? files.ofServer.fields
        : servers[server].encode({ ...files.ofServer.request, ...less }).fields;
    expect(servers[server].encode(request).fields).toEqual(expected);
    expect(dropped).toEqual([]);
  });
});

type Change = (events: readonly ChatEvent[]) => readonly ChatEvent[];

const withoutProbabilities: Change = (events) =>
  events.map((event) => (event.type === 'text' ? { type: 'text', text: event.text } : event));
const notWithheld: Change = (events) =>
  events.map((event) => (event.type === 'finish' ? { ...event, reason: 'stop' } : event));

/** What a server has no words for in an answer, or only others. What isn't here is carried to the letter. */
const untold: Readonly<Record<Dialect, Readonly<Record<string, Change>>>> = {
  // Its calls come whole.
  ollama: { tools: joined, withheld: notWithheld },
  openai: {},
  anthropic: { probabilities: withoutProbabilities },
};

describe('an answer', () => {
  it.each(pairs<AnswerVector>(answersIn))('of $server to $client: $what', ({ client, server, what, ...files }) => {
    const write = (events: readonly ChatEvent[]): string =>
      writtenBy(clients[client].encoder(replyOptions(true)), events);
    const { events, stream } = files.ofServer;
    // What the server says of an error is read elsewhere.
    const errors = events.filter(({ type }) => type === 'error');
    const less = untold[server][what];
    const expected = less === undefined ? files.ofClient.stream : write(less(events));
    expect(write([...eventsOf(servers[server], [Buffer.from(stream)]), ...errors])).toBe(expected);
  });
});

it('there are as many pairs as there should be', () => {
  const count = (cases: readonly { readonly what: string }[]): number => new Set(cases.map(({ what }) => what)).size;
  expect(pairs<RequestVector>(requestsIn)).toHaveLength(12 * count(requestsIn('openai')));
  expect(pairs<AnswerVector>(answersIn)).toHaveLength(12 * count(answersIn('openai')));
});
