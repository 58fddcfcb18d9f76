import { type AbortableAsyncIterator, type Message, Ollama } from 'ollama';
import { tokens } from '../../upstreams/said.ts';
import { type Difference, model, type Program, sameEverywhere } from './everywhere.ts';

const messages: Message[] = [
  { role: 'system', content: 'Be brief.' },
  { role: 'user', content: 'Hello!' },
];

const parameters = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
const tools = ['get_weather', 'get_time'].map((name) => ({
  type: 'function',
  function: { name, description: name, parameters },
}));

const schema = { type: 'object', properties: { city: { type: 'string' }, people: { type: 'number' } } };

/** All parts of a streamed answer. */
async function all<T extends object>(stream: AbortableAsyncIterator<T>): Promise<readonly T[]> {
  const parts: T[] = [];
  for await (const part of stream) parts.push(part);
  return parts;
}

/** What is said when tools that were called have answered. */
function answered(calls: Message[]): Message[] {
  return calls.flatMap(({ tool_calls = [] }) =>
    tool_calls.map(({ function: { name, arguments: given } }) => ({
      role: 'tool',
      tool_name: name,
      content: `${name} of ${JSON.stringify(given)}`,
    })),
  );
}

async function withTools(client: Ollama, think: boolean) {
  const asked = await client.chat({ model, messages, tools, think });
  const told = [...messages, asked.message, ...answered([asked.message])];
  return [asked, await client.chat({ model, messages: told, tools, think })];
}

const programs: Record<string, Program<Ollama>> = {
  chats: (client) => client.chat({ model, messages }),

  'chats, streamed': async (client) => all(await client.chat({ model, messages, stream: true })),

  generates: (client) => client.generate({ model, prompt: 'Hello!', system: 'Be brief.' }),

  'generates, streamed': async (client) => all(await client.generate({ model, prompt: 'Hello!', stream: true })),

  'calls tools and tells what they answered': (client) => withTools(client, false),

  async 'calls tools and tells what they answered, streamed'(client) {
    const asked = await all(await client.chat({ model, messages, tools, stream: true }));
    const said = asked.map(({ message }) => message).filter(({ tool_calls }) => tool_calls);
    const told = [...messages, ...said, ...answered(said)];
    return [asked, await all(await client.chat({ model, messages: told, tools, stream: true }))];
  },

  'lets the model think': (client) => client.chat({ model, messages, think: true }),

  'lets the model think a little, streamed': async (client) =>
    all(await client.chat({ model, messages, think: 'low', stream: true })),

  'lets the model think, calls tools and tells what they answered': (client) => withTools(client, true),

  'generates with thoughts': (client) => client.generate({ model, prompt: 'Hello!', think: true }),

  'asks for JSON of a schema': (client) => client.chat({ model, messages, format: schema }),

  'asks for any JSON': (client) => client.chat({ model, messages, format: 'json' }),

  embeds: (client) => client.embed({ model, input: ['one', 'two'] }),

  'embeds, as of old': (client) => client.embeddings({ model, prompt: 'one' }),

  'lists models': async (client) => (await client.list()).models,

  'lists what is in memory': (client) => client.ps(),

  'asks for a model': (client) => client.show({ model }),

  'asks for a model that nobody has': (client) => client.chat({ model: 'nobody', messages }),
};

const byNature: readonly Difference[] = [
  // It gives JSON of a schema only, and the other is left out (`x-cloudtolocalllm-dropped`).
  [/any JSON/, ['anthropic'], { 'message.content': tokens.join(''), eval_count: tokens.length }],
  // A thought without its proof isn't taken back, and then the turn ends without further thoughts.
  [/^lets .* tools/, ['anthropic'], { '1.message.thinking': undefined, '1.eval_count': 10 }],
  // Nothing is known of a file that isn't Ollama's.
  [
    /models?$/,
    ['openai', 'anthropic'],
    {
      ...{ size: 0, digest: '' },
      ...{ license: '', modelfile: '', parameters: '', template: '', model_info: {}, capabilities: ['completion'] },
      details: { parent_model: '', format: '', family: '', families: null, parameter_size: '', quantization_level: '' },
    },
  ],
  // Nor of what is in memory.
  [/in memory/, ['openai', 'anthropic'], { models: [] }],
  // It has no embeddings.
  [/^embeds/, ['anthropic'], { failed: 400 }],
];

sameEverywhere('ollama', (host) => new Ollama({ host }), programs, byNature);
