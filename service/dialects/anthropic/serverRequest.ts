import { budgets, effortFor } from '../effort.js';
import type { ChatRequest, Effort, Sampling, Tool } from '../chat.js';
import type { Encoded } from '../codec.js';
import { type Fields, present } from '../fields.js';
import { accepts, type Accepts } from './generation.js';
import { writeMessages } from './serverMessages.js';

/**
 * Writes the body of POST /v1/messages ("Create a Message").
 *
 * @throws {Untranslatable} if the conversation holds what the API doesn't take
 */
export function encodeMessages(request: ChatRequest): Encoded {
  const dropped = new Set<string>();
  const accepted = accepts(request.model);
  const { system, messages } = writeMessages(request.messages, dropped);
  const { thinking, effort, budget } = thinkingFor(request, accepted, dropped);
  const format = formatOf(request, dropped);
  const limit = request.limit ?? accepted.limit;
  nameUnsaid(request, dropped);
  const fields = {
    model: request.model,
    // What it thinks counts, too, and must not be all of it.
    max_tokens: budget !== undefined && limit <= budget ? budget + limit : limit,
    system,
    messages,
    stream: request.stream,
    ...drawing(request.sampling, accepted, thinking !== undefined && thinking.type !== 'disabled', dropped),
    stop_sequences: stopsOf(request.sampling, dropped),
    tools: request.tools.length === 0 ? undefined : request.tools.map(toolOf),
    tool_choice: choiceOf(request, dropped),
    thinking,
    output_config: effort === undefined && format === undefined ? undefined : present({ effort, format }),
    metadata: request.user === undefined ? undefined : { user_id: request.user },
  };
  return { fields: present(fields), dropped: [...dropped] };
}

/** Names what the API has no words for, unless it is what every server does anyway. */
function nameUnsaid({ sampling, logprobs, keepAlive, contextLength }: ChatRequest, dropped: Set<string>): void {
  const unsaid: readonly (readonly [name: string, value: unknown, usual?: unknown])[] = [
    ['min_p', sampling.minP, 0],
    ['seed', sampling.seed],
    ['frequency_penalty', sampling.frequencyPenalty, 0],
    ['presence_penalty', sampling.presencePenalty, 0],
    ['repeat_penalty', sampling.repeatPenalty, 1],
    ['logprobs', logprobs],
    ['keep_alive', keepAlive],
    ['num_ctx', contextLength],
  ];
  for (const [name, value, usual] of unsaid) if (value !== undefined && value !== usual) dropped.add(name);
}

/** Temperatures are from 0 to 1; what thinks keeps its own, and top_p from 0.95 on ("Extended thinking"). */
function drawing(
  { temperature, topP, topK }: Sampling,
  accepted: Accepts,
  thinks: boolean,
  dropped: Set<string>,
): Fields {
  const drawn: Record<string, number> = {};
  const put = (name: string, value: number | undefined, taken: boolean): void => {
    if (value === undefined) return;
    if (taken) drawn[name] = value;
    else dropped.add(name);
  };
  if (temperature !== undefined && temperature > 1) dropped.add('temperature');
  const told = temperature === undefined ? undefined : Math.min(temperature, 1);
  // The one that is usual needn't be told to who takes none.
  if (accepted.sampling && !thinks) put('temperature', told, true);
  else if (told !== 1) put('temperature', told, false);
  const alone = accepted.both || drawn.temperature === undefined;
  put('top_p', topP, accepted.sampling && alone && (!thinks || (topP ?? 0) >= 0.95));
  put('top_k', topK, accepted.sampling && !thinks);
  return drawn;
}

/** Stop sequences of nothing but white space are refused. */
function stopsOf({ stop = [] }: Sampling, dropped: Set<string>): readonly string[] | undefined {
  const told = stop.filter((text) => text.trim() !== '');
  if (told.length < stop.length) dropped.add('stop');
  return told.length === 0 ? undefined : told;
}

function toolOf({ name, description, parameters, strict }: Tool): Fields {
  return present({
    name,
    description,
    // Tools without arguments often have no schema at all.
    input_schema: 'type' in parameters ? parameters : { type: 'object', ...parameters },
    strict: strict === true ? true : undefined,
  });
}

function choiceOf({ tools, toolChoice, parallelTools }: ChatRequest, dropped: Set<string>): Fields | undefined {
  if (tools.length === 0) {
    if (isForced(toolChoice)) dropped.add('tool_choice');
    return undefined;
  }
  if (toolChoice === 'none') return { type: 'none' };
  const single = parallelTools === false ? { disable_parallel_tool_use: true } : {};
  if (typeof toolChoice === 'object') return { type: 'tool', name: toolChoice.name, ...single };
  if (toolChoice === 'required') return { type: 'any', ...single };
  return toolChoice === undefined && parallelTools !== false ? undefined : { type: 'auto', ...single };
}

function isForced(choice: ChatRequest['toolChoice']): boolean {
  return choice !== undefined && choice !== 'auto' && choice !== 'none';
}

/** A schema, since JSON of any form can't be asked for ("Structured outputs"). */
function formatOf({ format }: ChatRequest, dropped: Set<string>): Fields | undefined {
  if (format?.type === 'json') dropped.add('response_format');
  return format?.type === 'schema' ? { type: 'json_schema', schema: format.schema } : undefined;
}

/** Efforts as the API has them ("Effort"). */
const efforts: Readonly<Record<Effort, string>> = {
  none: 'low',
  minimal: 'low',
  low: 'low',
  medium: 'medium',
  high: 'high',
  max: 'max',
};

interface AskedThinking {
  readonly thinking?: Fields;
  readonly effort?: string | undefined;
  readonly budget?: number;
}

function thinkingFor(request: ChatRequest, accepted: Accepts, dropped: Set<string>): AskedThinking {
  const { thinking } = request;
  if (thinking === undefined) return {};
  if (!thinking.wanted) {
    if (accepted.off === 'disabled') return { thinking: { type: 'disabled' } };
    if (accepted.off === 'nothing') return {};
    dropped.add('reasoning_effort');
    return { effort: efforts.none };
  }
  if (!accepted.budget) {
    const effort = thinking.effort ?? (thinking.budget === undefined ? undefined : effortFor(thinking.budget));
    // Newer models keep what they think to themselves unless asked.
    return { thinking: { type: 'adaptive', display: 'summarized' }, effort: effort && efforts[effort] };
  }
  if (isHindered(request)) {
    dropped.add('reasoning_effort');
    return {};
  }
  const budget = Math.max(budgets.minimal, thinking.budget ?? budgets[thinking.effort ?? 'medium']);
  return { thinking: { type: 'enabled', budget_tokens: budget }, budget };
}

/**
 * Whether the API refuses thinking by a budget here: where a tool must be called, where the assistant has begun to speak,
 * and where its last turn calls tools and didn't begin with a thought that is signed ("Thinking with tool use").
 */
function isHindered({ messages, tools, toolChoice }: ChatRequest): boolean {
  if (tools.length > 0 && isForced(toolChoice)) return true;
  const last = messages.findLast((message) => message.role === 'assistant');
  if (last === undefined) return false;
  return last === messages.at(-1) || (last.calls.length > 0 && last.thinking?.signature === undefined);
}
