import type { Fields } from './fields.js';

/** A model to list: its name, and the entry of the connection that has it, in whichever dialect that speaks. */
export interface Listed {
  readonly name: string;
  readonly listing: Fields;
}

/** Each name once, as the first connection lists it. */
export function once(models: readonly Listed[]): readonly Listed[] {
  return [...new Map(models.toReversed().map((model) => [model.name, model])).values()].toReversed();
}
