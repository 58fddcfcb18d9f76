// The service's D-Bus contract, as schemas/*.xml tell it. Plain data, so that tests can load it in Node.

/** The service's well-known name on the session bus. */
export const BUS_NAME = 'online.cloudtolocalllm.Broker';
/** The service's unit in the user's systemd. */
export const UNIT_NAME = 'cloudtolocalllm.service';
/** The unit whose sockets the service answers at, and which starts it. */
export const SOCKET_NAME = 'cloudtolocalllm.socket';
/** Where the service's ObjectManager is. */
export const ROOT_PATH = '/online/cloudtolocalllm';
/** The object that stands for the service as a whole. */
export const BROKER_PATH = '/online/cloudtolocalllm/Broker';
/** The interface of the object at {@link BROKER_PATH}. */
export const BROKER_INTERFACE = 'online.cloudtolocalllm.Broker1';
/** The interface of each connection's object. */
export const CONNECTION_INTERFACE = 'online.cloudtolocalllm.Connection1';

/** The interface of each pull's object. */
export const PULL_INTERFACE = 'online.cloudtolocalllm.Pull1';
/** The unit of Ollama's own installer, and of distributions' packages. */
export const OLLAMA_UNIT = 'ollama.service';

/** What a connection speaks. */
export type Kind = 'ollama' | 'openai' | 'anthropic' | 'cloudtolocalllm' | 'demo';

/** Where a connection's server is: the person's own, or a provider's. */
export type Place = 'local' | 'cloud';

/** What the service says about its connections as a whole. */
export type BrokerState = 'connected' | 'partial' | 'connecting' | 'disconnected';

/** What the service says about one connection. */
export type ConnectionState =
  'connected' | 'connecting' | 'unreachable' | 'refused' | 'limited' | 'cooling' | 'disabled';

/**
 * What the service knows of a connection's credentials. `none`: there are none, and none are needed; `locked`: they are in
 * the keyring, which is; `expired` and `refused`: somebody signed in, and that couldn't be renewed or the provider has ended it.
 */
export type TokenState = 'none' | 'stored' | 'missing' | 'locked' | 'expired' | 'refused';

/** Where a connection's token comes from: the keyring, signing in, or what only a configuration file can name. */
export type TokenSource = 'keyring' | 'signIn' | 'fixed';

/** What a connection's SignIn says while a sign-in waits for the person; any other text is why the last one failed. */
export const SIGN_IN_WAITS = 'waiting';

/** Where a person signs in. */
export interface Invitation {
  /** To be opened in a browser. */
  readonly url: string;
  /** To be entered there, "" if nothing is. */
  readonly code: string;
}

/**
 * Whether there is a service to talk to: not known yet, not installed, installed but not running, being started,
 * running, or running without answering.
 */
export type Presence = 'unknown' | 'absent' | 'stopped' | 'starting' | 'running' | 'silent';

/** Something that was asked of the service, or of systemd, and did not come true. */
export interface Failure {
  readonly action:
    | 'start'
    | 'restart'
    | 'route'
    | 'enable'
    | 'test'
    | 'setToken'
    | 'clearToken'
    | 'unlock'
    | 'signIn'
    | 'open'
    | 'signOut'
    | 'pull'
    | 'cancelPull'
    | 'unload'
    | 'startOllama';
  /** What the bus or the service says of it; "" if it just took too long. */
  readonly reason: string;
}

/** A model in a server's memory. */
export interface LoadedModel {
  readonly name: string;
  /** Bytes it takes in all. */
  readonly size: number;
  /** Bytes of these that are the graphics card's. */
  readonly vram: number;
  /** When it goes by itself: seconds since 1970, 0 for never. */
  readonly expires: number;
}

/** One connection at one moment. The same object as before as long as nothing of it has changed. */
export interface ConnectionSnapshot {
  readonly path: string;
  readonly id: string;
  readonly name: string;
  readonly kind: Kind;
  readonly place: Place;
  /** What the server says its version is, "" if it doesn't. */
  readonly version: string;
  /** Names of the models it has. */
  readonly models: readonly string[];
  readonly loaded: readonly LoadedModel[];
  readonly enabled: boolean;
  readonly state: ConnectionState;
  /** Milliseconds, 0 when not measured yet. */
  readonly latency: number;
  readonly lastError: string;
  /** While it is left alone: when it is tried again. Seconds since 1970, else 0. */
  readonly nextTry: number;
  readonly tokenState: TokenState;
  readonly tokenSource: TokenSource;
  /** Who is signed in, as the provider calls them, "" if nobody is. */
  readonly account: string;
  /** "" where no sign-in is under way, {@link SIGN_IN_WAITS}, or why the last one failed. */
  readonly signIn: string;
}

/** A model that a server fetches, or fetched until less than a minute ago. The same object as before if nothing has changed. */
export interface PullSnapshot {
  readonly path: string;
  /** Id of the connection whose server it is. */
  readonly connection: string;
  readonly model: string;
  readonly state: 'running' | 'done' | 'failed' | 'cancelled';
  /** What the server says it does, in its words. */
  readonly step: string;
  /** Bytes; a total of 0 isn't known yet. */
  readonly completed: number;
  readonly total: number;
  /** Why it failed, else "". */
  readonly error: string;
}

/** A server of models that was found on this machine, and no connection names. */
export interface FoundServer {
  readonly kind: Kind;
  readonly name: string;
  /** As a connection's settings want it. */
  readonly url: string;
  /** How many models it has. */
  readonly models: number;
}

/** How a connection does, after it was asked to be tried. */
export interface TestResult {
  readonly state: ConnectionState;
  /** Milliseconds. */
  readonly latency: number;
  /** What is wrong, "" if nothing is. */
  readonly error: string;
}

/** Whose systemd has Ollama's unit, if any has: "" until somebody looked, and where there is none. */
export type UnitOwner = '' | 'user' | 'system';

/** Everything that the user interface shows of the service, at one moment. */
export interface BrokerSnapshot {
  readonly presence: Presence;
  readonly failure: Failure | null;
  readonly state: BrokerState;
  readonly route: string;
  /** Object path of the connection that would serve the next request, "/" for none. */
  readonly activeConnection: string;
  readonly address: string;
  /** The service's version, "" while it doesn't run. */
  readonly version: string;
  readonly requestsInFlight: number;
  /** Path of the configuration file that is in force, "" if the settings are. */
  readonly configurationFile: string;
  /** What of the configuration was left out, and why. */
  readonly problems: readonly string[];
  /** In order of preference. */
  readonly connections: readonly ConnectionSnapshot[];
  /** In the order in which they began. */
  readonly pulls: readonly PullSnapshot[];
  readonly ollamaUnit: UnitOwner;
}
