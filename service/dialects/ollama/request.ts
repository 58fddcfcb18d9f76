import {
  type ChatRequest,
  type Effort,
  type Format,
  type Message,
  textParts,
  type Thinking,
  type Tool,
} from '../chat.js';
import { type Decoded, type Encoded, Untranslatable } from '../codec.js';
import { type Fields, givesTools, isObject, limitOf, modelOf, present } from '../fields.js';
import type { Needs } from '../needs.js';
import { Reader } from '../reader.js';
import { mediaParts, messagesFrom, messagesTo } from './messages.js';

/**
 * Reads the body of POST /api/chat (docs/api.md, `ChatRequest` in api/types.go of Ollama).
 *
 * @throws {InvalidRequest}
 * @throws {Untranslatable}
 */
export function decodeChat(fields: Fields): Decoded {
  const body = new Reader(fields, '', new Set());
  const model = modelOf(fields);
  const messages = messagesFrom(body.objects('messages'));
  if (messages.length === 0) throw nothingAsked('messages');
  return decoded(body, { model, messages, tools: body.objects('tools').map(toolFrom) });
}

/**
 * Reads the body of POST /api/generate (docs/api.md, `GenerateRequest` in api/types.go of Ollama): the prompt is what the
 * user says. What is about the form of the prompt is left to an Ollama server, since others make that themselves.
 *
 * @throws {InvalidRequest}
 * @throws {Untranslatable}
 */
export function decodeGenerate(fields: Fields): Decoded {
  const body = new Reader(fields, '', new Set());
  const model = modelOf(fields);
  const prompt = body.text('prompt') ?? '';
  if (prompt === '') throw nothingAsked('prompt');
  for (const name of ['suffix', 'template']) if ((body.text(name) ?? '') !== '') throw onlyOllama(name);
  if (body.flag('raw') === true) throw onlyOllama('raw');
  const context = body.value('context');
  if (context !== undefined && !(Array.isArray(context) && context.length === 0)) throw onlyOllama('context');
  const system = textParts(body.text('system') ?? '');
  const messages: readonly Message[] = [
    ...(system.length === 0 ? [] : [{ role: 'system', content: system } as const]),
    { role: 'user', content: [...textParts(prompt), ...mediaParts(body)] },
  ];
  return decoded(body, { model, messages, tools: [] });
}

/** Whether an answer is to be streamed: Ollama does unless told not to. */
export function ollamaStreamed({ stream }: Fields): boolean {
  return stream !== false;
}

function decoded(body: Reader, asked: Pick<ChatRequest, 'model' | 'messages' | 'tools'>): Decoded {
  body.pass('model');
  const stream = body.flag('stream') ?? true;
  const options = body.inside('options');
  const request: ChatRequest = {
    ...asked,
    stream,
    limit: limitOf(wholeIn(options, 'num_predict')),
    sampling: {
      temperature: options.number('temperature'),
      topP: options.number('top_p'),
      topK: wholeIn(options, 'top_k'),
      minP: options.number('min_p'),
      seed: wholeIn(options, 'seed'),
      frequencyPenalty: options.number('frequency_penalty'),
      presencePenalty: options.number('presence_penalty'),
      repeatPenalty: options.number('repeat_penalty'),
      stop: options.texts('stop'),
    },
    format: formatFrom(body),
    thinking: thinkingFrom(body),
    logprobs: logprobsFrom(body),
    keepAlive: keepAliveFrom(body),
    contextLength: limitOf(wholeIn(options, 'num_ctx')),
  };
  if (body.flag('_debug_render_only') === true) throw onlyOllama('_debug_render_only');
  // They are on unless told otherwise, and no other server knows them.
  for (const name of ['truncate', 'shift']) if (body.flag(name) === false) body.dropped.add(name);
  body.rest();
  options.rest();
  return { request, dropped: [...body.dropped] };
}

/** A whole number: what comes behind the point is cut off, as Ollama does. */
function wholeIn(reader: Reader, name: string): number | undefined {
  const value = reader.number(name);
  return value === undefined ? undefined : Math.trunc(value);
}

function onlyOllama(name: string): Untranslatable {
  return new Untranslatable(
    `"${name}": only Ollama servers know it, and the model's server isn't one; leave it out, or choose a model of Ollama`,
  );
}

function nothingAsked(name: string): Untranslatable {
  return new Untranslatable(
    `"${name}" is empty: that loads or unloads a model of an Ollama server, and the model's server isn't one; ask something`,
  );
}

