import fc from 'fast-check';
import type { ChatCompletionCreateParams } from 'openai/resources/chat/completions';
import { describe, expect, it } from 'vitest';
import type { ChatRequest, Message, Part } from '../../../../service/dialects/chat.js';
import { Untranslatable } from '../../../../service/dialects/codec.js';
import { InvalidRequest } from '../../../../service/dialects/errors.js';
import type { Fields } from '../../../../service/dialects/fields.js';
import {
  openaiChat,
  openaiCompletions,
  openaiServer,
  openaiItself,
  openaiServerWithExtras,
} from '../../../../service/dialects/openai/api.js';
import { requestsIn } from '../vectors.js';

const requests = requestsIn('openai');

const hi = { role: 'user', content: 'Hi' };
const chat = (more: Fields = {}): Fields => ({ model: 'm', messages: [hi], ...more });
const says = (text: string): Part => ({ type: 'text', text });
const asks = (text: string): Message => ({ role: 'user', content: [says(text)] });
const called = (id: string | undefined, name: string, given: unknown = '{}'): Fields => ({
  ...(id === undefined ? {} : { id }),
  type: 'function',
  function: { name, arguments: given },
});
const answered = (...tool_calls: Fields[]): Fields => ({ role: 'assistant', content: null, tool_calls });
const parameters = { type: 'object', properties: {} };
const now = { type: 'function', function: { name: 'now', parameters } };
const later = { type: 'function', function: { name: 'later', parameters } };

