import { describe, expect, it } from 'vitest';
import type { ChatRequest, Message } from '../../../../service/dialects/chat.js';
import { Untranslatable } from '../../../../service/dialects/codec.js';
import { InvalidRequest } from '../../../../service/dialects/errors.js';
import type { Fields } from '../../../../service/dialects/fields.js';
import { ollamaChat, ollamaGenerate, ollamaServer } from '../../../../service/dialects/ollama/api.js';
import { requestsIn } from '../vectors.js';

const apis = { chat: ollamaChat, generate: ollamaGenerate };

const png = 'iVBORw0KGgo=';
const wav = Buffer.from('RIFF\x24\x08\x00\x00WAVEfmt ', 'latin1').toString('base64');
const mp3 = Buffer.from('ID3\x04\x00\x00', 'latin1').toString('base64');

const hi = { role: 'user', content: 'Hi' };
const chat = (more: Fields = {}): Fields => ({ model: 'm', messages: [hi], ...more });
const generate = (more: Fields = {}): Fields => ({ model: 'm', prompt: 'Hi', ...more });
const options = (more: Fields): Fields => chat({ options: more });
const says = (text: string): Message => ({ role: 'user', content: [{ type: 'text', text }] });

describe('a request of Ollama’s API', () => {
  /** What Ollama has no words for. `auto` is what it does anyway. */
  const unsaid: Readonly<Record<string, Partial<ChatRequest>>> = {
    tools: { toolChoice: undefined },
    'forced-tool': { toolChoice: undefined, parallelTools: undefined },
  };

  it.each(requestsIn('ollama'))('is read: $what', ({ what, request, fields }) => {
    expect(ollamaChat.decode(fields)).toEqual({ request: { ...request, ...unsaid[what] }, dropped: [] });
  });

  it.each<[what: string, fields: Fields, expected: Partial<ChatRequest>]>([
    ['streams unless told not to', chat(), { stream: true }],
    ['streams where nothing is told', chat({ stream: null }), { stream: true }],
    ['doesn’t when told not to', chat({ stream: false }), { stream: false }],
    ['has a limit', options({ num_predict: 5 }), { limit: 5 }],
    ['has no limit with -1', options({ num_predict: -1 }), { limit: undefined }],
    [
      'has whole numbers where Ollama cuts them off',
      options({ seed: 1.9, top_k: 4.2 }),
      { sampling: { seed: 1, topK: 4 } },
    ],
    ['leaves to the server what is null', options({ temperature: null, stop: [] }), { sampling: {} }],
    ['has a context length', options({ num_ctx: 8192 }), { contextLength: 8192 }],
    ['keeps the model for a while', chat({ keep_alive: '5m' }), { keepAlive: '5m' }],
    ['keeps the model for ever', chat({ keep_alive: -1 }), { keepAlive: -1 }],
    ['wants JSON', chat({ format: 'json' }), { format: { type: 'json' } }],
    ['wants no format with an empty one', chat({ format: '' }), { format: undefined }],
    ['wants thoughts', chat({ think: true }), { thinking: { wanted: true } }],
    ['wants no thoughts', chat({ think: false }), { thinking: { wanted: false } }],
    ['wants many thoughts', chat({ think: 'max' }), { thinking: { wanted: true, effort: 'max' } }],
    ['wants probabilities', chat({ logprobs: true }), { logprobs: 0 }],
    ['wants alternatives', chat({ logprobs: true, top_logprobs: 3 }), { logprobs: 3 }],
    ['wants none without the switch', chat({ top_logprobs: 3 }), { logprobs: undefined }],
    [
      'has tools without arguments',
      chat({ tools: [{ type: 'function', function: { name: 'now' } }] }),
      { tools: [{ name: 'now', parameters: { type: 'object', properties: {} } }] },
    ],
  ])('%s', (_what, fields, expected) => {
    const { request, dropped } = ollamaChat.decode(fields);
    expect(request).toMatchObject(expected);
    expect(dropped).toEqual([]);
  });

  it.each<[what: string, given: readonly Fields[], expected: readonly Message[]]>([
    ['roles in capitals', [{ role: 'USER', content: 'Hi' }], [says('Hi')]],
    [
      'a developer’s message',
      [{ role: 'developer', content: 'Be brief.' }],
      [{ role: 'system', content: [{ type: 'text', text: 'Be brief.' }] }],
    ],
    [
      'thoughts',
      [{ role: 'assistant', content: 'Yes.', thinking: 'Hm.' }],
      [{ role: 'assistant', content: [{ type: 'text', text: 'Yes.' }], thinking: { text: 'Hm.' }, calls: [] }],
    ],
    [
      'an empty message',
      [{ role: 'assistant', content: '', thinking: '' }, { role: 'user' }],
      [
        { role: 'assistant', content: [], calls: [] },
        { role: 'user', content: [] },
      ],
    ],
    [
      'pictures of any kind, and recordings',
      [{ role: 'user', images: [png, 'Qk02AAAA', `${wav.slice(0, 8)}\r\n${wav.slice(8)}`, mp3] }],
      [
        {
          role: 'user',
          content: [
            { type: 'image', mediaType: 'image/png', data: png },
            { type: 'image', mediaType: '', data: 'Qk02AAAA' },
            { type: 'audio', format: 'wav', data: wav },
            { type: 'audio', format: 'mp3', data: mp3 },
          ],
        },
      ],
    ],
  ])('has messages: %s', (_what, messages, expected) => {
    expect(ollamaChat.decode(chat({ messages })).request.messages).toEqual(expected);
  });

  it.each<[what: string, messages: readonly Fields[], calls: readonly string[], results: readonly string[]]>([
    ['with ids', [calls('a:x', 'b:y'), result('y', 'b'), result('x', 'a')], ['x', 'y'], ['y b', 'x a']],
    [
      'without ids',
      [calls('a', 'b'), result('', 'b'), result('', 'a')],
      ['call_0', 'call_1'],
      ['call_1 b', 'call_0 a'],
    ],
    [
      'twice of the same tool',
      [calls('a', 'a'), result('', 'a'), result('', 'a')],
      ['call_0', 'call_1'],
      ['call_0 a', 'call_1 a'],
    ],
    [
      'in two turns',
      [calls('a'), result('', 'a'), calls('a'), result('', 'a')],
      ['call_0', 'call_1'],
      ['call_0 a', 'call_1 a'],
    ],
    [
      'with results that say nothing',
      [calls('a', 'b'), result('', ''), result('', '')],
      ['call_0', 'call_1'],
      ['call_0 a', 'call_1 b'],
    ],
    ['with results that know the id', [calls('a:x', 'b:y'), result('y', '')], ['x', 'y'], ['y b']],
    ['with a second result of one call', [calls('a:x'), result('x', ''), result('x', '')], ['x'], ['x a', 'x a']],
    [
      'with ids that come again',
      [calls('a:x'), result('x', ''), calls('b:x'), result('x', '')],
      ['x', 'x'],
      ['x a', 'x b'],
    ],
    ['with a result of nothing', [result('', 'a'), result('z', '')], [], [' a', 'z ']],
  ])('tells which result belongs to which call: %s', (_what, messages, expectedCalls, expectedResults) => {
    const read = ollamaChat.decode(chat({ messages })).request.messages;
    expect(read.flatMap((message) => (message.role === 'assistant' ? message.calls.map(({ id }) => id) : []))).toEqual(
      expectedCalls,
    );
    expect(read.flatMap((message) => (message.role === 'tool' ? [`${message.callId} ${message.name}`] : []))).toEqual(
      expectedResults,
    );
  });

  it('may be a prompt', () => {
    const { request, dropped } = ollamaGenerate.decode(
      generate({ system: 'Be brief.', images: [png], think: 'low', options: { seed: 7 }, keep_alive: 0 }),
    );
    expect(request).toEqual({
      model: 'm',
      messages: [
        { role: 'system', content: [{ type: 'text', text: 'Be brief.' }] },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Hi' },
            { type: 'image', mediaType: 'image/png', data: png },
          ],
        },
      ],
      stream: true,
      sampling: { seed: 7 },
      tools: [],
      thinking: { wanted: true, effort: 'low' },
      keepAlive: 0,
    });
    expect(dropped).toEqual([]);
  });

  it.each<[api: keyof typeof apis, fields: Fields, expected: boolean]>([
    ['chat', chat(), true],
    ['chat', chat({ stream: true }), true],
    ['chat', chat({ stream: false }), false],
    ['generate', generate(), true],
    ['generate', generate({ stream: false }), false],
  ])('for %s says whether it streams: %j', (api, fields, expected) => {
    expect(apis[api].streamed(fields)).toBe(expected);
  });
});

