import type { BrokerSnapshot } from '../broker/contract.js';

/** A model that can be asked. */
export interface ModelChoice {
  readonly name: string;
  /** Names of the connections that have it, the preferred one first. */
  readonly connections: readonly string[];
}

/** The models of all connections that answer, each once, those of the preferred connection first. */
export function modelChoices({ presence, connections }: BrokerSnapshot): ModelChoice[] {
  const found = new Map<string, string[]>();
  if (presence !== 'running') return [];
  for (const { id, name, models } of connections.filter(({ state }) => state === 'connected')) {
    for (const model of models) found.set(model, [...(found.get(model) ?? []), name || id]);
  }
  return [...found].map(([name, from]) => ({ name, connections: from }));
}

/** Of these the models that a person may mean: all their words are in its name, or in a connection's. */
export function matching(choices: readonly ModelChoice[], words: string): ModelChoice[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  return choices.filter(({ name, connections }) => {
    const text = [name, ...connections].join(' ').toLowerCase();
    return wanted.every((word) => text.includes(word));
  });
}
