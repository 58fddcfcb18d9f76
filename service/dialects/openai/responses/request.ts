import { type Format, type Message, textParts, type Thinking } from '../../chat.js';
import { type Decoded, Untranslatable } from '../../codec.js';
import { type Fields, givesTools, isObject, modelOf } from '../../fields.js';
import type { Needs } from '../../needs.js';
import { Reader } from '../../reader.js';
import { readEffort } from '../thinking.js';
import { readInput } from './input.js';
import { readTools } from './tools.js';

/** What others ask for that happens anyway. */
const defaults = {
  background: [false],
  store: [false],
  truncation: ['disabled'],
  service_tier: ['auto', 'default'],
};

/** What no other API has and nothing can stand in for, and what to do instead. */
const refused: Readonly<Record<string, string>> = {
  previous_response_id: 'refers to an answer, and none is stored here: send the whole conversation in "input"',
  conversation: 'refers to a conversation, and none is stored here: send the whole conversation in "input"',
  prompt: 'refers to a template that is kept at OpenAI: send what it says in "instructions" and "input"',
};

/** `include` that asks for what is told anyway, or is read. */
const included = ['message.output_text.logprobs', 'reasoning.encrypted_content'];

/**
 * Reads the body of POST /v1/responses (OpenAI's API reference, "Responses", create).
 *
 * @throws {InvalidRequest} if it isn't one
 * @throws {Untranslatable} if it asks for something that only OpenAI keeps or runs
 */
export function decodeResponse(fields: Fields): Decoded {
  const body = new Reader(fields, '', new Set());
  for (const [name, way] of Object.entries(refused)) {
    if (body.value(name) !== undefined) throw new Untranslatable(`"${name}" ${way}`);
  }
  if (fields.background === true) {
    throw new Untranslatable('"background" needs answers to be stored, and none are: leave it out, and wait or stream');
  }
  // The reply says it again.
  body.fields('metadata');
  const options = body.inside('stream_options');
  options.rest({ include_obfuscation: [false] });
  const stream = body.flag('stream') ?? false;
  body.pass('model');
  const request = {
    model: modelOf(fields),
    messages: [...readInstructions(body), ...readInput(body)],
    stream,
    limit: body.limit('max_output_tokens'),
    sampling: { temperature: body.number('temperature'), topP: body.number('top_p') },
    ...readTools(body),
    parallelTools: body.flag('parallel_tool_calls'),
    format: readFormat(body.inside('text')),
    thinking: readThinking(body.inside('reasoning')),
    logprobs: readLogprobs(body),
    user: readUser(body),
  };
  body.rest(defaults);
  return { request, dropped: [...body.dropped] };
}

function readInstructions(body: Reader): readonly Message[] {
  const content = textParts(body.text('instructions') ?? '');
  return content.length === 0 ? [] : [{ role: 'system', content }];
}

/** Here the name and the schema lie beside the type, not in an object of their own as in chat completions. */
function readFormat(text: Reader): Format | undefined {
  const format = text.object('format');
  text.rest({ verbosity: ['medium'] });
  if (format === undefined) return undefined;
  switch (format.value('type')) {
    case 'text':
      return undefined;
    case 'json_object':
      return { type: 'json' };
    case 'json_schema': {
      const read = {
        type: 'schema' as const,
        schema: format.needed('schema', format.fields('schema', 'a JSON Schema'), 'a JSON Schema'),
        name: format.text('name'),
        strict: format.flag('strict'),
      };
      format.rest();
      return read;
    }
    default:
      throw format.invalid('type', '"text", "json_object" or "json_schema"');
  }
}

/** How the thoughts are summed up isn't carried: they are told as they come. */
function readThinking(reasoning: Reader): Thinking | undefined {
  const effort = readEffort(reasoning, 'effort');
  reasoning.pass('summary', 'generate_summary');
  reasoning.rest({ context: ['auto'], mode: ['standard'] });
  return effort === undefined ? undefined : { wanted: effort !== 'none', effort };
}

/** Who names a number of likely tokens wants to see them, with or without the word in `include`. */
function readLogprobs(body: Reader): number | undefined {
  const include = body.texts('include') ?? [];
  if (include.some((word) => !included.includes(word))) body.dropped.add('include');
  const top = body.integer('top_logprobs') ?? 0;
  if (top < 0 || top > 20) throw body.invalid('top_logprobs', 'a whole number from 0 to 20');
  return top > 0 || include.includes('message.output_text.logprobs') ? top : undefined;
}

/** `safety_identifier` is the newer name of the two. */
function readUser(body: Reader): string | undefined {
  const [user, identifier] = [body.text('user'), body.text('safety_identifier')];
  if (identifier !== undefined && user !== undefined && identifier !== user) body.dropped.add('user');
  return identifier ?? user;
}

/** What a request needs of a model: whoever sends pictures or tools expects them to be used. Tools answer with pictures too. */
export function responsesNeeds(fields: Fields): Needs {
  const items = Array.isArray(fields.input) ? fields.input.filter(isObject) : [];
  const parts = items.flatMap(({ content, output }) => [content, output]).flat();
  return { tools: givesTools(fields), vision: parts.some((part) => isObject(part) && part.type === 'input_image') };
}
