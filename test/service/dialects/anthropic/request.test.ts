import { describe, expect, it } from 'vitest';
import { decodeMessages, anthropicNeeds } from '../../../../service/dialects/anthropic/request.js';
import type { ChatRequest, Message } from '../../../../service/dialects/chat.js';
import { Untranslatable } from '../../../../service/dialects/codec.js';
import { InvalidRequest } from '../../../../service/dialects/errors.js';
import type { Fields } from '../../../../service/dialects/fields.js';

const asked: Fields = { model: 'm', max_tokens: 10, messages: [{ role: 'user', content: 'Hi' }] };
const said = (content: unknown, role = 'user'): Fields => ({ ...asked, messages: [{ role, content }] });
const text = (words: string) => ({ type: 'text', text: words }) as const;
const schema = { type: 'object', properties: {} };

const messages = (fields: Fields): readonly Message[] => decodeMessages(fields).request.messages;

describe('a request of Anthropic’s', () => {
  it.each<[what: string, fields: Fields, expected: Partial<ChatRequest>]>([
    ['is not streamed unless that is asked for', asked, { stream: false }],
    ['is streamed', { ...asked, stream: true }, { stream: true }],
    ['has a limit', asked, { limit: 10 }],
    [
      'says how tokens are drawn',
      { ...asked, temperature: 0.5, top_p: 0.9, top_k: 40, stop_sequences: ['END'] },
      { sampling: { temperature: 0.5, topP: 0.9, topK: 40, stop: ['END'] } },
    ],
    ['says who asks', { ...asked, metadata: { user_id: 'u1' } }, { user: 'u1' }],
    [
      'gives tools',
      {
        ...asked,
        tools: [{ type: 'custom', name: 'now', description: 'The time.', input_schema: schema, strict: true }],
      },
      { tools: [{ name: 'now', description: 'The time.', parameters: schema, strict: true }] },
    ],
    ['leaves tools to the model', { ...asked, tool_choice: { type: 'auto' } }, { toolChoice: 'auto' }],
    ['asks for any tool', { ...asked, tool_choice: { type: 'any' } }, { toolChoice: 'required' }],
    ['asks for no tool', { ...asked, tool_choice: { type: 'none' } }, { toolChoice: 'none' }],
    ['asks for this tool', { ...asked, tool_choice: { type: 'tool', name: 'now' } }, { toolChoice: { name: 'now' } }],
    [
      'asks for one tool at a time',
      { ...asked, tool_choice: { type: 'auto', disable_parallel_tool_use: true } },
      { toolChoice: 'auto', parallelTools: false },
    ],
    [
      'asks to think for so many tokens',
      { ...asked, thinking: { type: 'enabled', budget_tokens: 2000 } },
      { thinking: { wanted: true, budget: 2000 } },
    ],
    ['asks to think', { ...asked, thinking: { type: 'adaptive' } }, { thinking: { wanted: true } }],
    ['asks not to think', { ...asked, thinking: { type: 'disabled' } }, { thinking: { wanted: false } }],
    [
      'asks to think so hard',
      { ...asked, thinking: { type: 'adaptive' }, output_config: { effort: 'xhigh' } },
      { thinking: { wanted: true, effort: 'max' } },
    ],
    [
      'asks for an effort',
      { ...asked, output_config: { effort: 'low' } },
      { thinking: { wanted: true, effort: 'low' } },
    ],
    [
      'asks for a schema',
      { ...asked, output_config: { format: { type: 'json_schema', schema } } },
      { format: { type: 'schema', schema } },
    ],
    [
      'asks for a schema as it once was asked for',
      { ...asked, output_format: { type: 'json_schema', schema } },
      { format: { type: 'schema', schema } },
    ],
  ])('%s', (_what, fields, expected) => {
    const { request, dropped } = decodeMessages(fields);
    expect(request).toEqual({ ...decodeMessages(asked).request, ...expected });
    expect(dropped).toEqual([]);
  });
});