describe('a request in OpenAI’s words is read', () => {
  const least: ChatRequest = {
    model: 'm',
    messages: [asks('Hi')],
    stream: false,
    sampling: {},
    tools: [],
  };
  const tools = [{ name: 'now', parameters }];

  it.each(requests)('as an application writes it: $what', ({ request, from }) => {
    expect(openaiChat.decode(from)).toEqual({ request, dropped: [] });
  });

  it.each<[what: string, fields: Fields, expected: Partial<ChatRequest>]>([
    ['that streams only when told to', chat(), { stream: false }],
    ['that streams', chat({ stream: true }), { stream: true }],
    ['that wants usage', chat({ stream: true, stream_options: { include_usage: true } }), { stream: true }],
    ['with its older limit', chat({ max_tokens: 9 }), { limit: 9 }],
    ['with its newer limit, which wins', chat({ max_tokens: 9, max_completion_tokens: 5 }), { limit: 5 }],
    ['with no limit for null', chat({ max_tokens: null }), { limit: undefined }],
    ['with no limit for -1 (llama.cpp)', chat({ max_tokens: -1 }), { limit: undefined }],
    ['with one text to stop at', chat({ stop: 'END' }), { sampling: { stop: ['END'] } }],
    ['with none to stop at', chat({ stop: [] }), { sampling: {} }],
    ['with vLLM’s word for a penalty', chat({ repetition_penalty: 1.1 }), { sampling: { repeatPenalty: 1.1 } }],
    ['with plain text', chat({ response_format: { type: 'text' } }), { format: undefined }],
    ['with any JSON', chat({ response_format: { type: 'json_object' } }), { format: { type: 'json' } }],
    [
      'with a schema by its name, to the letter',
      chat({ response_format: { type: 'json_schema', json_schema: { name: 'n', schema: parameters, strict: true } } }),
      { format: { type: 'schema', name: 'n', schema: parameters, strict: true } },
    ],
    ['with an effort', chat({ reasoning_effort: 'minimal' }), { thinking: { wanted: true, effort: 'minimal' } }],
    ['with the most effort', chat({ reasoning_effort: 'xhigh' }), { thinking: { wanted: true, effort: 'max' } }],
    ['without thinking', chat({ reasoning_effort: 'none' }), { thinking: { wanted: false } }],
    [
      'with OpenRouter’s effort',
      chat({ reasoning: { effort: 'low', exclude: false } }),
      { thinking: { wanted: true, effort: 'low' } },
    ],
    ['with OpenRouter’s budget', chat({ reasoning: { max_tokens: 99 } }), { thinking: { wanted: true, budget: 99 } }],
    ['with OpenRouter’s switch', chat({ reasoning: { enabled: false } }), { thinking: { wanted: false } }],
    [
      'with the template’s switch (llama.cpp, vLLM)',
      chat({ chat_template_kwargs: { enable_thinking: true } }),
      { thinking: { wanted: true } },
    ],
    ['with probabilities', chat({ logprobs: true }), { logprobs: 0 }],
    ['with alternatives', chat({ logprobs: true, top_logprobs: 3 }), { logprobs: 3 }],
    ['without probabilities', chat({ logprobs: false }), { logprobs: undefined }],
    ['with a name for who asks', chat({ user: 'me' }), { user: 'me' }],
    [
      'with a tool without arguments',
      chat({ tools: [{ type: 'function', function: { name: 'now' } }] }),
      { tools: [{ name: 'now', parameters }] },
    ],
    [
      'with functions, as tools were called',
      chat({ functions: [{ name: 'now', parameters }], function_call: { name: 'now' } }),
      { tools: [{ name: 'now', parameters }], toolChoice: { name: 'now' } },
    ],
    [
      'with a function if need be',
      chat({ functions: [now.function], function_call: 'auto' }),
      { tools, toolChoice: 'auto' },
    ],
    ['that must call', chat({ tools: [now], tool_choice: 'required' }), { tools, toolChoice: 'required' }],
    [
      'with a choice among some of its tools',
      chat({
        tools: [now, later],
        tool_choice: { type: 'allowed_tools', allowed_tools: { mode: 'required', tools: [later] } },
      }),
      { tools: [{ name: 'later', parameters }], toolChoice: 'required' },
    ],
  ])('%s', (_what, fields, expected) => {
    const { request, dropped } = openaiChat.decode(fields);
    expect(request).toEqual({ ...least, ...expected });
    expect(dropped).toEqual([]);
  });

  it('without what it doesn’t say, so that defaults show through', () => {
    expect(Object.keys(openaiChat.decode(chat({ max_tokens: null })).request).sort()).toEqual(
      ['model', 'messages', 'stream', 'sampling', 'tools'].sort(),
    );
  });

  const none = { role: 'assistant', content: [], calls: [] };

  it.each<[what: string, given: readonly Fields[], expected: readonly object[]]>([
    ['a developer’s message', [{ role: 'developer', content: 'a' }], [{ role: 'system', content: [says('a')] }]],
    ['parts', [{ role: 'user', content: [says('a'), says('b')] }], [{ role: 'user', content: [says('a'), says('b')] }]],
    ['empty text', [{ role: 'user', content: '' }], [{ role: 'user', content: [] }]],
    [
      'a picture somewhere else',
      [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'https://a/b.png', detail: 'auto' } }] }],
      [{ role: 'user', content: [{ type: 'imageUrl', url: 'https://a/b.png' }] }],
    ],
    [
      'a picture as a bare URL, without a type',
      [{ role: 'user', content: [{ type: 'image_url', image_url: 'data:;base64,AAAA' }] }],
      [{ role: 'user', content: [{ type: 'image', mediaType: '', data: 'AAAA' }] }],
    ],
    [
      'a picture with parameters of its type',
      [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'data:image/png;a=b;base64,AAAA' } }] }],
      [{ role: 'user', content: [{ type: 'image', mediaType: 'image/png', data: 'AAAA' }] }],
    ],
    [
      'sound',
      [{ role: 'user', content: [{ type: 'input_audio', input_audio: { data: 'AAAA', format: 'mp3' } }] }],
      [{ role: 'user', content: [{ type: 'audio', data: 'AAAA', format: 'mp3' }] }],
    ],
    ['an empty answer', [{ role: 'assistant' }], [none]],
    ['a refusal', [{ role: 'assistant', content: null, refusal: 'No.' }], [{ ...none, content: [says('No.')] }]],
    [
      'a refusal as a part',
      [{ role: 'assistant', content: [{ type: 'refusal', refusal: 'No.' }] }],
      [{ ...none, content: [says('No.')] }],
    ],
    [
      'thoughts (DeepSeek, llama.cpp)',
      [{ role: 'assistant', content: 'a', reasoning_content: 'hm' }],
      [{ ...none, content: [says('a')], thinking: { text: 'hm' } }],
    ],
    [
      'thoughts (OpenRouter, Ollama, vLLM)',
      [{ role: 'assistant', content: '', reasoning: 'hm' }],
      [{ ...none, thinking: { text: 'hm' } }],
    ],
    [
      'arguments as an object, empty, and left out',
      [answered(called('a', 'now', { x: 1 }), called('b', 'now', ''), called('c', 'now', null))],
      [
        {
          ...none,
          calls: [
            { id: 'a', name: 'now', arguments: { x: 1 } },
            { id: 'b', name: 'now', arguments: {} },
            { id: 'c', name: 'now', arguments: {} },
          ],
        },
      ],
    ],
    [
      'results by the name of their call, in any order',
      [
        answered(called('a', 'now'), called('b', 'later')),
        { role: 'tool', tool_call_id: 'b', content: '2' },
        { role: 'tool', tool_call_id: 'a', content: [says('1')] },
        { role: 'tool', tool_call_id: 'z', content: '', name: 'other' },
      ],
      [
        { role: 'assistant' },
        { role: 'tool', callId: 'b', name: 'later', content: [says('2')], failed: false },
        { role: 'tool', callId: 'a', name: 'now', content: [says('1')], failed: false },
        { role: 'tool', callId: 'z', name: 'other', content: [], failed: false },
      ],
    ],
    [
      'functions, whose calls have no ids, by their names in order',
      [
        { role: 'assistant', content: null, function_call: { name: 'now', arguments: '{}' } },
        { role: 'function', name: 'now', content: '1' },
        { role: 'assistant', content: null, function_call: { name: 'now', arguments: '{}' } },
        { role: 'function', name: 'now', content: null },
      ],
      [
        { calls: [{ id: 'call_0', name: 'now', arguments: {} }] },
        { role: 'tool', callId: 'call_0', name: 'now', content: [says('1')] },
        { calls: [{ id: 'call_1', name: 'now', arguments: {} }] },
        { role: 'tool', callId: 'call_1', name: 'now', content: [] },
      ],
    ],
  ])('with %s', (_what, messages, expected) => {
    const { request, dropped } = openaiChat.decode(chat({ messages }));
    expect(request.messages).toMatchObject(expected);
    expect(dropped).toEqual([]);
  });
});

