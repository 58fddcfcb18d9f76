import { type ChatRequest, type Format, type Message, type Sampling, textParts } from '../chat.js';
import { type Decoded, type Encoded, Untranslatable } from '../codec.js';
import { type Fields, givesTools, isObject, modelOf, present } from '../fields.js';
import type { Needs } from '../needs.js';
import { Reader } from '../reader.js';
import { grammars } from './continuation.js';
import { readMessages, writeMessages } from './messages.js';
import { readThinking, writeThinking } from './thinking.js';
import { readTools, writeChoice, writeTools } from './tools.js';

/** What is sent along and means nothing, being what happens anyway. */
const defaults: Readonly<Record<string, readonly unknown[]>> = {
  store: [false],
  service_tier: ['auto', 'default'],
  verbosity: ['medium'],
};

/**
 * Reads the body of POST /v1/chat/completions (OpenAI's API reference, "Create chat completion").
 *
 * @throws {InvalidRequest}
 * @throws {Untranslatable} for several choices, answers in sound, grammars, files, and tools that aren't functions
 */
export function decodeChatCompletion(fields: Fields): Decoded {
  const dropped = new Set<string>();
  const body = new Reader(fields, '', dropped);
  const spoken = body.texts('modalities') ?? [];
  if (spoken.some((modality) => modality !== 'text')) {
    throw new Untranslatable('"modalities": an answer in another form than text can\'t be carried; ask for ["text"]');
  }
  const messages = readMessages(body);
  const { tools, choice } = readTools(body);
  const probable = body.flag('logprobs') === true;
  const alternatives = body.integer('top_logprobs') ?? 0;
  if (!probable && alternatives > 0) dropped.add('top_logprobs');
  const request: ChatRequest = {
    ...common(body, messages),
    ...present({
      tools,
      toolChoice: choice,
      parallelTools: body.flag('parallel_tool_calls'),
      thinking: readThinking(body),
      logprobs: probable ? alternatives : undefined,
    }),
  };
  body.rest(defaults);
  return { request, dropped: [...dropped] };
}

/**
 * Reads the body of POST /v1/completions (OpenAI's API reference, "Create completion"): the prompt is a user's message.
 *
 * @throws {InvalidRequest}
 * @throws {Untranslatable} for what a chat can't do: tokens as the prompt, several prompts or choices, text around the answer
 */
export function decodeCompletion(fields: Fields): Decoded {
  const dropped = new Set<string>();
  const body = new Reader(fields, '', dropped);
  const prompt = readPrompt(body);
  refuseMany(body, 'best_of');
  if ((body.text('suffix') ?? '') !== '') {
    throw new Untranslatable('"suffix": a chat model can\'t fill a gap; leave it out');
  }
  if (body.flag('echo') === true) {
    throw new Untranslatable('"echo": a chat model can\'t repeat the prompt; leave it out');
  }
  const logprobs = body.integer('logprobs');
  const asked = [{ role: 'user', content: textParts(prompt) }] as const;
  const request: ChatRequest = { ...common(body, asked), ...present({ logprobs }) };
  body.rest(defaults);
  return { request, dropped: [...dropped] };
}

function readPrompt(body: Reader): string {
  const prompt = body.value('prompt');
  const [first, ...others]: readonly unknown[] = Array.isArray(prompt) ? (prompt as readonly unknown[]) : [prompt];
  if (typeof first === 'number' || Array.isArray(first)) {
    throw new Untranslatable('"prompt": tokens can\'t be carried to another API; send text');
  }
  if (others.length > 0) throw new Untranslatable('"prompt": several prompts can\'t be carried; send one a request');
  if (typeof first !== 'string') throw body.invalid('prompt', 'a string');
  return first;
}

function refuseMany(body: Reader, name: string): void {
  if ((body.integer(name) ?? 1) > 1) {
    throw new Untranslatable(`"${name}": several answers to one request can't be carried to another API; ask for 1`);
  }
}

/** What both ways of asking have. */
function common(body: Reader, messages: readonly Message[]): ChatRequest {
  refuseMany(body, 'n');
  const grammar = grammars.find((name) => body.value(name) !== undefined);
  if (grammar !== undefined) {
    throw new Untranslatable(`"${grammar}" can't be carried to another API; use "response_format" with a JSON Schema`);
  }
  const options = body.inside('stream_options');
  // Our own answer is to tell it (`reply.ts`).
  options.flag('include_usage');
  options.rest({ include_obfuscation: [false] });
  const [older, newer] = [body.limit('max_tokens'), body.limit('max_completion_tokens')];
  return {
    model: modelOf({ model: body.value('model') }),
    messages,
    stream: body.flag('stream') === true,
    sampling: readSampling(body),
    tools: [],
    ...present({ limit: newer ?? older, format: readFormat(body), user: body.text('user') }),
  };
}

