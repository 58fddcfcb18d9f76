import { describe, expect, it } from 'vitest';
import { type ChatRequest, type Message } from '../../../../../service/dialects/chat.js';
import { Untranslatable } from '../../../../../service/dialects/codec.js';
import { InvalidRequest } from '../../../../../service/dialects/errors.js';
import type { Fields } from '../../../../../service/dialects/fields.js';
import type { Needs } from '../../../../../service/dialects/needs.js';
import { openaiResponses } from '../../../../../service/dialects/openai/responses/api.js';
import { decodeResponse, responsesNeeds } from '../../../../../service/dialects/openai/responses/request.js';
import { requestsIn } from '../../vectors.js';

const decoded = (rest: Fields) => decodeResponse({ model: 'm', input: 'Hi', ...rest });
const messages = (...input: readonly unknown[]): readonly Message[] => decoded({ input }).request.messages;
const asked: Message = { role: 'user', content: [{ type: 'text', text: 'Hi' }] };
const text = (said: string) => ({ type: 'text' as const, text: said });
const assistant = (rest: object): object => ({ role: 'assistant', content: [], calls: [], ...rest });

const spoken = (said: string, ...rest: object[]): object => ({
  type: 'message',
  role: 'assistant',
  content: [{ type: 'output_text', text: said, annotations: [] }, ...rest],
});
const thought = (said: string, rest: object = {}): object => ({
  type: 'reasoning',
  id: 'rs_1',
  summary: [{ type: 'summary_text', text: said }],
  ...rest,
});
const call = (call_id: string, name: string, args = '{}'): object => ({
  type: 'function_call',
  call_id,
  name,
  arguments: args,
});
const result = (call_id: string, output: unknown = 'ok'): object => ({ type: 'function_call_output', call_id, output });
const tool = { type: 'function', name: 'now', parameters: { type: 'object' } };

describe('a request to the Responses API is the same as in every dialect', () => {
  it.each(requestsIn('responses'))('but for how tokens are drawn: $what', ({ request, fields }) => {
    // It has words for these alone.
    const { temperature, topP } = request.sampling;
    expect(decodeResponse(fields)).toEqual({ request: { ...request, sampling: { temperature, topP } }, dropped: [] });
  });
});

describe('a conversation in items', () => {
  it.each<[what: string, input: readonly unknown[], expected: readonly unknown[]]>([
    ['a message without a type', [{ role: 'user', content: 'Hi' }], [asked]],
    [
      'a developer, who is the system',
      [{ role: 'developer', content: 'Be.' }],
      [{ role: 'system', content: [text('Be.')] }],
    ],
    [
      'a picture somewhere else',
      [{ role: 'user', content: [{ type: 'input_image', image_url: 'https://a.b/c.png', detail: 'auto' }] }],
      [{ role: 'user', content: [{ type: 'imageUrl', url: 'https://a.b/c.png' }] }],
    ],
    [
      'a picture of a kind that isn’t told',
      [{ role: 'user', content: [{ type: 'input_image', image_url: 'data:;base64,AA==' }] }],
      [{ role: 'user', content: [{ type: 'image', mediaType: '', data: 'AA==' }] }],
    ],
    [
      'sound',
      [{ role: 'user', content: [{ type: 'input_audio', input_audio: { data: 'AA==', format: 'wav' } }] }],
      [{ role: 'user', content: [{ type: 'audio', format: 'wav', data: 'AA==' }] }],
    ],
    [
      'a refusal, which is what was said',
      [{ role: 'assistant', content: [{ type: 'refusal', refusal: 'No.' }] }],
      [assistant({ content: [text('No.')] })],
    ],
    [
      'a thought and what it led to',
      [thought('Hm'), spoken('Yes')],
      [assistant({ thinking: { text: 'Hm' }, content: [text('Yes')] })],
    ],
    [
      'the thoughts themselves rather than their summary',
      [thought('Hm', { content: [{ type: 'reasoning_text', text: 'Hm, well' }] }), spoken('Yes')],
      [assistant({ thinking: { text: 'Hm, well' }, content: [text('Yes')] })],
    ],
    [
      'a thought with its proof',
      [thought('Hm', { encrypted_content: 'signature:abc' }), spoken('Yes')],
      [assistant({ thinking: { text: 'Hm', signature: 'abc' }, content: [text('Yes')] })],
    ],
    ['no thought that is empty', [thought(''), spoken('Yes')], [assistant({ content: [text('Yes')] })]],
    [
      'two thoughts in a row',
      [thought('a'), thought('b'), spoken('Yes')],
      [assistant({ thinking: { text: 'a\n\nb' }, content: [text('Yes')] })],
    ],
    [
      'all that a model does before the results are there',
      [
        thought('a'),
        spoken('One'),
        call('1', 'x'),
        thought('b'),
        spoken('Two'),
        call('2', 'y'),
        result('1'),
        result('2'),
      ],
      [
        assistant({
          thinking: { text: 'a\n\nb' },
          content: [text('One'), text('Two')],
          calls: [
            { id: '1', name: 'x', arguments: {} },
            { id: '2', name: 'y', arguments: {} },
          ],
        }),
        { role: 'tool', callId: '1', name: 'x', content: [text('ok')], failed: false },
        { role: 'tool', callId: '2', name: 'y', content: [text('ok')], failed: false },
      ],
    ],
    [
      'calls one after the other',
      [call('1', 'x'), result('1'), call('2', 'y'), result('2')],
      [
        assistant({ calls: [{ id: '1', name: 'x', arguments: {} }] }),
        { role: 'tool', callId: '1', name: 'x', content: [text('ok')], failed: false },
        assistant({ calls: [{ id: '2', name: 'y', arguments: {} }] }),
        { role: 'tool', callId: '2', name: 'y', content: [text('ok')], failed: false },
      ],
    ],
    [
      'two messages of the model',
      [spoken('One'), thought('b'), spoken('Two')],
      [assistant({ content: [text('One')] }), assistant({ thinking: { text: 'b' }, content: [text('Two')] })],
    ],
    [
      'a call with nothing for arguments',
      [call('1', 'x', '')],
      [assistant({ calls: [{ id: '1', name: 'x', arguments: {} }] })],
    ],
    [
      'a result that nobody asked for, in parts',
      [result('9', [{ type: 'input_text', text: 'ok' }])],
      [{ role: 'tool', callId: '9', name: '', content: [text('ok')], failed: false }],
    ],
    ['none', [], []],
  ])('%s', (_what, input, expected) => {
    expect(messages(...input)).toEqual(expected);
  });

  it('has the instructions first', () => {
    expect(decoded({ instructions: 'Be.' }).request.messages).toEqual([
      { role: 'system', content: [text('Be.')] },
      asked,
    ]);
  });
});