describe('a conversation of Anthropic’s', () => {
  const use = { type: 'tool_use', id: 'toolu_1', name: 'now', input: { zone: 'UTC' } };
  const called = { role: 'assistant', content: [use] };
  const call: Message = {
    role: 'assistant',
    content: [],
    calls: [{ id: 'toolu_1', name: 'now', arguments: { zone: 'UTC' } }],
  };
  const picture = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' } };

  it.each<[what: string, fields: Fields, expected: readonly Message[]]>([
    [
      'begins with what the model is told',
      { ...asked, system: 'Be brief.' },
      [
        { role: 'system', content: [text('Be brief.')] },
        { role: 'user', content: [text('Hi')] },
      ],
    ],
    [
      'is told it in blocks',
      { ...said('Hi'), system: [text('Be brief.'), text('Be kind.')] },
      [
        { role: 'system', content: [text('Be brief.\n\nBe kind.')] },
        { role: 'user', content: [text('Hi')] },
      ],
    ],
    [
      'is told something in the middle',
      said('Be brief.', 'system'),
      [{ role: 'system', content: [text('Be brief.')] }],
    ],
    ['has text in blocks', said([text('a'), text('b')]), [{ role: 'user', content: [text('a'), text('b')] }]],
    ['has empty messages', said('', 'assistant'), [{ role: 'assistant', content: [], calls: [] }]],
    [
      'has pictures',
      said([picture, { type: 'image', source: { type: 'url', url: 'https://example.org/a.png' } }]),
      [
        {
          role: 'user',
          content: [
            { type: 'image', mediaType: 'image/png', data: 'iVBORw0KGgo=' },
            { type: 'imageUrl', url: 'https://example.org/a.png' },
          ],
        },
      ],
    ],
    [
      'has documents of text',
      said([{ type: 'document', title: 'T', source: { type: 'text', media_type: 'text/plain', data: 'words' } }]),
      [{ role: 'user', content: [text('T\n\nwords')] }],
    ],
    [
      'has results of tools, and more beside them',
      {
        ...asked,
        messages: [
          called,
          {
            role: 'user',
            content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: '12:00' }, text('Thanks')],
          },
        ],
      },
      [
        call,
        { role: 'tool', callId: 'toolu_1', name: 'now', content: [text('12:00')], failed: false },
        { role: 'user', content: [text('Thanks')] },
      ],
    ],
    [
      'has results in blocks, of tools that failed and that nobody called',
      said([{ type: 'tool_result', tool_use_id: 'toolu_9', content: [text('no'), picture], is_error: true }]),
      [
        {
          role: 'tool',
          callId: 'toolu_9',
          name: '',
          content: [text('no'), { type: 'image', mediaType: 'image/png', data: 'iVBORw0KGgo=' }],
          failed: true,
        },
      ],
    ],
    [
      'has results that say nothing',
      said([{ type: 'tool_result', tool_use_id: 'toolu_1' }]),
      [{ role: 'tool', callId: 'toolu_1', name: '', content: [], failed: false }],
    ],
    [
      'has a signed thought before a call',
      said([{ type: 'thinking', thinking: 'hm', signature: 'EqQB' }, text('a'), use], 'assistant'),
      [{ ...call, content: [text('a')], thinking: { text: 'hm', signature: 'EqQB' } }],
    ],
    [
      'has several thoughts',
      said(
        [
          { type: 'thinking', thinking: 'a' },
          { type: 'thinking', thinking: 'b' },
        ],
        'assistant',
      ),
      [{ role: 'assistant', content: [], thinking: { text: 'a\n\nb' }, calls: [] }],
    ],
  ])('%s', (_what, fields, expected) => {
    expect(messages(fields)).toEqual(expected);
    expect(decodeMessages(fields).dropped).toEqual([]);
  });
});

describe('what of a request of Anthropic’s no other dialect has', () => {
  const cache = { cache_control: { type: 'ephemeral' } };

  it.each<[dropped: string[], fields: Fields]>([
    [['cache_control'], { ...asked, ...cache }],
    [
      ['cache_control'],
      {
        ...said([{ ...text('a'), ...cache }]),
        system: [{ ...text('b'), ...cache }],
        tools: [{ name: 'now', input_schema: schema, ...cache }],
      },
    ],
    [['redacted_thinking'], said([{ type: 'redacted_thinking', data: 'EmwK' }, text('a')], 'assistant')],
    [['service_tier'], { ...asked, service_tier: 'standard_only' }],
    [[], { ...asked, service_tier: 'auto', container: null, betas: [] }],
    [['container'], { ...asked, container: 'c1' }],
    [['metadata.team'], { ...asked, metadata: { user_id: 'u', team: 't' } }],
    [['thinking.display'], { ...asked, thinking: { type: 'adaptive', display: 'omitted' } }],
    [[], { ...asked, thinking: { type: 'adaptive', display: 'summarized' } }],
    [['output_config.effort'], { ...asked, thinking: { type: 'disabled' }, output_config: { effort: 'low' } }],
    [['output_config.task_budget'], { ...asked, output_config: { task_budget: { total: 9 } } }],
    [['tools.defer_loading'], { ...asked, tools: [{ name: 'now', input_schema: schema, defer_loading: true }] }],
    [
      ['signature'],
      said(
        [
          { type: 'thinking', thinking: 'a', signature: 'EqQB' },
          { type: 'thinking', thinking: 'b', signature: 'ErUB' },
        ],
        'assistant',
      ),
    ],
    [
      ['tools.web_search_20250305'],
      { ...asked, tools: [{ name: 'now', input_schema: {} }, { type: 'web_search_20250305' }] },
    ],
    [['messages.content.citations'], said([{ ...text('a'), citations: [{ type: 'char_location' }] }], 'assistant')],
  ])('is named: %j', (dropped, fields) => {
    expect(decodeMessages(fields).dropped).toEqual(dropped);
  });

  it.each<[what: string, fields: Fields, words: RegExp]>([
    [
      'a tool of the server’s own',
      { ...asked, tools: [{ type: 'web_search_20250305', name: 'web_search' }] },
      /web_search_20250305/,
    ],
    ['a tool for a shell', { ...asked, tools: [{ type: 'bash_20250124', name: 'bash' }] }, /tools\[0\].*bash_20250124/],
    ['servers of tools', { ...asked, mcp_servers: [{ url: 'https://example.org' }] }, /mcp_servers/],
    [
      'a document that isn’t text',
      said([{ type: 'document', source: { type: 'base64', data: 'JVBERi0=' } }]),
      /document.*base64/,
    ],
    ['a picture in a file', said([{ type: 'image', source: { type: 'file', file_id: 'f1' } }]), /file/],
    ['a result of a search', said([{ type: 'search_result', content: [] }]), /search_result/],
    [
      'a call of a tool of the server’s own',
      said([{ type: 'server_tool_use', id: 's1', name: 'web_search', input: {} }], 'assistant'),
      /messages\[0\].content\[0\].type.*server_tool_use/,
    ],
  ])('is refused where leaving it out would change the answer: %s', (_what, fields, words) => {
    expect(() => decodeMessages(fields)).toThrow(Untranslatable);
    expect(() => decodeMessages(fields)).toThrow(words);
  });
});

