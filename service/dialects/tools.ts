import { Untranslatable } from './codec.js';
import type { Reader } from './reader.js';

/**
 * Of the tools that a request gives those that the application describes and runs itself. Others, which only one provider
 * has (a search, a shell of its own), are left out and named as long as the model has something else to work with.
 *
 * @param type of the application's own
 * @throws {Untranslatable} if there are only others
 */
export function ownTools(given: readonly Reader[], type: string): readonly Reader[] {
  const typed = given.map((tool) => ({ tool, is: tool.text('type') ?? type }));
  const own = typed.filter(({ is }) => is === type);
  const [foreign, ...more] = typed.filter(({ is }) => is !== type);
  if (foreign === undefined) return given;
  if (own.length === 0) {
    throw new Untranslatable(
      `"${foreign.tool.place}" is of type "${foreign.is}", a tool that only its provider has: leave it out, or give a tool of type "${type}"`,
    );
  }
  for (const { tool, is } of [foreign, ...more]) tool.dropped.add(`tools.${is}`);
  return own.map(({ tool }) => tool);
}