describe('of a request in OpenAI’s words', () => {
  it.each<[dropped: string, fields: Fields]>([
    ['logit_bias', chat({ logit_bias: { 50256: -100 } })],
    ['metadata', chat({ metadata: { a: 'b' } })],
    ['store', chat({ store: true })],
    ['service_tier', chat({ service_tier: 'flex' })],
    ['verbosity', chat({ verbosity: 'low' })],
    ['prediction', chat({ prediction: { type: 'content', content: 'a' } })],
    ['web_search_options', chat({ web_search_options: { search_context_size: 'low' } })],
    ['prompt_cache_key', chat({ prompt_cache_key: 'a' })],
    ['top_logprobs', chat({ top_logprobs: 3 })],
    ['mirostat', chat({ mirostat: 2 })],
    ['reasoning.exclude', chat({ reasoning: { effort: 'low', exclude: true } })],
    ['chat_template_kwargs.a', chat({ chat_template_kwargs: { a: 1 } })],
    ['stream_options.include_obfuscation', chat({ stream: true, stream_options: { include_obfuscation: true } })],
    [
      'response_format.json_schema.description',
      chat({ response_format: { type: 'json_schema', json_schema: { name: 'n', schema: {}, description: 'd' } } }),
    ],
    ['messages.name', chat({ messages: [hi, { ...hi, name: 'me' }] })],
    [
      'messages.content.image_url.detail',
      chat({
        messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'http://a', detail: 'low' } }] }],
      }),
    ],
    [
      'messages.content.cache_control',
      chat({ messages: [{ role: 'user', content: [{ ...says('a'), cache_control: { type: 'ephemeral' } }] }] }),
    ],
    ['tools.function.defer_loading', chat({ tools: [{ ...now, function: { ...now.function, defer_loading: true } }] })],
  ])('"%s" is left out by its name', (dropped, fields) => {
    expect(openaiChat.decode(fields).dropped).toEqual([dropped]);
  });

  it.each<[what: string, more: Fields]>([
    ['null', { logit_bias: null, user: null, tools: null, stop: null, n: null }],
    ['nothing', { metadata: {}, functions: [], unknown: [] }],
    ['what happens anyway', { n: 1, store: false, service_tier: 'auto', verbosity: 'medium', modalities: ['text'] }],
  ])('nothing is left out of %s', (_what, more) => {
    expect(openaiChat.decode(chat(more)).dropped).toEqual([]);
  });

  it.each<[named: string, fields: Fields]>([
    ['"n"', chat({ n: 2 })],
    ['"modalities"', chat({ modalities: ['text', 'audio'], audio: { voice: 'alloy', format: 'wav' } })],
    ['"grammar"', chat({ grammar: 'root ::= "a"' })],
    ['"guided_json"', chat({ guided_json: {} })],
    ['"tools[0].type"', chat({ tools: [{ type: 'custom', custom: { name: 'a' } }] })],
    ['"tool_choice.type"', chat({ tools: [now], tool_choice: { type: 'custom', custom: { name: 'a' } } })],
    [
      '"messages[0].tool_calls[0].type"',
      chat({ messages: [answered({ id: 'a', type: 'custom', custom: { name: 'a', input: 'b' } })] }),
    ],
    ['"messages[0].audio"', chat({ messages: [{ role: 'assistant', audio: { id: 'a' } }] })],
    [
      '"messages[0].content[0].type"',
      chat({ messages: [{ role: 'user', content: [{ type: 'file', file: { file_id: 'a' } }] }] }),
    ],
  ])('%s is refused, since the answer would be another without it', (named, fields) => {
    const decode = (): unknown => openaiChat.decode(fields);
    expect(decode).toThrow(Untranslatable);
    expect(decode).toThrow(named);
  });

  const part = (content: Fields): Fields => chat({ messages: [{ role: 'user', content: [content] }] });

  it.each<[message: string, fields: Fields]>([
    ['"model" is required', { messages: [hi] }],
    ['"messages" must be a list of messages', { model: 'm' }],
    ['"messages[0]" must be an object', chat({ messages: ['Hi'] })],
    ['"messages[0].role" must be', chat({ messages: [{ role: 'robot', content: 'Hi' }] })],
    ['"messages[0].role" must be', chat({ messages: [{ content: 'Hi' }] })],
    ['"messages[1].content" must be a string or a list of parts', chat({ messages: [hi, { role: 'user' }] })],
    ['"messages[0].content" must be a string or a list of parts', chat({ messages: [{ role: 'user', content: 1 }] })],
    ['"messages[0].content[0].type" must be', part({ text: 'a' })],
    ['"messages[0].content[0].text" must be a string', part({ type: 'text' })],
    ['"messages[0].content[0].image_url.url" must be', part({ type: 'image_url', image_url: { url: 'a.png' } })],
    ['"messages[0].content[0].image_url.url" must be', part({ type: 'image_url', image_url: {} })],
    ['"messages[0].content[0].image_url" must be', part({ type: 'image_url' })],
    [
      '"messages[0].content[0].input_audio.format" must be "wav" or "mp3"',
      part({ type: 'input_audio', input_audio: { data: 'AAAA', format: 'flac' } }),
    ],
    [
      '"messages[0].tool_calls[0].function.arguments" must be the JSON of an object',
      chat({ messages: [answered(called('a', 'now', '[1]'))] }),
    ],
    [
      '"messages[0].tool_calls[0].function.arguments" must be the JSON of an object',
      chat({ messages: [answered(called('a', 'now', '{'))] }),
    ],
    ['"messages[0].tool_calls[0].function.name" must be', chat({ messages: [answered(called('a', ''))] })],
    ['"messages[0].tool_calls[0].function" must be', chat({ messages: [answered({ id: 'a' })] })],
    ['"messages[0].tool_call_id" must be', chat({ messages: [{ role: 'tool', content: '1' }] })],
    ['"stream" must be true or false', chat({ stream: 'yes' })],
    ['"temperature" must be a number', chat({ temperature: 'hot' })],
    ['"seed" must be a whole number', chat({ seed: 0.5 })],
    ['"max_tokens" must be a whole number from 1', chat({ max_tokens: 0 })],
    ['"stop" must be a string or a list of strings', chat({ stop: [1] })],
    ['"tools[0]" must be an object', chat({ tools: ['now'] })],
    ['"tools[0].function" must be an object', chat({ tools: [{ type: 'function' }] })],
    [
      '"tools[0].function.parameters" must be a JSON Schema',
      chat({ tools: [{ function: { name: 'a', parameters: 1 } }] }),
    ],
    ['"tool_choice" must be', chat({ tool_choice: 'any' })],
    ['"response_format.type" must be', chat({ response_format: { type: 'xml' } })],
    ['"response_format.json_schema" must be', chat({ response_format: { type: 'json_schema' } })],
    ['"reasoning_effort" must be one of none, minimal', chat({ reasoning_effort: 'toString' })],
  ])('is said what is wrong: %s', (message, fields) => {
    const decode = (): unknown => openaiChat.decode(fields);
    expect(decode).toThrow(InvalidRequest);
    expect(decode).toThrow(message);
  });
});

