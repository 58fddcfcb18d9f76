import type { ChatRequest, Effort, Format, Sampling, Thinking, Tool, ToolChoice } from '../chat.js';
import { type Decoded, Untranslatable } from '../codec.js';
import { entryOf, type Fields, givesTools, isObject, modelOf } from '../fields.js';
import type { Needs } from '../needs.js';
import { Reader } from '../reader.js';
import { ownTools } from '../tools.js';
import { readMessages, readSystem } from './messages.js';

/**
 * Decodes the body of POST /v1/messages (Anthropic's documentation, "Create a Message", and the types of its SDK).
 *
 * @throws {InvalidRequest} if it isn't one
 * @throws {Untranslatable} for tools and files that only Anthropic has
 */
export function decodeMessages(body: Fields): Decoded {
  const dropped = new Set<string>();
  const reader = new Reader(body, '', dropped);
  const model = modelOf(body);
  reader.pass('model');
  // Where Anthropic is to remember the prompt; others have no such thing, or do it by themselves.
  if (reader.value('cache_control') !== undefined) dropped.add('cache_control');
  if (reader.objects('mcp_servers').length > 0) {
    throw new Untranslatable(
      '"mcp_servers" are asked by Anthropic alone: give the model their tools with "tools" instead',
    );
  }
  const config = reader.object('output_config');
  const stream = reader.flag('stream') === true;
  const choice = reader.object('tool_choice');
  const metadata = reader.object('metadata');
  const request: ChatRequest = {
    model,
    messages: [...readSystem(reader), ...readMessages(reader)],
    stream,
    limit: limitOf(reader),
    sampling: samplingOf(reader),
    tools: ownTools(reader.objects('tools'), 'custom').map(toolOf),
    toolChoice: choice && choiceOf(choice),
    parallelTools: choice && parallelOf(choice),
    format: formatOf(config?.object('format') ?? reader.object('output_format')),
    thinking: thinkingOf(reader.object('thinking'), config && effortOf(config)),
    user: metadata?.text('user_id'),
  };
  for (const part of [choice, metadata, config]) part?.rest();
  reader.rest({ service_tier: ['auto'] });
  return { request, dropped: [...dropped] };
}

function limitOf(reader: Reader): number {
  const limit = reader.integer('max_tokens');
  if (limit === undefined || limit < 1)
    throw reader.invalid('max_tokens', 'the number of tokens of an answer at most, from 1');
  return limit;
}

function samplingOf(reader: Reader): Sampling {
  return {
    temperature: reader.number('temperature'),
    topP: reader.number('top_p'),
    topK: reader.integer('top_k'),
    stop: reader.texts('stop_sequences'),
  };
}

function toolOf(reader: Reader): Tool {
  reader.pass('type');
  const name = reader.text('name');
  if (name === undefined || name === '') throw reader.invalid('name', 'the name of a tool');
  const schema = reader.needed('input_schema', reader.fields('input_schema', 'a JSON Schema'), 'a JSON Schema');
  if (reader.value('cache_control') !== undefined) reader.dropped.add('cache_control');
  const tool = { name, description: reader.text('description'), parameters: schema, strict: reader.flag('strict') };
  reader.rest({ defer_loading: [false], eager_input_streaming: [false] });
  return tool;
}

function choiceOf(choice: Reader): ToolChoice {
  switch (choice.text('type')) {
    case 'auto':
      return 'auto';
    case 'any':
      return 'required';
    case 'none':
      return 'none';
    case 'tool':
      return { name: choice.needed('name', choice.text('name'), 'the name of a tool') };
    default:
      throw choice.invalid('type', '"auto", "any", "tool" or "none"');
  }
}

function parallelOf(choice: Reader): boolean | undefined {
  const disabled = choice.flag('disable_parallel_tool_use');
  return disabled === undefined ? undefined : !disabled;
}

function formatOf(format: Reader | undefined): Format | undefined {
  if (format === undefined) return undefined;
  if (format.text('type') !== 'json_schema') throw format.invalid('type', '"json_schema"');
  const schema = format.needed('schema', format.fields('schema', 'a JSON Schema'), 'a JSON Schema');
  format.rest();
  return { type: 'schema', schema };
}

const efforts: Readonly<Record<string, Effort>> = {
  low: 'low',
  medium: 'medium',
  high: 'high',
  xhigh: 'max',
  max: 'max',
};

function effortOf(config: Reader): Effort | undefined {
  const told = config.text('effort');
  if (told === undefined) return undefined;
  const effort = entryOf(efforts, told);
  if (effort === undefined) throw config.invalid('effort', '"low", "medium", "high", "xhigh" or "max"');
  return effort;
}

function thinkingOf(thinking: Reader | undefined, effort: Effort | undefined): Thinking | undefined {
  if (thinking === undefined) return effort === undefined ? undefined : { wanted: true, effort };
  const type = thinking.text('type');
  const budget = thinking.integer('budget_tokens');
  thinking.rest({ display: ['summarized'] });
  switch (type) {
    case 'adaptive':
      return { wanted: true, effort };
    case 'enabled':
      if (budget === undefined || budget < 1024)
        throw thinking.invalid('budget_tokens', 'a number of tokens from 1024');
      return { wanted: true, effort, budget };
    case 'disabled':
      // An answer that isn't thought about may yet be short; others have no word for that.
      if (effort !== undefined) thinking.dropped.add('output_config.effort');
      return { wanted: false };
    default:
      throw thinking.invalid('type', '"enabled", "adaptive" or "disabled"');
  }
}

/** What a request needs of a model: whoever sends pictures or tools expects them to be used. Pictures are blocks. */
export function anthropicNeeds(body: Fields): Needs {
  const blocks = (Array.isArray(body.messages) ? body.messages.filter(isObject) : []).flatMap(blocksOf);
  const shown = blocks.flatMap((block) => (block.type === 'tool_result' ? [block, ...blocksOf(block)] : [block]));
  return { tools: givesTools(body), vision: shown.some(({ type }) => type === 'image') };
}

function blocksOf({ content }: Fields): readonly Fields[] {
  return Array.isArray(content) ? content.filter(isObject) : [];
}
