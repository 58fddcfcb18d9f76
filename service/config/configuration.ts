/** The one model of what the user wants, wherever it was read from (a file, GSettings, or built in). */

/** What a connection's server speaks. */
export type Kind = 'ollama' | 'openai' | 'demo';

/** Where a connection's server is: on one's own machines, or at a provider. */
export type Place = 'local' | 'cloud';

/** Where a token is found. Never the token itself. */
export type TokenSource =
  | { readonly env: string; readonly file?: never; readonly credential?: never }
  | { readonly file: string; readonly env?: never; readonly credential?: never }
  | { readonly credential: string; readonly env?: never; readonly file?: never };

/** Seconds, 0 for no limit. `firstByte` counts from the request sent, `idle` between two chunks. */
export interface Timeouts {
  readonly connect: number;
  readonly firstByte: number;
  readonly idle: number;
  readonly total: number;
}

/** One configured upstream. */
export interface ConnectionSettings {
  readonly id: string;
  readonly name: string;
  readonly kind: Kind;
  /** Without a slash at its end; '' for the kind `demo`. */
  readonly url: string;
  readonly place: Place;
  readonly enabled: boolean;
  readonly token: TokenSource | undefined;
  /** Name that applications ask for -> name that the connection knows. */
  readonly models: Readonly<Record<string, string>>;
  readonly timeouts: Timeouts;
}

/** Everything that can be configured. */
export interface Configuration {
  /** HOST:PORT */
  readonly listen: string;
  /** `automatic`, `local`, `cloud` or a connection's id. */
  readonly route: string;
  /** In order of preference. */
  readonly connections: readonly ConnectionSettings[];
}

/** A configuration as people write it: everything that has a default may be left out. */
export interface WrittenConfiguration {
  listen?: string;
  route?: string;
  connections?: WrittenConnection[];
}

/** A connection as people write it. */
export interface WrittenConnection {
  id: string;
  name?: string;
  kind: Kind;
  url?: string;
  place?: Place;
  enabled?: boolean;
  token?: TokenSource;
  models?: Record<string, string>;
  timeouts?: Partial<Timeouts>;
}

/** Where the broker listens unless told otherwise. */
export const defaultListen = '127.0.0.1:11435';

/**
 * A local server may load a model for minutes before it answers at all (Ollama gives up loading after five), so its
 * first byte is waited for; a provider answers soon or not at all.
 */
const defaultTimeouts: Record<Place, Timeouts> = {
  local: { connect: 5, firstByte: 600, idle: 120, total: 0 },
  cloud: { connect: 5, firstByte: 60, idle: 60, total: 0 },
};

const defaultUrl: Record<Kind, string> = {
  ollama: 'http://127.0.0.1:11434',
  openai: '',
  demo: '',
};

/** The built-in stand-in for a model, so that a first start answers. */
export const demoConnection: WrittenConnection = { id: 'demo', name: 'Demo', kind: 'demo' };

/** A whole configuration from one that has been validated, with every default filled in. */
export function completed(written: WrittenConfiguration): Configuration {
  return {
    listen: written.listen ?? defaultListen,
    route: written.route ?? 'automatic',
    connections: (written.connections ?? []).map(completedConnection),
  };
}

function completedConnection(written: WrittenConnection): ConnectionSettings {
  const place = written.place ?? 'local';
  return {
    id: written.id,
    name: written.name ?? written.id,
    kind: written.kind,
    url: (written.url ?? defaultUrl[written.kind]).replace(/\/+$/, ''),
    place,
    enabled: written.enabled ?? true,
    token: written.token,
    models: written.models ?? {},
    timeouts: { ...defaultTimeouts[place], ...written.timeouts },
  };
}