describe('a request for a text completion is read', () => {
  const prompt = (more: Fields = {}): Fields => ({ model: 'm', prompt: 'Once', ...more });

  it.each<[what: string, fields: Fields, expected: Partial<ChatRequest>]>([
    ['as a user’s message', prompt(), { messages: [asks('Once')], stream: false, tools: [] }],
    ['with a list of one prompt', prompt({ prompt: ['Once'] }), { messages: [asks('Once')] }],
    ['with an empty prompt', prompt({ prompt: '' }), { messages: [{ role: 'user', content: [] }] }],
    [
      'with how it is to be answered',
      prompt({ max_tokens: 5, temperature: 0.5, stop: 'END', seed: 7, logprobs: 2, user: 'me', stream: true }),
      { limit: 5, sampling: { temperature: 0.5, stop: ['END'], seed: 7 }, logprobs: 2, user: 'me', stream: true },
    ],
    ['without what is the case anyway', prompt({ echo: false, best_of: 1, n: 1, suffix: '' }), {}],
  ])('%s', (_what, fields, expected) => {
    const { request, dropped } = openaiCompletions.decode(fields);
    expect(request).toMatchObject(expected);
    expect(dropped).toEqual([]);
  });

  it.each<[named: string, fields: Fields]>([
    ['"prompt"', prompt({ prompt: ['Once', 'Twice'] })],
    ['"prompt"', prompt({ prompt: [1, 2] })],
    ['"prompt"', prompt({ prompt: [[1, 2]] })],
    ['"suffix"', prompt({ suffix: 'end' })],
    ['"echo"', prompt({ echo: true })],
    ['"best_of"', prompt({ best_of: 2 })],
    ['"n"', prompt({ n: 2 })],
  ])('or refused for its %s', (named, fields) => {
    const decode = (): unknown => openaiCompletions.decode(fields);
    expect(decode).toThrow(Untranslatable);
    expect(decode).toThrow(named);
  });

  it('or said to have no prompt', () => {
    expect(() => openaiCompletions.decode({ model: 'm' })).toThrow(new InvalidRequest('"prompt" must be a string'));
  });

  it('without what a chat has beyond it, by its name', () => {
    expect(openaiCompletions.decode(prompt({ logit_bias: { 1: 2 }, tools: [now] })).dropped).toEqual([
      'logit_bias',
      'tools',
    ]);
  });
});

