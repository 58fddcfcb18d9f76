import { created, textOf } from './openaiChat.ts';
import { listed, promptTokens, type Said, trailing, type Turn } from './said.ts';

type Fields = Readonly<Record<string, unknown>>;

/** What POST /v1/responses asks (OpenAI's API reference, "Create a model response"). */
export function responseTurn({ input, tools, tool_choice, text, reasoning }: Fields): Turn {
  const items = typeof input === 'string' ? [{ role: 'user', content: input }] : listed(input);
  const nameOf = (id: unknown): string =>
    String(items.find(({ type, call_id }: Fields) => type === 'function_call' && call_id === id)?.name);
  const results = trailing(items as readonly Fields[], ({ type }) => type === 'function_call_output');
  const { effort } = (reasoning ?? {}) as Fields;
  const { type, schema } = ((text ?? {}) as { format?: Fields }).format ?? {};
  const asked = (items.at(-1) as Fields | undefined)?.role === 'user' && tool_choice !== 'none';
  return {
    tools: asked
      ? listed(tools).map(({ name, parameters }) => ({ name: String(name), schema: parameters as object }))
      : [],
    results: results.map(({ call_id, output }) => ({ name: nameOf(call_id), text: textOf(output) })),
    thinks: effort !== undefined && effort !== 'none',
    schema: type === 'json_object' ? {} : (schema as object | undefined),
    begun: '',
  };
}

/** An output item, with the events that tell its content. */
interface Item {
  readonly begun: Fields;
  readonly done: Fields;
  readonly events: readonly Fields[];
}

/** A response as OpenAI's API reference has it ("The Response object"). */
export function response(request: Fields, said: Said): object {
  return responseOf(
    request,
    'completed',
    itemsOf(said).map(({ done }) => done),
    said.tokens,
  );
}

/** The same as a stream of server-sent events ("Streaming events"). */
export function responseEvents(request: Fields, said: Said): string[] {
  const items = itemsOf(said);
  const begun = responseOf(request, 'in_progress', []);
  const events: readonly Fields[] = [
    { type: 'response.created', response: begun },
    { type: 'response.in_progress', response: begun },
    ...items.flatMap(({ begun: item, done, events: within }, output_index) => [
      { type: 'response.output_item.added', output_index, item },
      ...within.map(({ type, ...rest }) => ({ type, item_id: item.id, output_index, ...rest })),
      { type: 'response.output_item.done', output_index, item: done },
    ]),
    { type: 'response.completed', response: response(request, said) },
  ];
  return events.map(
    ({ type, ...rest }, sequence_number) =>
      `event: ${String(type)}\ndata: ${JSON.stringify({ type, sequence_number, ...rest })}\n\n`,
  );
}

function responseOf(request: Fields, status: string, output: readonly Fields[], tokens?: number): Fields {
  const { instructions = null, max_output_tokens = null, model, tools = [], tool_choice = 'auto' } = request;
  const { parallel_tool_calls = true, temperature = 1, top_p = 1, metadata = {} } = request;
  const { effort = null, summary = null } = (request.reasoning ?? {}) as Fields;
  const usage = {
    input_tokens: promptTokens,
    input_tokens_details: { cached_tokens: 0, cache_write_tokens: 0 },
    output_tokens: tokens,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: promptTokens + (tokens ?? 0),
  };
  return {
    id: 'resp_1',
    object: 'response',
    created_at: created,
    status,
    background: false,
    ...(status === 'completed' ? { completed_at: created + 1 } : {}),
    ...{ error: null, incomplete_details: null, instructions, max_output_tokens, model, output, parallel_tool_calls },
    ...{ previous_response_id: null, reasoning: { effort, summary }, store: true, temperature },
    ...{ text: { format: { type: 'text' }, ...((request.text ?? {}) as Fields) }, tool_choice, tools, top_logprobs: 0 },
    ...{
      top_p,
      truncation: 'disabled',
      ...(tokens === undefined ? {} : { usage }),
      safety_identifier: null,
      metadata,
    },
  };
}

function itemsOf({ thoughts, texts, calls }: Said): readonly Item[] {
  return [
    ...(thoughts.length > 0 ? [reasoning(thoughts)] : []),
    ...(texts.length > 0 ? [message(texts)] : []),
    ...calls.map(({ name, pieces }, index) => call(index, name, pieces)),
  ];
}

function reasoning(pieces: readonly string[]): Item {
  const item = { id: 'rs_1', type: 'reasoning' };
  const part = (text: string) => ({ type: 'summary_text', text });
  const text = pieces.join('');
  const at = { summary_index: 0 };
  return {
    begun: { ...item, status: 'in_progress', summary: [] },
    done: { ...item, status: 'completed', summary: [part(text)] },
    events: [
      { type: 'response.reasoning_summary_part.added', ...at, part: part('') },
      ...pieces.map((delta) => ({ type: 'response.reasoning_summary_text.delta', ...at, delta })),
      { type: 'response.reasoning_summary_text.done', ...at, text },
      { type: 'response.reasoning_summary_part.done', ...at, part: part(text) },
    ],
  };
}

function message(pieces: readonly string[]): Item {
  const item = { id: 'msg_1', type: 'message', role: 'assistant' };
  const part = (text: string) => ({ type: 'output_text', annotations: [], logprobs: [], text });
  const text = pieces.join('');
  const at = { content_index: 0 };
  return {
    begun: { ...item, status: 'in_progress', content: [] },
    done: { ...item, status: 'completed', content: [part(text)] },
    events: [
      { type: 'response.content_part.added', ...at, part: part('') },
      ...pieces.map((delta) => ({ type: 'response.output_text.delta', ...at, delta, logprobs: [] })),
      { type: 'response.output_text.done', ...at, text, logprobs: [] },
      { type: 'response.content_part.done', ...at, part: part(text) },
    ],
  };
}

function call(index: number, name: string, pieces: readonly string[]): Item {
  const item = { id: `fc_${index}`, type: 'function_call', call_id: `call_${index}`, name };
  const json = pieces.join('');
  return {
    begun: { ...item, status: 'in_progress', arguments: '' },
    done: { ...item, status: 'completed', arguments: json },
    events: [
      ...pieces.map((delta) => ({ type: 'response.function_call_arguments.delta', delta })),
      { type: 'response.function_call_arguments.done', name, arguments: json },
    ],
  };
}
