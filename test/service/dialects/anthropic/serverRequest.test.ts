import { describe, expect, it } from 'vitest';
import { encodeMessages } from '../../../../service/dialects/anthropic/serverRequest.js';
import type { ChatRequest, Message, Tool } from '../../../../service/dialects/chat.js';
import { Untranslatable } from '../../../../service/dialects/codec.js';
import type { Fields } from '../../../../service/dialects/fields.js';

const text = (words: string) => ({ type: 'text', text: words }) as const;
const user = (words: string): Message => ({ role: 'user', content: [text(words)] });
const assistant = (words: string, more: object = {}): Message => ({
  role: 'assistant',
  content: words === '' ? [] : [text(words)],
  calls: [],
  ...more,
});
const asked: ChatRequest = {
  model: 'qwen3',
  messages: [user('Hi')],
  stream: false,
  sampling: {},
  tools: [],
};
const now: Tool = { name: 'now', parameters: {} };
const plain = encodeMessages(asked).fields;

describe('a request to a server of Anthropic’s API', () => {
  it.each<[what: string, request: Partial<ChatRequest>, expected: Fields, dropped?: string[]]>([
    ['has a limit, which the API insists on', {}, { max_tokens: 4096 }],
    ['has the limit that was asked for', { limit: 7 }, { max_tokens: 7 }],
    ['says who asks', { user: 'u1' }, { metadata: { user_id: 'u1' } }],
    ['is no hotter than 1', { sampling: { temperature: 1.5 } }, { temperature: 1 }, ['temperature']],
    [
      'has no stop sequence of white space',
      { sampling: { stop: ['\n\n', 'END'] } },
      { stop_sequences: ['END'] },
      ['stop'],
    ],
    [
      'has tools, if need be with an empty schema',
      { tools: [{ ...now, strict: true }] },
      { tools: [{ name: 'now', input_schema: { type: 'object' }, strict: true }] },
    ],
    [
      'calls one tool at a time',
      { tools: [now], parallelTools: false },
      {
        tools: [{ name: 'now', input_schema: { type: 'object' } }],
        tool_choice: { type: 'auto', disable_parallel_tool_use: true },
      },
    ],
    [
      'must call a tool',
      { tools: [now], toolChoice: 'required', parallelTools: true },
      { tools: [{ name: 'now', input_schema: { type: 'object' } }], tool_choice: { type: 'any' } },
    ],
    [
      'must call none',
      { tools: [now], toolChoice: 'none', parallelTools: false },
      { tools: [{ name: 'now', input_schema: { type: 'object' } }], tool_choice: { type: 'none' } },
    ],
    ['chooses no tool where there is none', { toolChoice: 'auto' }, {}],
    ['calls no tool where there is none', { toolChoice: 'required' }, {}, ['tool_choice']],
    ['can’t be JSON of any form', { format: { type: 'json' } }, {}, ['response_format']],
    [
      'names what the API has no words for',
      { logprobs: 0, keepAlive: '5m', contextLength: 8192, sampling: { seed: 0 } },
      {},
      ['seed', 'logprobs', 'keep_alive', 'num_ctx'],
    ],
    [
      'doesn’t name what is usual',
      { sampling: { minP: 0, frequencyPenalty: 0, presencePenalty: 0, repeatPenalty: 1 } },
      {},
    ],
  ])('%s', (_what, request, expected, dropped = []) => {
    expect(encodeMessages({ ...asked, ...request })).toEqual({ fields: { ...plain, ...expected }, dropped });
  });
});