describe('a request is written for a server of OpenAI’s API', () => {
  const request: ChatRequest = {
    model: 'm',
    messages: [asks('Hi')],
    stream: false,
    sampling: {},
    tools: [],
  };
  const written = (messages: readonly Message[]): unknown =>
    openaiServer.encode({ ...request, messages }).fields.messages;
  const tool = { name: 'now', parameters };

  it.each(requests)('strictly: $what', ({ what, request: given, fields }) => {
    const dropped = what === 'sampling' ? ['top_k', 'min_p', 'repeat_penalty'] : [];
    expect(openaiServer.encode(given)).toEqual({ fields, dropped });
  });

  it('as the official types have it', () => {
    const expected: ChatCompletionCreateParams = {
      model: 'm',
      messages: [{ role: 'user', content: 'Hi' }],
      stream: true,
      stream_options: { include_usage: true },
      tools: [{ type: 'function', function: { name: 'now', parameters, strict: true } }],
      tool_choice: 'required',
      parallel_tool_calls: true,
      response_format: { type: 'json_object' },
      reasoning_effort: 'high',
      logprobs: true,
      top_logprobs: 0,
    };
    const { fields } = openaiServer.encode({
      ...request,
      stream: true,
      tools: [{ ...tool, strict: true }],
      toolChoice: 'required',
      parallelTools: true,
      format: { type: 'json' },
      thinking: { wanted: true, effort: 'high' },
      logprobs: 0,
    });
    expect(fields).toEqual(expected);
  });

  it.each<[what: string, more: Partial<ChatRequest>, expected: Fields, dropped: string[]]>([
    ['without a choice among no tools', { toolChoice: 'none', parallelTools: false }, {}, []],
    ['without thinking', { thinking: { wanted: false } }, { reasoning_effort: 'none' }, []],
    ['with thinking', { thinking: { wanted: true } }, { reasoning_effort: 'medium' }, []],
    ['with the most thinking', { thinking: { wanted: true, effort: 'max' } }, { reasoning_effort: 'max' }, []],
    [
      'with little to think',
      { thinking: { wanted: true, budget: 1024 } },
      { reasoning_effort: 'low' },
      ['budget_tokens'],
    ],
    [
      'with much to think',
      { thinking: { wanted: true, budget: 32_000 } },
      { reasoning_effort: 'high' },
      ['budget_tokens'],
    ],
    ['with a limit, by its older name', { limit: 9 }, { max_tokens: 9 }, []],
    ['with a name for who asks', { user: 'me' }, { user: 'me' }, []],
    ['without what is Ollama’s', { keepAlive: '5m', contextLength: 8192 }, {}, ['keep_alive', 'num_ctx']],
  ])('%s', (_what, more, expected, dropped) => {
    const { fields, dropped: named } = openaiServer.encode({ ...request, ...more });
    expect(fields).toEqual({ model: 'm', messages: [hi], stream: false, ...expected });
    expect(named).toEqual(dropped);
  });

  it.each<[what: string, more: Partial<ChatRequest>, expected: Fields]>([
    [
      'how tokens are drawn',
      { sampling: { topK: 40, minP: 0.05, repeatPenalty: 1.1 } },
      { top_k: 40, min_p: 0.05, repeat_penalty: 1.1, repetition_penalty: 1.1 },
    ],
    [
      'that it isn’t to think',
      { thinking: { wanted: false } },
      { reasoning_effort: 'none', chat_template_kwargs: { enable_thinking: false } },
    ],
    [
      'which tool it must call',
      { tools: [tool, { ...tool, name: 'later' }], toolChoice: { name: 'later' } },
      { tools: [later], tool_choice: 'required' },
    ],
  ])('and for llama.cpp and vLLM also in their words: %s', (_what, more, expected) => {
    expect(openaiServerWithExtras.encode({ ...request, ...more })).toEqual({
      fields: { model: 'm', messages: [hi], stream: false, ...expected },
      dropped: [],
    });
  });

  it.each([
    ['max_tokens', openaiServer],
    ['max_tokens', openaiServerWithExtras],
    // Its models that think refuse the other.
    ['max_completion_tokens', openaiItself],
  ] as const)('with its limit as %s', (name, server) => {
    expect(server.encode({ ...request, limit: 9 }).fields).toEqual({
      ...{ model: 'm', messages: [hi], stream: false },
      [name]: 9,
    });
  });

  const calls = [
    { id: '', name: 'now', arguments: {} },
    { id: '', name: 'later', arguments: {} },
  ];
  const assistant: Message = { role: 'assistant', content: [], calls };
  const result = (name: string, content: readonly Part[], callId = ''): Message => ({
    role: 'tool',
    callId,
    name,
    content,
    failed: false,
  });
  const picture: Part = { type: 'image', mediaType: '', data: 'iVBORw0KGgo=' };
  const shown = { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } };
  const writtenCalls = answered(called('call_0', 'now'), called('call_1', 'later'));

  it.each<[what: string, messages: readonly Message[], expected: readonly Fields[]]>([
    ['text in parts as one', [{ role: 'user', content: [says('a'), says('b')] }], [{ role: 'user', content: 'ab' }]],
    ['empty content', [{ role: 'user', content: [] }], [{ role: 'user', content: '' }]],
    ['a picture by its looks', [{ role: 'user', content: [picture] }], [{ role: 'user', content: [shown] }]],
    [
      'a picture of an unknown kind as the most likely',
      [{ role: 'user', content: [{ ...picture, data: 'AAAA' }] }],
      [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'data:image/jpeg;base64,AAAA' } }] }],
    ],
    [
      'a picture somewhere else, and sound',
      [
        {
          role: 'user',
          content: [
            { type: 'imageUrl', url: 'https://a/b.png' },
            { type: 'audio', format: 'wav', data: 'AAAA' },
          ],
        },
      ],
      [
        {
          role: 'user',
          content: [
            { type: 'image_url', image_url: { url: 'https://a/b.png' } },
            { type: 'input_audio', input_audio: { format: 'wav', data: 'AAAA' } },
          ],
        },
      ],
    ],
    [
      'thoughts',
      [{ role: 'assistant', content: [], thinking: { text: 'hm' }, calls: [] }],
      [{ role: 'assistant', content: '', reasoning_content: 'hm' }],
    ],
    [
      'calls and results without ids, in order of their names',
      [assistant, result('later', [says('2')]), result('now', [says('1')]), assistant, result('now', [])],
      [
        writtenCalls,
        { role: 'tool', tool_call_id: 'call_1', content: '2' },
        { role: 'tool', tool_call_id: 'call_0', content: '1' },
        answered(called('call_2', 'now'), called('call_3', 'later')),
        { role: 'tool', tool_call_id: 'call_2', content: '' },
      ],
    ],
    [
      'pictures of results behind the last of them',
      [assistant, result('now', [says('1'), picture]), result('later', [says('2')])],
      [
        writtenCalls,
        { role: 'tool', tool_call_id: 'call_0', content: '1' },
        { role: 'tool', tool_call_id: 'call_1', content: '2' },
        { role: 'user', content: [shown] },
      ],
    ],
    [
      'pictures of results before what the user says to them',
      [assistant, result('now', [picture]), asks('What is it?')],
      [
        writtenCalls,
        { role: 'tool', tool_call_id: 'call_0', content: '' },
        { role: 'user', content: [shown, says('What is it?')] },
      ],
    ],
    [
      'pictures of results before an answer',
      [assistant, result('now', [picture]), { role: 'assistant', content: [says('A cat.')], calls: [] }],
      [
        writtenCalls,
        { role: 'tool', tool_call_id: 'call_0', content: '' },
        { role: 'user', content: [shown] },
        { role: 'assistant', content: 'A cat.' },
      ],
    ],
  ])('with %s', (_what, messages, expected) => {
    expect(written(messages)).toEqual(expected);
  });

  it('without proofs of thoughts, and that a tool has failed', () => {
    const thinking = { text: 'hm', signature: 's' };
    const messages: readonly Message[] = [
      { ...assistant, thinking },
      { ...result('now', []), failed: true } as Message,
    ];
    expect(openaiServer.encode({ ...request, messages }).dropped).toEqual(['signature', 'is_error']);
  });

  it.each<[what: string, message: Message]>([
    ['a picture of the system', { role: 'system', content: [picture] }],
    ['a picture of the assistant', { role: 'assistant', content: [picture], calls: [] }],
    ['a result of no call', result('now', [])],
  ])('or refused for %s', (_what, message) => {
    expect(() => written([message])).toThrow(Untranslatable);
  });

  it('so that it is read as it was', () => {
    const part = fc.oneof(
      fc.record({ type: fc.constant('image' as const), mediaType: fc.constant('image/png'), data: fc.base64String() }),
      fc.record({ type: fc.constant('imageUrl' as const), url: fc.webUrl() }),
      fc.record({ type: fc.constant('audio' as const), format: fc.constant('wav'), data: fc.base64String() }),
    );
    const text = fc.string({ unit: 'binary', minLength: 1 }).map((said) => [says(said)]);
    const json = fc
      .dictionary(fc.string(), fc.jsonValue({ maxDepth: 1 }))
      .map((given) => JSON.parse(JSON.stringify(given)) as Fields);
    const name = fc.string({ minLength: 1 });
    const turn: fc.Arbitrary<readonly Message[]> = fc.oneof(
      fc.record({ role: fc.constant('system' as const), content: text }).map((message) => [message]),
      fc
        .tuple(text, fc.array(part, { maxLength: 2 }))
        .map(([said, parts]): readonly Message[] => [{ role: 'user', content: [...said, ...parts] }]),
      fc
        .record({ id: fc.uuid(), name, given: json, said: text, result: text })
        .map(({ id, given, ...rest }): readonly Message[] => [
          {
            role: 'assistant',
            content: rest.said,
            thinking: { text: 'hm' },
            calls: [{ id, name: rest.name, arguments: given }],
          },
          { role: 'tool', callId: id, name: rest.name, content: rest.result, failed: false },
        ]),
    );
    const requested: fc.Arbitrary<ChatRequest> = fc.record(
      {
        model: fc.constant('m'),
        messages: fc.array(turn, { maxLength: 4 }).map((turns) => turns.flat()),
        sampling: fc.record(
          {
            temperature: fc.float({ noNaN: true, noDefaultInfinity: true }),
            topK: fc.nat(),
            stop: fc.array(name, { minLength: 1 }),
          },
          { requiredKeys: [] },
        ),
        stream: fc.constant(true),
        tools: fc.array(
          fc.record(
            { name, parameters: json, description: fc.string(), strict: fc.boolean() },
            { requiredKeys: ['name', 'parameters'] },
          ),
        ),
        limit: fc.integer({ min: 1 }),
        thinking: fc.constantFrom({ wanted: false }, { wanted: true, effort: 'minimal' as const }),
        logprobs: fc.nat(20),
        user: name,
      },
      { requiredKeys: ['model', 'messages', 'sampling', 'stream', 'tools'] },
    );
    fc.assert(
      fc.property(requested, (asked) => {
        const { fields } = openaiServerWithExtras.encode(asked);
        expect(openaiChat.decode(JSON.parse(JSON.stringify(fields)) as Fields).request).toEqual(asked);
      }),
      { seed: 20 },
    );
  });
});
