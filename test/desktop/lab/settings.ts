import type { Machine } from './machine.ts';

const schema = 'org.gnome.shell.extensions.cloudtolocalllm';

/** A connection as a user configures it; what is left out stays as it is by default. */
export interface ConnectionSettings {
  readonly id: string;
  readonly name?: string;
  readonly kind?: 'ollama' | 'openai' | 'anthropic' | 'demo';
  readonly url?: string;
  readonly place?: 'local' | 'cloud';
  readonly enabled?: boolean;
}

/** The product's settings in the session of a machine's user, through `gsettings`. */
export class Settings {
  constructor(private readonly machine: Machine) {}

  /** A key's value in GVariant's text form, for instance `'automatic'`; with an id, a key of that connection. */
  get(key: string, id?: string): Promise<string> {
    return this.machine.asUser(['gsettings', 'get', at(id), key]);
  }

  /** Sets a key to a value in GVariant's text form; with an id, a key of that connection. */
  async set(key: string, value: string, id?: string): Promise<void> {
    await this.machine.asUser(['gsettings', 'set', at(id), key, value]);
  }

  /** Sets a key back to its default. */
  async reset(key: string): Promise<void> {
    await this.machine.asUser(['gsettings', 'reset', schema, key]);
  }

  /** Makes these the connections, in this order. */
  async setConnections(connections: readonly ConnectionSettings[]): Promise<void> {
    for (const { id, ...keys } of connections) {
      for (const [key, value] of Object.entries(keys)) {
        await this.set(key, typeof value === 'boolean' ? String(value) : `'${value}'`, id);
      }
    }
    await this.set('connections', `[${connections.map(({ id }) => `'${id}'`).join(', ')}]`);
  }
}

function at(id: string | undefined): string {
  return id === undefined
    ? schema
    : `${schema}.connection:/org/gnome/shell/extensions/cloudtolocalllm/connections/${id}/`;
}