function calls(...made: readonly string[]): Fields {
  return {
    role: 'assistant',
    content: '',
    tool_calls: made.map((one, index) => {
      const [name, id] = one.split(':');
      return { ...(id === undefined ? {} : { id }), type: 'function', function: { index, name, arguments: {} } };
    }),
  };
}

function result(id: string, name: string): Fields {
  return { role: 'tool', content: 'ok', tool_call_id: id, tool_name: name };
}

describe('what no other API has', () => {
  it.each<[fields: Fields, dropped: readonly string[]]>([
    [options({ num_gpu: 1, mirostat: 2, seed: 7, num_keep: null }), ['options.num_gpu', 'options.mirostat']],
    [chat({ truncate: false, shift: false }), ['truncate', 'shift']],
    [chat({ truncate: true, shift: true, _debug_render_only: false }), []],
    [chat({ user: 'me', seed: 0, nothing: null, none: [], blank: '', empty: {} }), ['user', 'seed']],
    [chat({ messages: [hi, { ...hi, mood: 'good' }, { ...hi, mood: 'bad' }] }), ['messages.mood']],
    [chat({ messages: [{ ...hi, tool_calls: [{}] }] }), ['messages.tool_calls']],
    [
      chat({ tools: [{ type: 'function', items: 1, function: { name: 'now', strict: true } }] }),
      ['tools.items', 'tools.function.strict'],
    ],
  ])('is left out and named: %j', (fields, dropped) => {
    expect(ollamaChat.decode(fields).dropped).toEqual(dropped);
  });

  it('is left out of a prompt and named', () => {
    const fields = generate({
      width: 512,
      suffix: '',
      template: '',
      raw: false,
      context: [],
      options: { main_gpu: 1 },
    });
    expect(ollamaGenerate.decode(fields).dropped).toEqual(['width', 'options.main_gpu']);
  });

  it.each<[api: keyof typeof apis, named: string, fields: Fields]>([
    ['generate', 'suffix', generate({ suffix: ')' })],
    ['generate', 'template', generate({ template: '{{ .Prompt }}' })],
    ['generate', 'raw', generate({ raw: true })],
    ['generate', 'context', generate({ context: [1, 2] })],
    ['generate', '_debug_render_only', generate({ _debug_render_only: true })],
    ['chat', '_debug_render_only', chat({ _debug_render_only: true })],
    ['generate', 'prompt', { model: 'm' }],
    ['generate', 'prompt', { model: 'm', prompt: '', keep_alive: 0 }],
    ['chat', 'messages', { model: 'm' }],
    ['chat', 'messages', { model: 'm', messages: [], keep_alive: 0 }],
  ])('is refused for %s where the answer would be another: "%s"', (api, named, fields) => {
    expect(() => apis[api].decode(fields)).toThrow(Untranslatable);
    expect(() => apis[api].decode(fields)).toThrow(`"${named}"`);
  });
});