describe('a request that Anthropic’s API wouldn’t take', () => {
  it.each<[field: string, fields: Fields]>([
    ['model', { ...asked, model: '' }],
    ['max_tokens', { ...asked, max_tokens: undefined }],
    ['max_tokens', { ...asked, max_tokens: 0 }],
    ['max_tokens', { ...asked, max_tokens: 1.5 }],
    ['messages', { ...asked, messages: undefined }],
    ['messages[0]', { ...asked, messages: ['Hi'] }],
    ['messages[0].role', said('Hi', 'tool')],
    ['messages[0].content', said(undefined)],
    ['messages[0].content', said(5)],
    ['messages[0].content[0].type', said([{}])],
    ['messages[0].content[0].text', said([{ type: 'text' }])],
    ['messages[0].content[0].source', said([{ type: 'image' }])],
    ['messages[0].content[0].source.type', said([{ type: 'image', source: { type: 'paper' } }])],
    ['messages[0].content[0].source.data', said([{ type: 'image', source: { type: 'base64' } }])],
    ['messages[0].content[0].source.url', said([{ type: 'image', source: { type: 'url' } }])],
    ['messages[0].content[0].tool_use_id', said([{ type: 'tool_result' }])],
    ['messages[0].content[0].id', said([{ type: 'tool_use' }], 'assistant')],
    ['messages[0].content[0].name', said([{ type: 'tool_use', id: 'a' }], 'assistant')],
    ['messages[0].content[0].input', said([{ type: 'tool_use', id: 'a', name: 'b', input: '{}' }], 'assistant')],
    ['messages[0].content[0].thinking', said([{ type: 'thinking' }], 'assistant')],
    ['system', { ...asked, system: 5 }],
    ['stream', { ...asked, stream: 'yes' }],
    ['temperature', { ...asked, temperature: 'hot' }],
    ['stop_sequences', { ...asked, stop_sequences: [1] }],
    ['tools[0].name', { ...asked, tools: [{ input_schema: schema }] }],
    ['tools[0].input_schema', { ...asked, tools: [{ name: 'now' }] }],
    ['tool_choice.type', { ...asked, tool_choice: { type: 'some' } }],
    ['tool_choice.name', { ...asked, tool_choice: { type: 'tool' } }],
    ['thinking.type', { ...asked, thinking: { type: 'deep' } }],
    ['thinking.budget_tokens', { ...asked, thinking: { type: 'enabled', budget_tokens: 10 } }],
    ['output_config.effort', { ...asked, output_config: { effort: 'some' } }],
    ['output_config.format.type', { ...asked, output_config: { format: { type: 'xml' } } }],
    ['output_config.format.schema', { ...asked, output_config: { format: { type: 'json_schema' } } }],
  ])('is told so, and by which field: %s', (field, fields) => {
    expect(() => decodeMessages(fields)).toThrow(InvalidRequest);
    expect(() => decodeMessages(fields)).toThrow(`"${field}"`);
  });
});

describe('what a request of Anthropic’s needs of a model', () => {
  const picture = { type: 'image', source: { type: 'url', url: 'https://example.org/a.png' } };

  it.each<[what: string, fields: Fields, tools: boolean, vision: boolean]>([
    ['nothing but text', said([text('Hi')]), false, false],
    ['tools', { ...asked, tools: [{ name: 'now' }] }, true, false],
    ['eyes', said([text('Hi'), picture]), false, true],
    ['eyes for what a tool shows', said([{ type: 'tool_result', content: [picture] }]), false, true],
    ['nothing where nothing can be read', { messages: ['Hi', null], tools: 'all' }, false, false],
  ])('%s', (_what, fields, tools, vision) => {
    expect(anthropicNeeds(fields)).toEqual({ tools, vision });
  });
});
