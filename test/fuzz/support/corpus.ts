import fc from 'fast-check';
import { clients } from './dialects.ts';
import { answersWith, counted, perhaps } from '../../service/dialects/arbitraries.ts';
import { answersIn, type Language, replyOptions, requestsIn, writtenBy } from '../../service/dialects/vectors.ts';

type Fields = Readonly<Record<string, unknown>>;

const languages = ['ollama', 'openai', 'responses', 'anthropic'] as const;

const messages = [{ role: 'user', content: 'Hello!' }];

/** What the vectors have no example of, by path. */
const others: readonly (readonly [path: string, fields: Fields])[] = [
  [
    '/api/generate',
    { model: 'm', prompt: 'Hello!', system: 'Be short.', images: ['AAAA'], options: { num_ctx: 8192 } },
  ],
  ['/api/generate', { model: 'm', keep_alive: 0 }],
  ['/api/chat', { model: 'm', messages: [], keep_alive: '5m' }],
  ['/api/embed', { model: 'm', input: ['a', 'b'], dimensions: 8, truncate: true, keep_alive: '5m' }],
  ['/api/embeddings', { model: 'm', prompt: 'a' }],
  ['/api/show', { model: 'm', verbose: true }],
  ['/api/pull', { model: 'm', stream: false }],
  ['/v1/completions', { model: 'm', prompt: ['Hello!'], max_tokens: 5, echo: true, stream: true, logprobs: 2 }],
  ['/v1/embeddings', { model: 'm', input: 'a', encoding_format: 'base64' }],
  ['/v1/messages/count_tokens', { model: 'm', messages, tools: [{ name: 'a', input_schema: { type: 'object' } }] }],
  [
    '/v1/responses',
    { model: 'm', input: messages, stream: true, instructions: 'Be short.', reasoning: { effort: 'low' } },
  ],
];

const paths: Readonly<Record<Language, string>> = {
  ollama: '/api/chat',
  openai: '/v1/chat/completions',
  responses: '/v1/responses',
  anthropic: '/v1/messages',
};

/** Requests as applications send them, with the path that each is for. */
export const requests: readonly (readonly [path: string, fields: Fields])[] = [
  ...languages.flatMap((language) =>
    requestsIn(language).flatMap(({ fields, from }) => [
      [paths[language], fields] as const,
      [paths[language], { ...from, stream: true }] as const,
    ]),
  ),
  ...others,
];

/** The bodies of answers as servers send them. */
export interface Answers {
  readonly streams: fc.Arbitrary<string>;
  readonly whole: fc.Arbitrary<Fields>;
}

/** Of each dialect: the vectors, and any other that it has words for. */
export function answers(language: Exclude<Language, 'responses'>): Answers {
  const vectors = answersIn(language);
  const any = answersWith({
    reasons: ['stop', 'length'],
    usage: perhaps(counted),
    signatures: language === 'anthropic',
    probabilities: language !== 'anthropic',
    turns: language === 'openai',
  });
  const written = (streamed: boolean): fc.Arbitrary<string> =>
    any.map((events) => writtenBy(clients[language].encoder(replyOptions(streamed)), events));
  return {
    streams: fc.oneof(fc.constantFrom(...vectors.map(({ stream }) => stream)), written(true)),
    whole: fc.oneof(
      fc.constantFrom(...vectors.map(({ whole }) => whole)),
      written(false).map((text) => JSON.parse(text) as Fields),
    ),
  };
}