describe('a request that is none', () => {
  const message = (more: Fields): Fields => chat({ messages: [{ ...hi, ...more }] });
  const assistant = (call: unknown): Fields => message({ role: 'assistant', tool_calls: [call] });

  it.each<[api: keyof typeof apis, expected: string, fields: Fields]>([
    ['chat', '"model" is required', { messages: [hi] }],
    ['chat', '"stream" must be true or false', chat({ stream: 'no' })],
    ['chat', '"messages[0]" must be an object', chat({ messages: ['Hi'] })],
    ['chat', '"messages" must be a list of objects', chat({ messages: 'Hi' })],
    ['chat', '"messages[0].role" must be "system", "user"', message({ role: 'narrator' })],
    ['chat', '"messages[0].role" must be', chat({ messages: [{ content: 'Hi' }] })],
    ['chat', '"messages[0].content" must be a string', message({ content: [{ type: 'text', text: 'Hi' }] })],
    ['chat', '"messages[0].images" must be a list of strings', message({ images: png })],
    ['chat', '"messages[0].images[1]" must be a picture in base64', message({ images: [png, `data:;base64,${png}`] })],
    ['chat', '"messages[0].images[0]" must be', message({ images: [''] })],
    ['chat', '"messages[0].tool_calls[0].function.name" must be', assistant({})],
    [
      'chat',
      '"messages[0].tool_calls[0].function.arguments" must be an object',
      assistant({ function: { name: 'now', arguments: '{}' } }),
    ],
    ['chat', '"tools[0].function.name" must be the name of a tool', chat({ tools: [{ type: 'function' }] })],
    [
      'chat',
      '"tools[0].function.parameters" must be a JSON Schema',
      chat({ tools: [{ function: { name: 'a', parameters: [] } }] }),
    ],
    ['chat', '"format" must be "json" or a JSON Schema', chat({ format: 'yaml' })],
    ['chat', '"think" must be true, false, "low"', chat({ think: 'deeply' })],
    ['chat', '"keep_alive" must be a number of seconds or', chat({ keep_alive: true })],
    ['chat', '"top_logprobs" must be a number from 0 to 20', chat({ logprobs: true, top_logprobs: 21 })],
    ['chat', '"options" must be an object', chat({ options: [] })],
    ['chat', '"options.temperature" must be a number', options({ temperature: 'hot' })],
    ['chat', '"options.stop" must be a list of strings', options({ stop: 'END' })],
    ['generate', '"prompt" must be a string', generate({ prompt: ['Hi'] })],
    ['generate', '"raw" must be true or false', generate({ raw: 1 })],
    ['generate', '"images[0]" must be', generate({ images: ['https://example.org/a.png'] })],
  ])('is refused for %s: %s', (api, expected, fields) => {
    expect(() => apis[api].decode(fields)).toThrow(InvalidRequest);
    expect(() => apis[api].decode(fields)).toThrow(expected);
  });
});

