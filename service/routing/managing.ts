import type { Connection } from '../connections/connection.js';
import { NotManaged } from './errors.js';

/** What a person may have done with a model, by the words for it. */
const deeds = { pull: 'fetch models', unload: 'take models out of its memory' };

/** Makes sure that a connection's server can be told to do something with a model. @throws {NotManaged} */
export function checkManaged({ managed, state, settings }: Connection, deed: keyof typeof deeds, model: string): void {
  const { name } = settings;
  if (!managed) throw new NotManaged(`${name} can’t be told to ${deeds[deed]}: only Ollama’s servers can`);
  if (state === 'disabled') throw new NotManaged(`${name} is switched off`);
  if (model.trim() === '') throw new NotManaged('which model? its name is empty');
}