/** OpenAI's fields, and what llama.cpp and vLLM have beside them (the one `repeat_penalty`, the other `repetition_penalty`). */
function readSampling(body: Reader): Sampling {
  const stop = body.value('stop');
  const [llama, vllm] = [body.number('repeat_penalty'), body.number('repetition_penalty')];
  return present({
    temperature: body.number('temperature'),
    topP: body.number('top_p'),
    topK: body.integer('top_k'),
    minP: body.number('min_p'),
    seed: body.integer('seed'),
    frequencyPenalty: body.number('frequency_penalty'),
    presencePenalty: body.number('presence_penalty'),
    repeatPenalty: llama ?? vllm,
    stop: typeof stop === 'string' ? [stop] : body.texts('stop', 'a string or a list of strings'),
  });
}

function readFormat(body: Reader): Format | undefined {
  const format = body.object('response_format');
  const type = format?.text('type') ?? 'text';
  if (format === undefined || type === 'text') return undefined;
  if (type === 'json_object') {
    format.rest();
    return { type: 'json' };
  }
  if (type !== 'json_schema') throw format.invalid('type', '"text", "json_object" or "json_schema"');
  const told = format.needed('json_schema', format.object('json_schema'), 'an object with "name" and "schema"');
  format.rest();
  const schema = told.fields('schema', 'a JSON Schema') ?? {};
  const read = present({ type: 'schema' as const, schema, name: told.text('name'), strict: told.flag('strict') });
  told.rest();
  return read;
}

/** What a server takes. */
export interface Takes {
  /**
   * Whether it takes what llama.cpp and vLLM have beyond OpenAI's API, which itself refuses fields that it doesn't know:
   * `top_k`, `min_p`, `repeat_penalty` or `repetition_penalty`, and `chat_template_kwargs`.
   */
  readonly extras: boolean;
  /** What it calls the limit: every other server takes `max_tokens`, which OpenAI's own models that think refuse. */
  readonly limit: 'max_tokens' | 'max_completion_tokens';
}

/**
 * Writes the body of POST /v1/chat/completions. A stream always ends with its usage.
 *
 * @throws {Untranslatable} for pictures where OpenAI's API takes only text
 */
export function encodeChatCompletion(request: ChatRequest, { extras, limit }: Takes): Encoded {
  const { sampling, format, stream, tools, toolChoice, thinking } = request;
  const dropped = new Set<string>();
  const messages = writeMessages(request.messages, dropped);
  const own = present({
    top_k: sampling.topK,
    min_p: sampling.minP,
    repeat_penalty: sampling.repeatPenalty,
  });
  if (!extras) Object.keys(own).forEach((name) => dropped.add(name));
  if (request.keepAlive !== undefined) dropped.add('keep_alive');
  if (request.contextLength !== undefined) dropped.add('num_ctx');
  if (thinking?.budget !== undefined) dropped.add('budget_tokens');
  // llama.cpp reads a tool's name as "auto" (tools/server/server-common.cpp there): that one, and any, is the same.
  const forced = extras && typeof toolChoice === 'object' ? toolChoice.name : undefined;
  const given = forced === undefined ? tools : tools.filter(({ name }) => name === forced);
  const fields = present({
    model: request.model,
    messages,
    stream,
    stream_options: stream ? { include_usage: true } : undefined,
    [limit]: request.limit,
    temperature: sampling.temperature,
    top_p: sampling.topP,
    seed: sampling.seed,
    frequency_penalty: sampling.frequencyPenalty,
    presence_penalty: sampling.presencePenalty,
    stop: sampling.stop,
    ...(extras ? present({ ...own, repetition_penalty: sampling.repeatPenalty }) : {}),
    tools: writeTools(given),
    // Without tools OpenAI refuses to hear of them.
    tool_choice: tools.length === 0 ? undefined : forced === undefined ? writeChoice(toolChoice) : 'required',
    parallel_tool_calls: tools.length === 0 ? undefined : request.parallelTools,
    response_format: writeFormat(format),
    ...writeThinking(thinking, extras),
    logprobs: request.logprobs === undefined ? undefined : true,
    top_logprobs: request.logprobs,
    user: request.user,
  });
  return { fields, dropped: [...dropped] };
}

/** A schema must have a name for OpenAI, whichever. */
function writeFormat(format: Format | undefined): Fields | undefined {
  if (format === undefined) return undefined;
  if (format.type === 'json') return { type: 'json_object' };
  const { name = 'answer', schema, strict } = format;
  return { type: 'json_schema', json_schema: present({ name, schema, strict }) };
}

/** What a request needs of a model: whoever sends pictures or tools expects them to be used. Pictures are parts. */
export function openaiNeeds(body: Fields): Needs {
  const parts = (Array.isArray(body.messages) ? body.messages.filter(isObject) : []).flatMap(
    ({ content }): unknown[] => (Array.isArray(content) ? content : []),
  );
  return {
    tools: givesTools(body) || givesTools({ tools: body.functions }),
    vision: parts.some((part) => isObject(part) && part.type === 'image_url'),
  };
}
