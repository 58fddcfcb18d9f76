// The service's D-Bus contract, as schemas/*.xml tell it. Plain data, so that tests can load it in Node.

/** The service's well-known name on the session bus. */
export const BUS_NAME = 'online.cloudtolocalllm.Broker';
/** The service's unit in the user's systemd. */
export const UNIT_NAME = 'cloudtolocalllm.service';
/** Where the service's ObjectManager is. */
export const ROOT_PATH = '/online/cloudtolocalllm';
/** The object that stands for the service as a whole. */
export const BROKER_PATH = '/online/cloudtolocalllm/Broker';
/** The interface of the object at {@link BROKER_PATH}. */
export const BROKER_INTERFACE = 'online.cloudtolocalllm.Broker1';
/** The interface of each connection's object. */
export const CONNECTION_INTERFACE = 'online.cloudtolocalllm.Connection1';

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

/** Something that was asked of the service and did not come true. */
export interface Failure {
  readonly action: 'start' | 'route' | 'setToken' | 'clearToken' | 'unlock' | 'signIn' | 'open' | 'signOut';
  /** What the bus or the service says of it; "" if it just took too long. */
  readonly reason: string;
}

/** One connection at one moment. */
export interface ConnectionSnapshot {
  readonly path: string;
  readonly id: string;
  readonly name: string;
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

/** Everything that the user interface shows of the service, at one moment. */
export interface BrokerSnapshot {
  readonly presence: Presence;
  readonly failure: Failure | null;
  readonly state: BrokerState;
  readonly route: string;
  /** Object path of the connection that would serve the next request, "/" for none. */
  readonly activeConnection: string;
  readonly address: string;
  readonly connections: readonly ConnectionSnapshot[];
}
