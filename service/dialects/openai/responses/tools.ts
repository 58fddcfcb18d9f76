import type { Tool, ToolChoice } from '../../chat.js';
import { Untranslatable } from '../../codec.js';
import { isObject } from '../../fields.js';
import type { Reader } from '../../reader.js';
import { ownTools } from '../../tools.js';

/** The tools that a request gives, and which of them are to be called. */
export interface GivenTools {
  readonly tools: readonly Tool[];
  readonly toolChoice: ToolChoice | undefined;
}

/**
 * Reads `tools` and `tool_choice`. Functions lie flat here (OpenAI's API reference, "Responses"); to allow some tools
 * only is to give no others.
 *
 * @throws {InvalidRequest} if they aren't what the API allows
 * @throws {Untranslatable} if there are only tools that OpenAI runs itself, or that have other arguments than JSON
 */
export function readTools(body: Reader): GivenTools {
  const tools = ownTools(body.objects('tools'), 'function').map(readTool);
  const value = body.value('tool_choice');
  if (value === undefined) return { tools, toolChoice: undefined };
  if (value === 'auto' || value === 'none' || value === 'required') return { tools, toolChoice: value };
  if (!isObject(value)) throw body.invalid('tool_choice', '"auto", "none", "required" or an object with "type"');
  const choice = body.inside('tool_choice');
  const given = readChoice(choice, tools);
  choice.rest();
  return given;
}

function readTool(tool: Reader): Tool {
  tool.pass('type');
  const read = {
    name: nameOf(tool),
    description: tool.text('description'),
    parameters: tool.fields('parameters', 'a JSON Schema') ?? { type: 'object', properties: {} },
    strict: tool.flag('strict'),
  };
  tool.rest({ defer_loading: [false] });
  return read;
}

function nameOf(tool: Reader): string {
  return tool.needed('name', tool.text('name'), 'the name of a tool');
}

function readChoice(choice: Reader, tools: readonly Tool[]): GivenTools {
  const type = choice.needed('type', choice.text('type'), '"function" or "allowed_tools"');
  switch (type) {
    case 'function':
      return { tools, toolChoice: { name: nameOf(choice) } };
    case 'allowed_tools': {
      const mode = choice.text('mode');
      if (mode !== 'auto' && mode !== 'required') throw choice.invalid('mode', '"auto" or "required"');
      const names = choice.objects('tools').map((tool) => {
        if (tool.value('type') !== 'function') throw tool.invalid('type', '"function"');
        return nameOf(tool);
      });
      return { tools: tools.filter(({ name }) => names.includes(name)), toolChoice: mode };
    }
    default:
      throw new Untranslatable(
        `"tool_choice" of type "${type}" is for a tool that only OpenAI has: choose one of type "function"`,
      );
  }
}
