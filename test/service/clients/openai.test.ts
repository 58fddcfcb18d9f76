import OpenAI from 'openai';
import { zodResponseFormat, zodTextFormat } from 'openai/helpers/zod';
import type { ChatCompletionMessageParam } from 'openai/resources/chat/completions';
import type { ResponseInput } from 'openai/resources/responses/responses';
import { z } from 'zod';
import { tokens } from '../../upstreams/said.ts';
import { type Difference, kinds, model, type Program, sameEverywhere } from './everywhere.ts';

const text = tokens.join('');

const messages: ChatCompletionMessageParam[] = [
  { role: 'system', content: 'Be brief.' },
  { role: 'user', content: 'Hello!' },
];

const parameters = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
const described = [
  { name: 'get_weather', parameters },
  { name: 'get_time', parameters },
];
const tools = described.map((told) => ({ type: 'function' as const, function: told }));
const responseTools = described.map((told) => ({ type: 'function' as const, strict: false, ...told }));

/** What a tool answers. */
const result = (name: string, json: string) => `${name} of ${json}`;

const City = z.object({ city: z.string(), people: z.number() });

async function withTools({ completions }: OpenAI.Chat, more: { reasoning_effort?: 'low' }) {
  const asked = await completions.create({ model, messages, tools, ...more });
  const calls = asked.choices[0]?.message.tool_calls ?? [];
  const results = calls.map((call) => ({
    role: 'tool' as const,
    tool_call_id: call.id,
    content: call.type === 'function' ? result(call.function.name, call.function.arguments) : '',
  }));
  const said = asked.choices.map((choice) => choice.message);
  const told = [...messages, ...said, ...results];
  return [asked, await completions.create({ model, messages: told, tools, ...more })];
}

async function respondingWithTools(responses: OpenAI.Responses, more: { reasoning?: OpenAI.Reasoning }) {
  const input: ResponseInput = [{ role: 'user', content: 'Hello!' }];
  const asked = await responses.create({ model, input, tools: responseTools, ...more });
  const results = asked.output.flatMap((item) =>
    item.type === 'function_call'
      ? [{ type: 'function_call_output' as const, call_id: item.call_id, output: result(item.name, item.arguments) }]
      : [],
  );
  const said = [...input, ...asked.output, ...results] as ResponseInput;
  return [asked, await responses.create({ model, input: said, tools: responseTools, ...more })];
}

const programs: Record<string, Program<OpenAI>> = {
  chats: ({ chat }) => chat.completions.create({ model, messages }),

  async 'chats, streamed'({ chat }) {
    const deltas: string[] = [];
    const stream = chat.completions.stream({ model, messages, stream_options: { include_usage: true } });
    stream.on('content', (delta) => deltas.push(delta));
    return { deltas, final: await stream.finalChatCompletion() };
  },

  'calls tools and tells what they answered': ({ chat }) => withTools(chat, {}),

  async 'calls tools and tells what they answered, streamed, by itself'({ chat }) {
    const called = described.map(({ name }) => ({
      type: 'function' as const,
      function: { name, description: name, parameters, function: (json: string) => result(name, json) },
    }));
    const runner = chat.completions.runTools({ model, messages, stream: true, tools: called });
    return { text: await runner.finalContent(), messages: runner.messages };
  },

  async 'asks for JSON of a schema'({ chat }) {
    return chat.completions.parse({ model, messages, response_format: zodResponseFormat(City, 'city') });
  },

  'asks for any JSON': ({ chat }) =>
    chat.completions.create({ model, messages, response_format: { type: 'json_object' } }),

  'lets the model think': ({ chat }) => chat.completions.create({ model, messages, reasoning_effort: 'low' }),

  'lets the model think, calls tools and tells what they answered': ({ chat }) =>
    withTools(chat, { reasoning_effort: 'low' }),

  responds: ({ responses }) => responses.create({ model, instructions: 'Be brief.', input: 'Hello!' }),

  async 'responds, streamed'({ responses }) {
    const events: unknown[] = [];
    const stream = responses.stream({ model, input: 'Hello!' });
    stream.on('event', (event) => events.push(event));
    return { events, final: await stream.finalResponse() };
  },

  'responds with calls of tools': ({ responses }) => respondingWithTools(responses, {}),

  'responds with thoughts and calls of tools': ({ responses }) =>
    respondingWithTools(responses, { reasoning: { effort: 'low', summary: 'auto' } }),

  async 'responds with calls of tools, streamed'({ responses }) {
    const events: string[] = [];
    const stream = responses.stream({ model, input: 'Hello!', tools: responseTools });
    // In how many pieces arguments come is the server's affair.
    stream.on('event', ({ type }) => (events.at(-1) === type ? undefined : events.push(type)));
    return { events, final: await stream.finalResponse() };
  },

  'responds with JSON of a schema': ({ responses }) =>
    responses.parse({ model, input: 'Hello!', text: { format: zodTextFormat(City, 'city') } }),

  async 'responds with thoughts, streamed'({ responses }) {
    const stream = responses.stream({ model, input: 'Hello!', reasoning: { effort: 'low', summary: 'auto' } });
    return stream.finalResponse();
  },

  embeds: ({ embeddings }) => embeddings.create({ model, input: ['one', 'two'], encoding_format: 'float' }),

  // What the client asks for by itself.
  'embeds in base64': ({ embeddings }) => embeddings.create({ model, input: 'one' }),

  'lists models': async ({ models }) => (await models.list()).data,

  'asks for a model': ({ models }) => models.retrieve(model),

  'asks for a model that nobody has': ({ models }) => models.retrieve('nobody'),
};

const byNature: readonly Difference[] = [
  // Nothing is kept, and what the application doesn't say isn't known.
  [/^responds/, kinds, { store: false, temperature: null, top_p: null }],
  // Its answers tell what came from a cache, be it nothing.
  [/^(chats|calls|asks for|lets)/, ['anthropic'], { 'usage.prompt_tokens_details': { cached_tokens: 0 } }],
  // It gives JSON of a schema only, and the other is left out (`x-cloudtolocalllm-dropped`).
  [
    /any JSON/,
    ['anthropic'],
    { 'message.content': text, 'usage.completion_tokens': tokens.length, 'usage.total_tokens': 12 + tokens.length },
  ],
  // A thought has a proof there.
  // Without one it isn't taken back, and then the turn ends without further thoughts.
  [
    /^lets .* tools/,
    ['anthropic'],
    { '1.choices.0.message.reasoning_content': undefined, '1.usage.completion_tokens': 10, '1.usage.total_tokens': 22 },
  ],
  [/thoughts/, ['anthropic'], { 'output.0.encrypted_content': 'signature:c2lnbmVk' }],
  // Each says whose its models are.
  [/model/, ['ollama'], { owned_by: 'library' }],
  [/model/, ['anthropic'], { owned_by: 'anthropic' }],
  // It has no embeddings.
  [/^embeds/, ['anthropic'], { failed: 400 }],
];

sameEverywhere(
  'openai',
  (origin) => new OpenAI({ baseURL: `${origin}/v1`, apiKey: 'sk-application', maxRetries: 0 }),
  programs,
  byNature,
);
