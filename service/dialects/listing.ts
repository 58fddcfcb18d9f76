import type { Fields } from './fields.js';

/** A model to list: its name, and the entry of the connection that has it, in whichever dialect that speaks. */
export interface Listed {
  readonly name: string;
  readonly listing: Fields;
  /** The id of that connection. */
  readonly connection: string;
}

/** Each name once, as the first connection lists it, with the ids of all that have it. */
export function once(models: readonly Listed[]): readonly (Listed & { readonly connections: readonly string[] })[] {
  const byName = new Map<string, Listed & { connections: string[] }>();
  for (const model of models) {
    const before = byName.get(model.name);
    if (before === undefined) byName.set(model.name, { ...model, connections: [model.connection] });
    else before.connections.push(model.connection);
  }
  return [...byName.values()];
}