describe('a request to an Ollama server', () => {
  /** What Ollama has no words for. */
  const lost: Readonly<Record<string, readonly string[]>> = { 'forced-tool': ['tool_choice', 'parallel_tool_calls'] };

  it.each(requestsIn('ollama'))('is written: $what', ({ what, request, fields }) => {
    expect(ollamaServer.encode(request)).toEqual({ fields, dropped: lost[what] ?? [] });
  });

  const plain: ChatRequest = {
    model: 'm',
    messages: [says('Hi')],
    stream: true,
    sampling: {},
    tools: [],
  };
  const written = { model: 'm', messages: [hi], stream: true };
  const now = { name: 'now', parameters: { type: 'object' } };
  const writtenNow = { type: 'function', function: now };

  it.each<[what: string, asked: Partial<ChatRequest>, expected: Fields]>([
    ['says nothing of what it isn’t asked', {}, {}],
    ['forbids tools by not giving any', { tools: [now], toolChoice: 'none' }, {}],
    ['leaves tools to the model', { tools: [now], toolChoice: 'auto', parallelTools: true }, { tools: [writtenNow] }],
    ['wants JSON', { format: { type: 'json' } }, { format: 'json' }],
    [
      'wants JSON of a schema that has a name elsewhere',
      { format: { type: 'schema', schema: { type: 'object' }, name: 'person', strict: true } },
      { format: { type: 'object' } },
    ],
    ['wants thoughts', { thinking: { wanted: true } }, { think: true }],
    ['wants no thoughts', { thinking: { wanted: false } }, { think: false }],
    ['wants no thoughts by an effort', { thinking: { wanted: true, effort: 'none' } }, { think: false }],
    ['wants the fewest thoughts', { thinking: { wanted: true, effort: 'minimal' } }, { think: 'low' }],
    ['wants many thoughts', { thinking: { wanted: true, effort: 'max' } }, { think: 'max' }],
    ['wants probabilities', { logprobs: 0 }, { logprobs: true }],
    ['wants alternatives', { logprobs: 2 }, { logprobs: true, top_logprobs: 2 }],
    ['unloads the model at once', { keepAlive: 0 }, { keep_alive: 0 }],
    ['has a context length', { contextLength: 8192 }, { options: { num_ctx: 8192 } }],
    ['has numbers that are 0', { sampling: { temperature: 0, seed: 0 } }, { options: { temperature: 0, seed: 0 } }],
  ])('%s', (_what, asked, expected) => {
    expect(ollamaServer.encode({ ...plain, ...asked })).toEqual({ fields: { ...written, ...expected }, dropped: [] });
  });

  it.each<[what: string, message: Message, expected: Fields]>([
    [
      'text in parts',
      {
        role: 'user',
        content: [
          { type: 'text', text: 'a' },
          { type: 'image', mediaType: '', data: png },
          { type: 'text', text: 'b' },
          { type: 'audio', format: 'wav', data: wav },
        ],
      },
      { role: 'user', content: 'ab', images: [png, wav] },
    ],
    [
      'thoughts',
      { role: 'assistant', content: [], thinking: { text: 'Hm.' }, calls: [] },
      { role: 'assistant', content: '', thinking: 'Hm.' },
    ],
    [
      'a picture that a tool made',
      {
        role: 'tool',
        callId: 'x',
        name: 'draw',
        content: [{ type: 'image', mediaType: 'image/png', data: png }],
        failed: false,
      },
      { role: 'tool', content: '', images: [png], tool_name: 'draw', tool_call_id: 'x' },
    ],
    [
      'a result of nothing known',
      { role: 'tool', callId: '', name: '', content: [{ type: 'text', text: 'ok' }], failed: false },
      { role: 'tool', content: 'ok' },
    ],
  ])('has messages: %s', (_what, message, expected) => {
    expect(ollamaServer.encode({ ...plain, messages: [message] }).fields.messages).toEqual([expected]);
  });

  it('names the tool of a result that has only the id of its call', () => {
    const messages: readonly Message[] = [
      { role: 'assistant', content: [], calls: [{ id: 'x', name: 'now', arguments: {} }] },
      { role: 'tool', callId: 'x', name: '', content: [], failed: false },
    ];
    expect(ollamaServer.encode({ ...plain, messages }).fields.messages).toEqual([
      { role: 'assistant', content: '', tool_calls: [{ id: 'x', function: { index: 0, name: 'now', arguments: {} } }] },
      { role: 'tool', content: '', tool_name: 'now', tool_call_id: 'x' },
    ]);
  });

  it.each<[dropped: string, asked: Partial<ChatRequest>]>([
    ['tool_choice', { tools: [now], toolChoice: 'required' }],
    ['tool_choice', { tools: [now], toolChoice: { name: 'now' } }],
    ['parallel_tool_calls', { parallelTools: false }],
    ['strict', { tools: [{ ...now, strict: true }] }],
    ['user', { user: 'me' }],
    ['budget_tokens', { thinking: { wanted: true, budget: 1024 } }],
    [
      'signature',
      { messages: [{ role: 'assistant', content: [], thinking: { text: '', signature: 's' }, calls: [] }] },
    ],
    ['is_error', { messages: [{ role: 'tool', callId: 'x', name: 'now', content: [], failed: true }] }],
  ])('says what it lacks: %s', (dropped, asked) => {
    expect(ollamaServer.encode({ ...plain, ...asked }).dropped).toEqual([dropped]);
  });

  it.each<[named: string, messages: readonly Message[]]>([
    ['image_url', [{ role: 'user', content: [{ type: 'imageUrl', url: 'https://example.org/a.png' }] }]],
    ['messages', []],
  ])('is refused where the answer would be another: "%s"', (named, messages) => {
    expect(() => ollamaServer.encode({ ...plain, messages })).toThrow(Untranslatable);
    expect(() => ollamaServer.encode({ ...plain, messages })).toThrow(`"${named}"`);
  });
});