describe('a request to the Responses API is read', () => {
  it.each<[what: string, fields: Fields, expected: Partial<ChatRequest>]>([
    ['nulls as nothing', { instructions: null, temperature: null, tools: null, text: null, user: null }, {}],
    ['not streamed unless it says so', {}, { stream: false }],
    [
      'tools without parameters',
      { tools: [{ type: 'function', name: 'now', parameters: null, strict: null }] },
      {
        tools: [{ name: 'now', parameters: { type: 'object', properties: {} } }],
      },
    ],
    [
      'strict tools',
      { tools: [{ ...tool, strict: true }] },
      { tools: [{ name: 'now', parameters: { type: 'object' }, strict: true }] },
    ],
    ['a call of any tool', { tool_choice: 'required' }, { toolChoice: 'required' }],
    [
      'tools that are allowed as the only ones',
      {
        tools: [tool, { ...tool, name: 'then' }],
        tool_choice: { type: 'allowed_tools', mode: 'required', tools: [{ type: 'function', name: 'then' }] },
      },
      { tools: [{ name: 'then', parameters: { type: 'object' } }], toolChoice: 'required' },
    ],
    ['plain text', { text: { format: { type: 'text' } } }, {}],
    ['any JSON', { text: { format: { type: 'json_object' } } }, { format: { type: 'json' } }],
    [
      'a schema with a name',
      { text: { format: { type: 'json_schema', name: 'p', schema: {}, strict: true } } },
      { format: { type: 'schema', name: 'p', schema: {}, strict: true } },
    ],
    ['no thinking', { reasoning: { effort: 'none' } }, { thinking: { wanted: false, effort: 'none' } }],
    ['most thinking but one', { reasoning: { effort: 'xhigh' } }, { thinking: { wanted: true, effort: 'max' } }],
    ['thinking that is left to the model', { reasoning: { summary: 'auto' } }, {}],
    ['probabilities', { include: ['message.output_text.logprobs'] }, { logprobs: 0 }],
    ['the likeliest tokens', { include: ['message.output_text.logprobs'], top_logprobs: 3 }, { logprobs: 3 }],
    ['the likeliest tokens without the other word', { top_logprobs: 3 }, { logprobs: 3 }],
    ['no probabilities', { top_logprobs: 0 }, {}],
    ['who asks', { user: 'a' }, { user: 'a' }],
    ['who asks, by the newer name', { safety_identifier: 'b' }, { user: 'b' }],
  ])('%s', (_what, fields, expected) => {
    const { request, dropped } = decoded(fields);
    expect(request).toEqual({
      model: 'm',
      messages: [asked],
      stream: false,
      sampling: {},
      tools: [],
      ...expected,
    });
    expect(dropped).toEqual([]);
  });

  it.each([
    [{ stream: true }, true],
    [{ stream: false }, false],
    [{}, false],
  ])('%j: streamed %s', (fields, expected) => {
    expect(openaiResponses.streamed(fields)).toBe(expected);
  });
});

