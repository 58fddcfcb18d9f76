import type { ServerResponse } from 'node:http';
import { listed, promptTokens, type Said, saidTo, tokens, trailing, type Turn } from './said.ts';
import { json, type Received, StandIn } from './server.ts';

type Fields = Readonly<Record<string, unknown>>;

/** What goes with every answer. */
const requestId = 'req_1';

/** Proof of a thought, without which it isn't taken back. */
const signature = 'c2lnbmVk';

/** Statuses and the types of their errors (Anthropic's documentation, "Errors"). */
const errorTypes: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  529: 'overloaded_error',
};

/** An error as the API tells it. */
export function anthropicError(status: number, message: string): object {
  const error = { type: errorTypes[status] ?? 'api_error', message };
  return { type: 'error', error, request_id: requestId };
}

/**
 * Stands in for Anthropic's API ("Create a Message", "Streaming messages", "List Models", "Count tokens in a Message",
 * "Errors" of its documentation; the types of its own client), with a key that it wants. It refuses what the API refuses of
 * what is easily done wrong; its text is invented.
 */
export class AnthropicStandIn extends StandIn {
  models = ['claude-sonnet-4-5'];
  /** The only key it accepts; any if undefined, but there must be one. */
  token: string | undefined;
  /** What it says where it is asked for nothing else, token by token. */
  texts = tokens;

  protected override async handle({ method, path, headers, body }: Received, response: ServerResponse): Promise<void> {
    // Its own client sends a key as a bearer's, from 1.0 on.
    const key = headers['x-api-key'] ?? headers.authorization?.replace(/^Bearer /, '');
    const refuse = (status: number, message: string): void => {
      json(response, status, anthropicError(status, message), { 'request-id': requestId });
    };
    if (key === undefined || (this.token !== undefined && key !== this.token)) {
      refuse(401, key === undefined ? 'x-api-key header is required' : 'invalid x-api-key');
      return;
    }
    if (headers['anthropic-version'] === undefined) {
      refuse(400, 'anthropic-version: header is required');
      return;
    }
    const [, model] = /^\/v1\/models\/([^?]+)$/.exec(path) ?? [];
    if (method === 'GET' && model !== undefined) {
      if (this.models.includes(model)) json(response, 200, entry(model));
      else refuse(404, `model: ${model}`);
      return;
    }
    if (method === 'GET' && /^\/v1\/models(\?|$)/.test(path)) {
      const data = this.models.map(entry);
      json(response, 200, { data, has_more: false, first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null });
      return;
    }
    if (method !== 'POST' || !['/v1/messages', '/v1/messages/count_tokens'].includes(path)) {
      refuse(404, 'Not found');
      return;
    }
    const counts = path.endsWith('count_tokens');
    const wrong = wrongIn(body, counts);
    if (wrong !== undefined) refuse(400, wrong);
    else if (!this.models.includes(String(body.model))) refuse(404, `model: ${String(body.model)}`);
    else if (counts) json(response, 200, { input_tokens: promptTokens });
    else {
      const said = saidTo(turnOf(body), this.texts);
      if (body.stream === true) await this.stream(response, 'text/event-stream; charset=utf-8', events(body, said));
      else await this.whole(response, message(body, said));
    }
  }
}

function entry(id: string) {
  return { type: 'model', id, display_name: id, created_at: '2025-09-29T00:00:00Z' };
}

/** What the API refuses a request for, undefined if it doesn't. */
function wrongIn({ model, max_tokens, messages, thinking, temperature }: Fields, counts: boolean): string | undefined {
  if (typeof model !== 'string') return 'model: Field required';
  if (!counts && max_tokens === undefined) return 'max_tokens: Field required';
  if (messages === undefined) return 'messages: Field required';
  const said = listed(messages);
  if (said.length === 0) return 'messages: at least one message is required';
  const { type, budget_tokens } = (thinking ?? {}) as Fields;
  if (type === 'enabled') {
    if (Number(budget_tokens) < 1024) {
      return 'thinking.enabled.budget_tokens: Input should be greater than or equal to 1024';
    }
    if (!counts && Number(max_tokens) <= Number(budget_tokens)) {
      return '`max_tokens` must be greater than `thinking.budget_tokens`.';
    }
    if (temperature !== undefined && temperature !== 1) {
      return '`temperature` may only be set to 1 when thinking is enabled.';
    }
  }
  if (Number(temperature ?? 0) > 1) return 'temperature: range: 0..1';
  for (const [index, { role, content }] of said.entries()) {
    const at = `messages.${index}`;
    if (role !== 'user' && role !== 'assistant') return `${at}.role: Input should be 'user' or 'assistant'`;
    if (content === '' || (Array.isArray(content) && content.length === 0)) {
      return `${at}: all messages must have non-empty content except for the optional final assistant message`;
    }
    const calls = blocks(content, 'tool_use').map((call) => call.id);
    const answered = blocks(said[index + 1]?.content, 'tool_result').map((result) => result.tool_use_id);
    if (calls.some((id) => !answered.includes(id))) {
      return `${at}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${calls.join(', ')}`;
    }
    const called = blocks(said[index - 1]?.content, 'tool_use').map((call) => call.id);
    const stray = blocks(content, 'tool_result').find((result) => !called.includes(result.tool_use_id));
    if (stray) return `${at}: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${String(stray.tool_use_id)}`;
    const unsigned = blocks(content, 'thinking').some((block) => block.signature !== signature);
    if (unsigned) return `${at}.content.0: Invalid \`signature\` in \`thinking\` block`;
  }
  const turn = said.findLast(({ role }) => role === 'assistant')?.content;
  if (type === 'enabled' && blocks(turn, 'tool_use').length > 0 && listed(turn)[0]?.type !== 'thinking') {
    const first = String(listed(turn)[0]?.type);
    return `Expected \`thinking\` or \`redacted_thinking\`, but found \`${first}\`. When \`thinking\` is enabled, a final \`assistant\` message must start with a thinking block.`;
  }
  return undefined;
}

