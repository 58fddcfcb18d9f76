import Anthropic from '@anthropic-ai/sdk';
import type { MessageParam, MessageCreateParamsNonStreaming } from '@anthropic-ai/sdk/resources/messages';
import { type Difference, model, type Program, sameEverywhere } from './everywhere.ts';

const messages: MessageParam[] = [{ role: 'user', content: 'Hello!' }];
const asked: MessageCreateParamsNonStreaming = { model, max_tokens: 4096, system: 'Be brief.', messages };

const input_schema = { type: 'object' as const, properties: { city: { type: 'string' } }, required: ['city'] };
const tools = ['get_weather', 'get_time'].map((name) => ({ name, input_schema }));

const thinking = { type: 'enabled' as const, budget_tokens: 2048 };

const schema = { type: 'object', properties: { city: { type: 'string' }, people: { type: 'number' } } };

/** The request that follows on an answer: what its tools answered. */
function answered({ content }: Anthropic.Message): MessageCreateParamsNonStreaming {
  const results = content.flatMap((block) =>
    block.type === 'tool_use'
      ? [
          {
            type: 'tool_result' as const,
            tool_use_id: block.id,
            content: `${block.name} of ${JSON.stringify(block.input)}`,
          },
        ]
      : [],
  );
  const told: MessageParam[] = [
    { role: 'assistant', content },
    { role: 'user', content: results },
  ];
  return { ...asked, tools, messages: [...messages, ...told] };
}

const programs: Record<string, Program<Anthropic>> = {
  chats: (client) => client.messages.create(asked),

  async 'chats, streamed'(client) {
    const texts: string[] = [];
    const stream = client.messages.stream(asked).on('text', (text) => texts.push(text));
    return { texts, final: await stream.finalMessage() };
  },

  async 'calls tools and tells what they answered'(client) {
    const calls = await client.messages.create({ ...asked, tools });
    return [calls, await client.messages.create(answered(calls))];
  },

  async 'calls tools and tells what they answered, streamed'(client) {
    const calls = await client.messages.stream({ ...asked, tools }).finalMessage();
    return [calls, await client.messages.stream(answered(calls)).finalMessage()];
  },

  'lets the model think': (client) => client.messages.create({ ...asked, thinking }),

  async 'lets the model think, streamed'(client) {
    const thoughts: string[] = [];
    const stream = client.messages.stream({ ...asked, thinking }).on('thinking', (thought) => thoughts.push(thought));
    return { thoughts, final: await stream.finalMessage() };
  },

  async 'lets the model think, calls tools and tells what they answered'(client) {
    const calls = await client.messages.create({ ...asked, tools, thinking });
    return [calls, await client.messages.create({ ...answered(calls), thinking })];
  },

  'asks for JSON of a schema': (client) =>
    client.messages.parse({ ...asked, output_config: { format: { type: 'json_schema', schema } } }),

  'counts tokens': (client) => client.messages.countTokens({ model, messages }),

  'lists models': async (client) => (await client.models.list()).data,

  'asks for a model': (client) => client.models.retrieve(model),

  'asks for a model that nobody has': (client) => client.messages.create({ ...asked, model: 'nobody' }),
};

const others = ['ollama', 'openai'] as const;

const byNature: readonly Difference[] = [
  // Only Anthropic says how much its cache saved, and how it is paid.
  [
    /^(chats|calls|lets|asks for JSON)/,
    others,
    { cache_creation_input_tokens: undefined, cache_read_input_tokens: undefined, service_tier: undefined },
  ],
  // Only Anthropic proves its thoughts.
  [/think/, others, { signature: '' }],
  // Elsewhere tokens are estimated, which a header says: characters by 4.
  [/^counts/, others, { input_tokens: 2 }],
];

sameEverywhere(
  'anthropic',
  (baseURL) => new Anthropic({ baseURL, apiKey: 'sk-application', maxRetries: 0 }),
  programs,
  byNature,
);