describe('a request to the Responses API that can’t be carried in full names', () => {
  it.each<[dropped: readonly string[], fields: Fields]>([
    [['tools.web_search'], { tools: [tool, { type: 'web_search' }] }],
    [['store'], { store: true }],
    [[], { store: false, truncation: 'disabled', service_tier: 'auto', background: false, metadata: { a: 'b' } }],
    [['truncation', 'service_tier'], { truncation: 'auto', service_tier: 'flex' }],
    [['prompt_cache_key', 'max_tool_calls'], { prompt_cache_key: 'k', max_tool_calls: 3 }],
    [['seed', 'stop'], { seed: 1, stop: ['END'] }],
    [[], { new_list: [], new_field: null, previous_response_id: null, conversation: null, prompt: null }],
    [['include'], { include: ['file_search_call.results', 'message.output_text.logprobs'] }],
    [[], { include: ['reasoning.encrypted_content'] }],
    [['text.verbosity'], { text: { verbosity: 'low' } }],
    [[], { text: { verbosity: 'medium' } }],
    [
      ['text.format.description'],
      { text: { format: { type: 'json_schema', name: 'p', schema: {}, description: 'd' } } },
    ],
    [
      ['reasoning.context', 'reasoning.mode'],
      { reasoning: { context: 'all_turns', mode: 'pro', summary: 'detailed' } },
    ],
    [[], { reasoning: { context: 'auto', mode: 'standard', effort: null } }],
    [['stream_options.include_obfuscation'], { stream_options: { include_obfuscation: true } }],
    [[], { stream_options: { include_obfuscation: false } }],
    [['tools.output_schema'], { tools: [{ ...tool, output_schema: { type: 'object' }, defer_loading: false }] }],
    [['user'], { user: 'a', safety_identifier: 'b' }],
    [
      ['input.phase'],
      {
        input: [
          { ...spoken('Hi'), phase: 'commentary' },
          { ...spoken('Hi'), phase: 'final_answer' },
        ],
      },
    ],
    [
      ['input.content.detail'],
      { input: [{ role: 'user', content: [{ type: 'input_image', image_url: 'https://a/b', detail: 'low' }] }] },
    ],
    [
      ['input.content.annotations'],
      {
        input: [{ role: 'assistant', content: [{ type: 'output_text', text: '', annotations: [{}], logprobs: [{}] }] }],
      },
    ],
    [['reasoning.encrypted_content'], { input: [thought('Hm', { encrypted_content: 'gAAAA' }), spoken('Yes')] }],
    [
      ['reasoning.encrypted_content'],
      { input: [thought('a', { encrypted_content: 'signature:1' }), thought('b'), spoken('Yes')] },
    ],
    [['reasoning'], { input: [thought('Hm'), { role: 'user', content: 'Hi' }] }],
  ])('%j', (dropped, fields) => {
    expect(decoded(fields).dropped).toEqual(dropped);
  });
});

describe('a request to the Responses API is refused that wants', () => {
  const inParts = (part: object): Fields => ({ input: [{ role: 'user', content: [part] }] });

  it.each<[field: string, fields: Fields, way: string]>([
    ['previous_response_id', { previous_response_id: 'resp_1' }, 'send the whole conversation in "input"'],
    ['conversation', { conversation: { id: 'conv_1' } }, 'send the whole conversation in "input"'],
    ['prompt', { prompt: { id: 'pmpt_1' } }, '"instructions"'],
    ['background', { background: true }, 'leave it out'],
    ['tools[0]', { tools: [{ type: 'web_search' }] }, '"web_search"'],
    ['tools[0]', { tools: [{ type: 'file_search', vector_store_ids: [] }] }, '"file_search"'],
    ['tools[0]', { tools: [{ type: 'mcp', server_label: 'a' }] }, '"mcp"'],
    ['tools[0]', { tools: [{ type: 'code_interpreter', container: {} }] }, '"code_interpreter"'],
    ['tools[0]', { tools: [{ type: 'computer_use_preview' }] }, '"computer_use_preview"'],
    ['tools[0]', { tools: [{ type: 'custom', name: 'a' }] }, '"custom"'],
    ['tool_choice', { tool_choice: { type: 'web_search_preview' } }, '"web_search_preview"'],
    ['input[0]', { input: [{ type: 'item_reference', id: 'msg_1' }] }, 'send the item itself'],
    ['input[0]', { input: [{ type: 'web_search_call', id: 'ws_1' }] }, '"web_search_call"'],
    ['input[0].content[0]', inParts({ type: 'input_file', file_data: 'AA==' }), '"input_text"'],
    ['input[0].content[0].file_id', inParts({ type: 'input_image', file_id: 'file_1' }), '"image_url"'],
  ])('%s', (field, fields, way) => {
    const decode = () => decoded(fields);
    expect(decode).toThrow(Untranslatable);
    expect(decode).toThrow(`"${field}"`);
    expect(decode).toThrow(way);
  });
});