function toolFrom(reader: Reader): Tool {
  reader.pass('type');
  const told = reader.inside('function');
  const tool = {
    name: told.needed('name', told.text('name'), 'the name of a tool'),
    description: told.text('description'),
    parameters: told.fields('parameters', 'a JSON Schema') ?? { type: 'object', properties: {} },
  };
  reader.rest();
  told.rest();
  return tool;
}

function formatFrom(body: Reader): Format | undefined {
  const format = body.value('format');
  const expected = '"json" or a JSON Schema';
  if (format === undefined || format === '') return undefined;
  if (format === 'json') return { type: 'json' };
  return { type: 'schema', schema: body.needed('format', body.fields('format', expected), expected) };
}

const efforts: readonly unknown[] = ['low', 'medium', 'high', 'max'] satisfies Effort[];

function thinkingFrom(body: Reader): Thinking | undefined {
  const think = body.value('think');
  if (think === undefined) return undefined;
  if (typeof think === 'boolean') return { wanted: think };
  if (efforts.includes(think)) return { wanted: true, effort: think as Effort };
  throw body.invalid('think', 'true, false, "low", "medium", "high" or "max"');
}

function logprobsFrom(body: Reader): number | undefined {
  const wanted = body.flag('logprobs');
  const count = wholeIn(body, 'top_logprobs') ?? 0;
  if (count < 0 || count > 20) throw body.invalid('top_logprobs', 'a number from 0 to 20');
  return wanted === true ? count : undefined;
}

function keepAliveFrom(body: Reader): string | number | undefined {
  const value = body.value('keep_alive');
  if (value === undefined || typeof value === 'string' || typeof value === 'number') return value;
  throw body.invalid('keep_alive', 'a number of seconds or a duration such as "5m"');
}

/**
 * Writes the body of POST /api/chat for a server. A schema is kept to the letter there whatever its `strict` says, and has
 * no name. `minimal` is `low`, as Ollama itself has it where it speaks OpenAI's API (openai/openai.go).
 *
 * @throws {Untranslatable}
 */
export function encodeChat(request: ChatRequest): Encoded {
  const { model, stream, sampling, toolChoice, format, thinking, logprobs } = request;
  if (request.messages.length === 0) {
    throw new Untranslatable('"messages" is empty: an Ollama server would only load the model; ask something');
  }
  const dropped = new Set<string>();
  const messages = messagesTo(request.messages, (name) => dropped.add(name));
  const tools = toolChoice === 'none' ? [] : request.tools;
  if (toolChoice === 'required' || typeof toolChoice === 'object') dropped.add('tool_choice');
  if (request.parallelTools === false) dropped.add('parallel_tool_calls');
  if (tools.some(({ strict }) => strict === true)) dropped.add('strict');
  if (thinking?.budget !== undefined) dropped.add('budget_tokens');
  if (request.user !== undefined) dropped.add('user');
  const options = present({
    num_predict: request.limit,
    num_ctx: request.contextLength,
    temperature: sampling.temperature,
    top_p: sampling.topP,
    top_k: sampling.topK,
    min_p: sampling.minP,
    seed: sampling.seed,
    frequency_penalty: sampling.frequencyPenalty,
    presence_penalty: sampling.presencePenalty,
    repeat_penalty: sampling.repeatPenalty,
    stop: sampling.stop,
  });
  const fields = present({
    model,
    messages,
    stream,
    tools: tools.length === 0 ? undefined : tools.map(toolTo),
    format: format?.type === 'schema' ? format.schema : format?.type,
    think: thinking === undefined ? undefined : thinkOf(thinking),
    logprobs: logprobs === undefined ? undefined : true,
    top_logprobs: logprobs === 0 ? undefined : logprobs,
    keep_alive: request.keepAlive,
    options: Object.keys(options).length === 0 ? undefined : options,
  });
  return { fields, dropped: [...dropped] };
}

function toolTo({ name, description, parameters }: Tool): Fields {
  return { type: 'function', function: present({ name, description, parameters }) };
}

function thinkOf({ wanted, effort }: Thinking): boolean | string {
  if (!wanted || effort === 'none') return false;
  return effort === 'minimal' ? 'low' : (effort ?? true);
}

/** What a request needs of a model: whoever sends pictures or tools expects them to be used. Pictures are `images`. */
export function ollamaNeeds(body: Fields): Needs {
  const pictured = [body, ...(Array.isArray(body.messages) ? body.messages.filter(isObject) : [])];
  return {
    tools: givesTools(body),
    vision: pictured.some(({ images }) => Array.isArray(images) && images.length > 0),
  };
}