describe('thinking, as a server of Anthropic’s API is asked for it', () => {
  const budget = (budget_tokens: number) => ({ thinking: { type: 'enabled', budget_tokens } });
  const adaptive = { thinking: { type: 'adaptive', display: 'summarized' } };
  const effort = (told: string) => ({ output_config: { effort: told } });

  it.each<[model: string, thinking: ChatRequest['thinking'], expected: Fields, dropped?: string[]]>([
    ['qwen3', { wanted: false }, { thinking: { type: 'disabled' } }],
    ['qwen3', { wanted: true }, { ...budget(8192), max_tokens: 12_288 }],
    ['qwen3', { wanted: true, budget: 10 }, { ...budget(1024), max_tokens: 4096 }],
    ['claude-3-7-sonnet-20250219', { wanted: true, effort: 'minimal' }, { ...budget(1024), max_tokens: 4096 }],
    ['claude-opus-4-20250514', { wanted: true, effort: 'max' }, { ...budget(24_576), max_tokens: 32_000 }],
    ['claude-sonnet-4-5', { wanted: false }, { max_tokens: 32_000 }],
    ['claude-sonnet-4-5', { wanted: true, effort: 'high' }, { ...budget(16_384), max_tokens: 32_000 }],
    ['claude-sonnet-4-5', { wanted: true, effort: 'high', budget: 5000 }, { ...budget(5000), max_tokens: 32_000 }],
    ['claude-opus-4-6', { wanted: true }, { ...adaptive, max_tokens: 32_000 }],
    ['claude-opus-4-7', { wanted: false }, { max_tokens: 32_000 }],
    [
      'anthropic/claude-opus-4.7',
      { wanted: true, effort: 'minimal' },
      { ...adaptive, ...effort('low'), max_tokens: 32_000 },
    ],
    ['claude-opus-5', { wanted: true, budget: 9000 }, { ...adaptive, ...effort('high'), max_tokens: 32_000 }],
    ['claude-mythos-preview', { wanted: true, budget: 64_000 }, { ...adaptive, ...effort('max'), max_tokens: 32_000 }],
    ['claude-fable-5', { wanted: false }, { ...effort('low'), max_tokens: 32_000 }, ['reasoning_effort']],
  ])('by %s: %j', (model, thinking, expected, dropped = []) => {
    expect(encodeMessages({ ...asked, model, thinking })).toEqual({
      fields: { ...plain, model, ...expected },
      dropped,
    });
  });

  it('leaves room for the answer', () => {
    const request = { ...asked, limit: 1000, thinking: { wanted: true, effort: 'low' } as const };
    expect(encodeMessages(request).fields.max_tokens).toBe(3048);
    expect(encodeMessages({ ...request, limit: 5000 }).fields.max_tokens).toBe(5000);
  });

  const calls = [{ id: 'call_1', name: 'now', arguments: {} }];
  const result: Message = { role: 'tool', callId: 'call_1', name: 'now', content: [text('12:00')], failed: false };

  it.each<[what: string, request: Partial<ChatRequest>, dropped: string[]]>([
    ['a tool must be called', { tools: [now], toolChoice: 'required' }, ['reasoning_effort']],
    ['the answer has begun', { messages: [user('Hi'), assistant('Well')] }, ['reasoning_effort']],
    [
      'a call was not thought about',
      { messages: [user('Hi'), assistant('', { calls }), result] },
      ['reasoning_effort'],
    ],
    [
      'the thought before a call isn’t signed',
      { messages: [user('Hi'), assistant('', { calls, thinking: { text: 'hm' } }), result] },
      ['reasoning', 'reasoning_effort'],
    ],
  ])('is left off where the API refuses it: %s', (_what, request, dropped) => {
    const encoded = encodeMessages({ ...asked, ...request, thinking: { wanted: true } });
    expect(encoded.fields).not.toHaveProperty('thinking');
    expect(encoded.dropped).toEqual(dropped);
  });

  it('goes on from a thought that is signed', () => {
    const thinking = { text: 'hm', signature: 'EqQB' };
    const messages = [user('Hi'), assistant('', { calls, thinking }), result];
    const { fields, dropped } = encodeMessages({ ...asked, messages, thinking: { wanted: true } });
    expect(fields).toMatchObject({
      thinking: { type: 'enabled' },
      messages: [{}, { content: [{ type: 'thinking', thinking: 'hm', signature: 'EqQB' }, { type: 'tool_use' }] }, {}],
    });
    expect(dropped).toEqual([]);
  });
});

describe('how tokens are drawn by a server of Anthropic’s API', () => {
  const sampling = { temperature: 0.5, topP: 0.9, topK: 40 };

  it.each<[what: string, request: Partial<ChatRequest>, expected: Fields, dropped: string[]]>([
    ['as asked', { sampling }, { temperature: 0.5, top_p: 0.9, top_k: 40 }, []],
    [
      'by one of the two since Claude 4',
      { model: 'claude-sonnet-4-5', sampling },
      { temperature: 0.5, top_k: 40 },
      ['top_p'],
    ],
    ['by the other', { model: 'claude-sonnet-4-5', sampling: { topP: 0.9 } }, { top_p: 0.9 }, []],
    ['as it likes since Claude 4.7', { model: 'claude-opus-4-7', sampling }, {}, ['temperature', 'top_p', 'top_k']],
    ['as it is usual', { model: 'claude-opus-4-7', sampling: { temperature: 1 } }, {}, []],
    ['as it likes while it thinks', { sampling, thinking: { wanted: true } }, {}, ['temperature', 'top_p', 'top_k']],
    ['by what thinking allows', { sampling: { topP: 0.95 }, thinking: { wanted: true } }, { top_p: 0.95 }, []],
    ['as asked where it doesn’t think', { sampling: { topK: 40 }, thinking: { wanted: false } }, { top_k: 40 }, []],
  ])('%s', (_what, request, expected, dropped) => {
    const encoded = encodeMessages({ ...asked, ...request });
    const { temperature, top_p, top_k } = encoded.fields;
    expect({ temperature, top_p, top_k }).toEqual(expected);
    expect(encoded.dropped).toEqual(dropped);
  });
});