describe('a request to the Responses API is none with', () => {
  const inParts = (part: unknown): Fields => ({ input: [{ role: 'user', content: [part] }] });

  it.each<[field: string, fields: Fields]>([
    ['model', { model: undefined }],
    ['input', { input: undefined }],
    ['input', { input: 5 }],
    ['input[0]', { input: ['Hi'] }],
    ['input[0].type', { input: [{ type: 5 }] }],
    ['input[0].role', { input: [{ role: 'tool', content: 'Hi' }] }],
    ['input[0].content', { input: [{ role: 'user' }] }],
    ['input[0].content[0]', inParts('Hi')],
    ['input[0].content[0].type', inParts({ type: 'text', text: 'Hi' })],
    ['input[0].content[0].text', inParts({ type: 'input_text' })],
    ['input[0].content[0].refusal', inParts({ type: 'refusal' })],
    ['input[0].content[0].image_url', inParts({ type: 'input_image', image_url: { url: 'https://a/b' } })],
    ['input[0].content[0].image_url', inParts({ type: 'input_image', image_url: 'data:image/png,abc' })],
    ['input[0].content[0].input_audio', inParts({ type: 'input_audio', data: 'AA==' })],
    [
      'input[0].content[0].input_audio.format',
      inParts({ type: 'input_audio', input_audio: { format: 'ogg', data: '' } }),
    ],
    ['input[0].call_id', { input: [{ ...call('1', 'x'), call_id: undefined }] }],
    ['input[0].arguments', { input: [call('1', 'x', '[1]')] }],
    ['input[0].arguments', { input: [{ ...call('1', 'x'), arguments: {} }] }],
    ['input[0].call_id', { input: [{ ...result('1'), call_id: 5 }] }],
    ['input[0].output', { input: [result('1', { ok: true })] }],
    ['input[0].summary', { input: [{ type: 'reasoning', summary: 'Hm' }] }],
    ['input[0].summary[0].text', { input: [{ type: 'reasoning', summary: [{ type: 'summary_text' }] }] }],
    ['instructions', { instructions: ['Be.'] }],
    ['stream', { stream: 'yes' }],
    ['max_output_tokens', { max_output_tokens: 0 }],
    ['temperature', { temperature: '1' }],
    ['top_p', { top_p: {} }],
    ['top_logprobs', { top_logprobs: 21 }],
    ['include', { include: 'message.output_text.logprobs' }],
    ['parallel_tool_calls', { parallel_tool_calls: 1 }],
    ['tools', { tools: {} }],
    ['tools[0].name', { tools: [{ type: 'function', function: { name: 'now' } }] }],
    ['tools[0].parameters', { tools: [{ type: 'function', name: 'now', parameters: 'x' }] }],
    ['tool_choice', { tool_choice: 'any' }],
    ['tool_choice.name', { tool_choice: { type: 'function', function: { name: 'now' } } }],
    ['tool_choice.mode', { tool_choice: { type: 'allowed_tools', tools: [] } }],
    ['tool_choice.tools[0].type', { tool_choice: { type: 'allowed_tools', mode: 'auto', tools: [{ type: 'mcp' }] } }],
    ['text', { text: 'json' }],
    ['text.format.type', { text: { format: { type: 'xml' } } }],
    ['text.format.schema', { text: { format: { type: 'json_schema', name: 'p' } } }],
    ['reasoning', { reasoning: 'high' }],
    ['reasoning.effort', { reasoning: { effort: 'toString' } }],
    ['metadata', { metadata: 'a' }],
    ['user', { user: 5 }],
  ])('no proper %s', (field, fields) => {
    const decode = () => decoded(fields);
    expect(decode).toThrow(InvalidRequest);
    expect(decode).toThrow(`"${field}"`);
  });
});

describe('what a request to the Responses API needs of a model', () => {
  const picture = { type: 'input_image', image_url: 'https://a/b' };

  it.each<[what: string, fields: Fields, expected: Needs]>([
    ['nothing but text', { input: 'Hi' }, { tools: false, vision: false }],
    ['tools', { input: 'Hi', tools: [tool] }, { tools: true, vision: false }],
    ['eyes', { input: [{ role: 'user', content: [picture] }] }, { tools: false, vision: true }],
    ['eyes for a tool’s result', { input: [result('1', [picture])] }, { tools: false, vision: true }],
    ['nothing where nothing can be read', { input: ['Hi', { content: [null] }] }, { tools: false, vision: false }],
  ])('%s', (_what, fields, expected) => {
    expect(responsesNeeds(fields)).toEqual(expected);
  });
});
