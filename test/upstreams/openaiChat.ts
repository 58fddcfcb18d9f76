import { listed, promptTokens, type Said, trailing, type Turn } from './said.ts';

type Fields = Readonly<Record<string, unknown>>;

/** When everything was made. Seconds. */
export const created = 1_760_000_000;

/** What POST /v1/chat/completions asks (OpenAI's API reference, "Create chat completion"). */
export function chatTurn({ messages, tools, tool_choice, response_format, reasoning_effort }: Fields): Turn {
  const said = listed(messages);
  const last = said.at(-1);
  const calls = said.flatMap(({ tool_calls }) => listed(tool_calls));
  const nameOf = (id: unknown): string => String((calls.find((call) => call.id === id)?.function as Fields).name);
  const results = trailing(said, ({ role }) => role === 'tool');
  const { type, json_schema } = (response_format ?? {}) as { type?: string; json_schema?: { schema: object } };
  return {
    tools: last?.role === 'user' && tool_choice !== 'none' ? listed(tools).map(functionOf) : [],
    results: results.map(({ tool_call_id, content }) => ({ name: nameOf(tool_call_id), text: textOf(content) })),
    // OpenAI's own models keep their thoughts; DeepSeek's, llama.cpp and vLLM tell them.
    thinks: reasoning_effort !== undefined && reasoning_effort !== 'none',
    schema: type === 'json_object' ? {} : json_schema?.schema,
    begun: last?.role === 'assistant' ? textOf(last.content) : '',
  };
}

function functionOf({ function: told }: Fields) {
  const { name, parameters } = told as Fields;
  return { name: String(name), schema: parameters ?? {} };
}

/** Text, or parts of it. */
export function textOf(content: unknown): string {
  return typeof content === 'string'
    ? content
    : listed(content)
        .map(({ text }) => String(text))
        .join('');
}

/** A chat completion as OpenAI's API reference has it, `reasoning_content` as DeepSeek's. */
export function completion(model: string, { thoughts, texts, calls, tokens }: Said, fingerprint: string): object {
  const called = calls.length > 0;
  const message = {
    role: 'assistant',
    content: called ? null : texts.join(''),
    refusal: null,
    ...(thoughts.length > 0 ? { reasoning_content: thoughts.join('') } : {}),
    ...(called ? { tool_calls: calls.map(({ name, pieces }, index) => call(index, name, pieces.join(''))) } : {}),
  };
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created,
    model,
    system_fingerprint: fingerprint,
    choices: [{ index: 0, message, logprobs: null, finish_reason: called ? 'tool_calls' : 'stop' }],
    usage: usageOf(tokens),
  };
}

/** The same as a stream of server-sent events. @param usage whether the last chunk tells it */
export function completionChunks(model: string, said: Said, fingerprint: string, usage: boolean): string[] {
  const { thoughts, texts, calls } = said;
  const head = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created, model, system_fingerprint: fingerprint };
  const data = (fields: object): string => `data: ${JSON.stringify({ ...head, ...fields })}\n\n`;
  const delta = (delta: object, finish_reason: string | null = null): string => {
    const choices = [{ index: 0, delta, logprobs: null, finish_reason }];
    return data({ choices, ...(usage ? { usage: null } : {}) });
  };
  return [
    delta({ role: 'assistant', content: calls.length > 0 ? null : '' }),
    ...thoughts.map((reasoning_content) => delta({ reasoning_content })),
    ...texts.map((content) => delta({ content })),
    ...calls.flatMap(({ name, pieces }, index) => [
      delta({ tool_calls: [{ index, ...call(index, name, '') }] }),
      ...pieces.map((json) => delta({ tool_calls: [{ index, function: { arguments: json } }] })),
    ]),
    delta({}, calls.length > 0 ? 'tool_calls' : 'stop'),
    ...(usage ? [data({ choices: [], usage: usageOf(said.tokens) })] : []),
    'data: [DONE]\n\n',
  ];
}

function call(index: number, name: string, json: string) {
  return { id: `call_${index}`, type: 'function', function: { name, arguments: json } };
}

function usageOf(tokens: number) {
  return { prompt_tokens: promptTokens, completion_tokens: tokens, total_tokens: promptTokens + tokens };
}