describe('a conversation, as a server of Anthropic’s API takes it', () => {
  const called = (id: string, name = 'now'): Message => assistant('', { calls: [{ id, name, arguments: {} }] });
  const result = (callId: string, name: string, words = '12:00', failed = false): Message => ({
    role: 'tool',
    callId,
    name,
    content: words === '' ? [] : [text(words)],
    failed,
  });
  const use = (id: string, name = 'now') => ({ type: 'tool_use', id, name, input: {} });
  const told = (tool_use_id: string, content = '12:00') => ({ type: 'tool_result', tool_use_id, content });
  const ofAssistant = (...content: object[]) => ({ role: 'assistant', content });
  const ofUser = (...content: object[]) => ({ role: 'user', content });

  it.each<[what: string, messages: Message[], expected: object[], system?: string]>([
    [
      'has what the model is told before all, in order',
      [
        { role: 'system', content: [text('Be brief.')] },
        user('a'),
        { role: 'system', content: [text('Be kind.')] },
        user('b'),
      ],
      [ofUser(text('a'), text('b'))],
      'Be brief.\n\nBe kind.',
    ],
    [
      'takes turns',
      [user('a'), assistant('b'), assistant('c'), user('d')],
      [{ role: 'user', content: 'a' }, ofAssistant(text('b'), text('c')), { role: 'user', content: 'd' }],
    ],
    ['has no empty message', [user('a'), assistant(''), user('b')], [ofUser(text('a'), text('b'))]],
    ['has no text of white space alone', [user('a'), assistant(' \n'), user('b')], [ofUser(text('a'), text('b'))]],
    [
      'doesn’t end with the assistant’s white space',
      [user('a'), assistant('Well: ')],
      [
        { role: 'user', content: 'a' },
        { role: 'assistant', content: 'Well:' },
      ],
    ],
    [
      'has results first',
      [called('x'), user('Thanks'), result('x', 'now')],
      [ofAssistant(use('x')), ofUser(told('x'), text('Thanks'))],
    ],
    [
      'has results that failed, and that say nothing',
      [called('x'), result('x', 'now', 'no', true), called('y'), result('y', 'now', '')],
      [
        ofAssistant(use('x')),
        ofUser({ ...told('x', 'no'), is_error: true }),
        ofAssistant(use('y')),
        ofUser({ type: 'tool_result', tool_use_id: 'y' }),
      ],
    ],
    [
      'has ids where there were none',
      [called(''), called('', 'then'), result('', 'then', 'later'), result('', 'now')],
      [ofAssistant(use('call_0'), use('call_1', 'then')), ofUser(told('call_1', 'later'), told('call_0'))],
    ],
    [
      'has ids of letters that the API takes',
      [called('functions.now:0'), result('functions.now:0', '')],
      [ofAssistant(use('functions_now_0')), ofUser(told('functions_now_0'))],
    ],
    [
      'has pictures, whose type shows if it isn’t told',
      [
        {
          role: 'user',
          content: [
            { type: 'image', mediaType: '', data: 'iVBORw0KGgo=' },
            { type: 'image', mediaType: 'image/jpg', data: '/9j/' },
            { type: 'imageUrl', url: 'https://example.org/a.png' },
          ],
        },
      ],
      [
        ofUser(
          { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' } },
          { type: 'image', source: { type: 'base64', media_type: 'image/jpeg', data: '/9j/' } },
          { type: 'image', source: { type: 'url', url: 'https://example.org/a.png' } },
        ),
      ],
    ],
  ])('%s', (_what, messages, expected, system) => {
    const { fields, dropped } = encodeMessages({ ...asked, messages });
    expect(fields.messages).toEqual(expected);
    expect(fields.system).toBe(system);
    expect(dropped).toEqual([]);
  });

  it('has no thoughts that aren’t signed', () => {
    const messages = [user('a'), assistant('b', { thinking: { text: 'hm' } }), user('c')];
    const { fields, dropped } = encodeMessages({ ...asked, messages });
    expect(fields.messages).toMatchObject([{}, { content: 'b' }, {}]);
    expect(dropped).toEqual(['reasoning']);
  });

  const picture = { type: 'image', mediaType: 'image/png', data: 'iVBORw0KGgo=' } as const;

  it.each<[what: string, messages: Message[], words: RegExp]>([
    ['sound', [{ role: 'user', content: [{ type: 'audio', format: 'wav', data: '' }] }], /input_audio/],
    [
      'a picture of another type',
      [{ role: 'user', content: [{ ...picture, mediaType: 'image/tiff' }] }],
      /image\/tiff/,
    ],
    [
      'a picture of no type',
      [{ role: 'user', content: [{ type: 'image', mediaType: '', data: 'AAAA' }] }],
      /JPEG, PNG/,
    ],
    ['a picture of the assistant’s', [user('a'), { ...assistant('b'), content: [picture] }], /assistant/],
    ['a picture in what it is told', [{ role: 'system', content: [picture] }, user('a')], /system message/],
    ['a result without a call', [user('a'), result('', 'now')], /result of a tool \(now\)/],
    ['nothing at all', [{ role: 'system', content: [text('Be brief.')] }], /"messages"/],
  ])('can’t have %s', (_what, messages, words) => {
    expect(() => encodeMessages({ ...asked, messages })).toThrow(Untranslatable);
    expect(() => encodeMessages({ ...asked, messages })).toThrow(words);
  });
});
