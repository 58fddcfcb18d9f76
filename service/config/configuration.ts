/** The one model of what the user wants, wherever it was read from (a file, GSettings, or built in). */

/** What a connection's server speaks. */
export type Kind = 'ollama' | 'openai' | 'anthropic' | 'cloudtolocalllm' | 'demo';

/** Where a connection's server is: on one's own machines, or at a provider. */
export type Place = 'local' | 'cloud';

/** Where a token is found. Never the token itself. */
export type TokenSource =
  | { readonly env: string }
  | { readonly file: string }
  | { readonly credential: string }
  /** In the user's keyring; `optional`: used if it is there, since nobody says whether there is to be one. */
  | { readonly keyring: true | 'optional' }
  | { readonly signIn: WrittenSignIn };

/** Whoever signs in at an OpenID provider gets the token. */
export interface WrittenSignIn {
  readonly issuer: string;
  /** What the provider calls this application. */
  readonly clientId: string;
  /** Beside those that every sign-in needs. */
  readonly scopes?: readonly string[];
  /** What the token is for, where the provider wants to know. */
  readonly audience?: string;
}

/** Seconds, 0 for no limit. */
export interface Timeouts {
  readonly connect: number;
  /** From the request sent to the first piece of the answer that a client can use. */
  readonly firstByte: number;
  /** Takes the place of `firstByte` for a streamed answer of a provider, as long as another connection could take over. */
  readonly handOver: number;
  /** Between two chunks. */
  readonly idle: number;
  readonly total: number;
  /** Until a request gets its turn, where only so many are sent at a time or the server says that its queue is full. */
  readonly queue: number;
}

/** What to do while a server is busy: wait for it, or ask another one if there is one. */
export type WhenBusy = 'wait' | 'spill';

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
  /** Path of the certificates of the only authority that may vouch for the server; undefined for those that Node knows. */
  readonly ca: string | undefined;
  /** Name that applications ask for -> name that the connection knows. */
  readonly models: Readonly<Record<string, string>>;
  readonly timeouts: Timeouts;
  /** Seconds that a request waits at most when the server asks for a pause; beyond it the next connection is asked. */
  readonly patience: number;
  readonly busy: WhenBusy;
  /** Requests that are sent at a time, 0 for no limit. */
  readonly concurrency: number;
  /** How long Ollama keeps a model loaded, in its own words (`10m`, `-1m` for ever), where the application can't say. */
  readonly keepAlive: string | undefined;
  /** Tokens of context that Ollama is asked for where the application can't say; undefined for its own default. */
  readonly contextLength: number | undefined;
}

/** Paths of a certificate and its key, in PEM. */
export interface TlsFiles {
  readonly certificate: string;
  readonly key: string;
}

/** How grave a line of the log is, the gravest first. */
export type LogLevel = 'error' | 'warn' | 'info' | 'debug';

/** Everything that can be configured. */
export interface Configuration {
  /** HOST:PORT */
  readonly listen: string;
  /** Names by which applications may call the broker, beside those of loopback. */
  readonly hosts: readonly string[];
  /** Origins of the web pages that may use it. */
  readonly origins: readonly string[];
  /** With what other machines are answered; undefined where none are. */
  readonly tls: TlsFiles | undefined;
  /** Whether a reverse proxy stands in front, which speaks TLS and passes requests of other machines on. */
  readonly proxy: boolean;
  /** Path of the file with applications' keys; undefined for the usual one. */
  readonly keys: string | undefined;
  /** `automatic`, `local`, `cloud` or a connection's id. */
  readonly route: string;
  /** Whether an answer that breaks off is taken up by another connection. */
  readonly continuation: boolean;
  /** The least important lines that the log has. */
  readonly logLevel: LogLevel;
  /** In order of preference. */
  readonly connections: readonly ConnectionSettings[];
}

/** A configuration as people write it: everything that has a default may be left out. */
export interface WrittenConfiguration {
  listen?: string;
  hosts?: string[];
  origins?: string[];
  tls?: TlsFiles;
  proxy?: boolean;
  keys?: string;
  route?: string;
  continuation?: boolean;
  logLevel?: LogLevel;
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
  ca?: string;
  models?: Record<string, string>;
  timeouts?: Partial<Timeouts>;
  patience?: number;
  busy?: WhenBusy;
  concurrency?: number;
  keepAlive?: string;
  contextLength?: number;
}

/** Where the broker listens unless told otherwise. */
export const defaultListen = '127.0.0.1:11435';

/**
 * A local server may load a model for minutes before it answers at all (Ollama gives up loading after five), so its
 * first byte is waited for; a provider answers soon or not at all.
 */
const defaultTimeouts: Record<Place, Timeouts> = {
  local: { connect: 5, firstByte: 600, handOver: 10, idle: 120, total: 0, queue: 600 },
  cloud: { connect: 5, firstByte: 60, handOver: 10, idle: 60, total: 0, queue: 60 },
};

const defaultPatience = 3;

/** Ollama keeps so many requests waiting before it turns one away (OLLAMA_MAX_QUEUE); a provider counts for itself. */
const defaultConcurrency: Record<Place, number> = { local: 512, cloud: 0 };

const defaultPlace: Record<Kind, Place> = {
  ollama: 'local',
  openai: 'local',
  anthropic: 'cloud',
  cloudtolocalllm: 'cloud',
  demo: 'local',
};

const defaultUrl: Record<Kind, string> = {
  ollama: 'http://127.0.0.1:11434',
  openai: '',
  anthropic: 'https://api.anthropic.com',
  cloudtolocalllm: 'https://api.cloudtolocalllm.online',
  demo: '',
};

/** The built-in stand-in for a model, so that a first start answers. */
export const demoConnection: WrittenConnection = { id: 'demo', name: 'Demo', kind: 'demo' };

/** A whole configuration from one that has been validated, with every default filled in. */
export function completed(written: WrittenConfiguration): Configuration {
  return {
    listen: written.listen ?? defaultListen,
    hosts: written.hosts ?? [],
    origins: written.origins ?? [],
    tls: written.tls,
    proxy: written.proxy ?? false,
    keys: written.keys,
    route: written.route ?? 'automatic',
    continuation: written.continuation ?? true,
    logLevel: written.logLevel ?? 'info',
    connections: (written.connections ?? []).map(completedConnection),
  };
}

function completedConnection(written: WrittenConnection): ConnectionSettings {
  const place = written.place ?? defaultPlace[written.kind];
  return {
    id: written.id,
    name: written.name ?? written.id,
    kind: written.kind,
    url: (written.url ?? defaultUrl[written.kind]).replace(/\/+$/, ''),
    place,
    enabled: written.enabled ?? true,
    token: written.token,
    ca: written.ca,
    models: written.models ?? {},
    timeouts: { ...defaultTimeouts[place], ...written.timeouts },
    patience: written.patience ?? defaultPatience,
    busy: written.busy ?? 'spill',
    concurrency: written.concurrency ?? defaultConcurrency[place],
    keepAlive: written.keepAlive,
    contextLength: written.contextLength,
  };
}
