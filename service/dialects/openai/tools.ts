import type { Tool, ToolChoice } from '../chat.js';
import { Untranslatable } from '../codec.js';
import { type Fields, isObject, present } from '../fields.js';
import type { Reader } from '../reader.js';

/** The tools that a model may call, and which of them it is to. */
export interface Toolbox {
  readonly tools: readonly Tool[];
  readonly choice: ToolChoice | undefined;
}

/**
 * The tools of a request (OpenAI's API reference): `tools` and `tool_choice`, or `functions` and `function_call`, as they
 * were called before. A choice among `allowed_tools` leaves the others out.
 *
 * @throws {Untranslatable} for tools that aren't functions
 */
export function readTools(body: Reader): Toolbox {
  const tools = [
    ...body.objects('tools').map((tool) => readFunction(functionOf(tool, 'tool'))),
    ...body.objects('functions').map(readFunction),
  ];
  const [choice, former] = [readChoice(body, 'tool_choice'), readChoice(body, 'function_call')];
  const { mode, allowed } = choice ?? former ?? {};
  return {
    tools: allowed === undefined ? tools : tools.filter(({ name }) => allowed.includes(name)),
    choice: mode,
  };
}

/** What a tool, or a choice of one, says of its function. */
function functionOf(tool: Reader, what: string): Reader {
  const type = tool.text('type') ?? 'function';
  if (type !== 'function') {
    throw new Untranslatable(
      `"${tool.at('type')}": a ${what} "${type}" can't be carried to another API; use a function`,
    );
  }
  const told = tool.needed('function', tool.object('function'), 'an object with "name"');
  tool.rest();
  return told;
}

function readFunction(told: Reader): Tool {
  const tool = present({
    name: nameOf(told),
    description: told.text('description'),
    // Left out, it takes no arguments.
    parameters: told.fields('parameters', 'a JSON Schema') ?? { type: 'object', properties: {} },
    strict: told.flag('strict'),
  });
  told.rest();
  return tool;
}

function nameOf(told: Reader): string {
  const name = told.text('name');
  if (name === undefined || name === '') throw told.invalid('name', 'the name of a tool');
  return name;
}

function readChoice(
  body: Reader,
  name: 'tool_choice' | 'function_call',
): { readonly mode: ToolChoice; readonly allowed?: readonly string[] } | undefined {
  const value = body.value(name);
  if (value === undefined) return undefined;
  if (value === 'auto' || value === 'none' || value === 'required') return { mode: value };
  if (!isObject(value)) throw body.invalid(name, '"auto", "none", "required" or a tool');
  const choice = body.object(name);
  if (choice === undefined) return undefined;
  if (name === 'function_call') return { mode: { name: nameOf(choice) } };
  if (value.type !== 'allowed_tools') return { mode: { name: nameOf(functionOf(choice, 'choice')) } };
  const allowed = choice.object('allowed_tools') ?? choice;
  const mode = allowed.text('mode');
  if (mode !== 'auto' && mode !== 'required') throw allowed.invalid('mode', '"auto" or "required"');
  return { mode, allowed: allowed.objects('tools').map((tool) => nameOf(functionOf(tool, 'tool'))) };
}

/** Tools as OpenAI's API takes them, undefined for none. */
export function writeTools(tools: readonly Tool[]): readonly Fields[] | undefined {
  if (tools.length === 0) return undefined;
  return tools.map(({ name, description, parameters, strict }) => ({
    type: 'function',
    function: present({ name, description, parameters, strict }),
  }));
}

/** Which tools the model is to call, as OpenAI's API takes it. */
export function writeChoice(choice: ToolChoice | undefined): unknown {
  return typeof choice === 'object' ? { type: 'function', function: { name: choice.name } } : choice;
}