function blocks(content: unknown, type: string): readonly Fields[] {
  return listed(content).filter((block) => block.type === type);
}

function turnOf({ messages, tools, tool_choice, output_config, thinking }: Fields): Turn {
  const said = listed(messages);
  const last = said.at(-1) ?? {};
  const calls = said.flatMap(({ content }) => blocks(content, 'tool_use'));
  const results = trailing(listed(last.content), ({ type }) => type === 'tool_result');
  const { type: thinks } = (thinking ?? {}) as Fields;
  const { format } = (output_config ?? {}) as { readonly format?: { readonly schema: object } };
  const called = last.role === 'user' && results.length === 0 && (tool_choice as Fields | undefined)?.type !== 'none';
  return {
    tools: called
      ? listed(tools).map(({ name, input_schema }) => ({ name: String(name), schema: input_schema as object }))
      : [],
    results: results.map(({ tool_use_id, content }) => ({
      name: String(calls.find(({ id }) => id === tool_use_id)?.name),
      text: textOf(content),
    })),
    thinks: thinks === 'enabled' || thinks === 'adaptive',
    schema: format?.schema,
    begun: last.role === 'assistant' ? textOf(last.content) : '',
  };
}

function textOf(content: unknown): string {
  return typeof content === 'string'
    ? content
    : blocks(content, 'text')
        .map(({ text }) => String(text))
        .join('');
}

function usageOf(tokens: number) {
  return {
    input_tokens: promptTokens,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: 0,
    output_tokens: tokens,
  };
}

function message({ model }: Fields, { thoughts, texts, calls, tokens: count }: Said): object {
  return {
    ...{ id: 'msg_1', type: 'message', role: 'assistant', model },
    content: [
      ...(thoughts.length > 0 ? [{ type: 'thinking', thinking: thoughts.join(''), signature }] : []),
      ...(texts.length > 0 ? [{ type: 'text', text: texts.join('') }] : []),
      ...calls.map((call, index) => ({ ...useOf(call, index), input: JSON.parse(call.pieces.join('')) as object })),
    ],
    ...{ stop_reason: calls.length > 0 ? 'tool_use' : 'end_turn', stop_sequence: null },
    usage: { ...usageOf(count), service_tier: 'standard' },
  };
}

function useOf({ name }: Said['calls'][number], index: number) {
  return { type: 'tool_use', id: `toolu_${index}`, name, input: {} };
}

function events({ model }: Fields, { thoughts, texts, calls, tokens: count }: Said): string[] {
  let index = -1;
  const block = (content_block: object, deltas: readonly object[]): Fields[] => {
    index += 1;
    return [
      { type: 'content_block_start', index, content_block },
      ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })),
      { type: 'content_block_stop', index },
    ];
  };
  const head = { id: 'msg_1', type: 'message', role: 'assistant', model, content: [] };
  const usage = { ...usageOf(1), service_tier: 'standard' };
  const told = thoughts.map((thinking) => ({ type: 'thinking_delta', thinking }));
  const [begin, ...rest] = [
    ...(thoughts.length > 0
      ? block({ type: 'thinking', thinking: '', signature: '' }, [...told, { type: 'signature_delta', signature }])
      : []),
    ...(texts.length > 0
      ? block(
          { type: 'text', text: '' },
          texts.map((text) => ({ type: 'text_delta', text })),
        )
      : []),
    ...calls.flatMap((call, number) =>
      block(
        useOf(call, number),
        ['', ...call.pieces].map((partial_json) => ({ type: 'input_json_delta', partial_json })),
      ),
    ),
  ];
  const all: readonly (Fields | undefined)[] = [
    { type: 'message_start', message: { ...head, stop_reason: null, stop_sequence: null, usage } },
    begin,
    { type: 'ping' },
    ...rest,
    {
      type: 'message_delta',
      delta: { stop_reason: calls.length > 0 ? 'tool_use' : 'end_turn', stop_sequence: null },
      usage: usageOf(count),
    },
    { type: 'message_stop' },
  ];
  return all.flatMap((event) =>
    event === undefined ? [] : [`event: ${String(event.type)}\ndata: ${JSON.stringify(event)}\n\n`],
  );
}
