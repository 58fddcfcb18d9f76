import type { Configuration } from '../config/configuration.js';
import type { TokenState } from '../connections/credentials.js';

/** How the program was installed, which decides by what it is put right. */
export interface Installation {
  readonly way: 'home' | 'appimage' | 'package';
  /** Whose packages this machine has; undefined for others than these. */
  readonly distribution: 'debian' | 'fedora' | 'arch' | undefined;
}

/** A systemd unit, in systemd's own words (systemctl(1), `show`). */
export interface Unit {
  /** `loaded`, `not-found`, `masked`, … */
  readonly load: string;
  /** `active`, `inactive`, `failed`, … */
  readonly active: string;
  /** Whether it starts by itself: `enabled`, `disabled`, `static`, …; '' where that has no meaning. */
  readonly enabled: string;
  /** How it ended last: `success`, `exit-code`, `watchdog`, … */
  readonly result: string;
  /** Its files have changed since systemd has read them. */
  readonly stale: boolean;
}

/** What systemd's user manager tells, or why it can't be asked. */
export type Units =
  | { readonly problem: string }
  | {
      readonly socket: Unit;
      readonly service: Unit;
      /** HOST:PORT and paths on which the socket unit listens. */
      readonly listens: readonly string[];
      /** The manager's environment, which is the broker's. */
      readonly environment: Readonly<Record<string, string | undefined>>;
    };

/** Of what /broker/status tells, what is looked at. */
export interface Status {
  readonly version: string;
  readonly address: string;
  readonly connections: readonly ConnectionFact[];
}

/** A connection as the broker tells of it. */
export interface ConnectionFact {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly place: string;
  readonly enabled: boolean;
  readonly state: string;
  readonly latency: number;
  readonly models: readonly string[];
  readonly lastError: string | null;
  readonly nextTry: string | null;
  readonly tokenState: TokenState;
}

/** The session bus. `address`: there is one, but it can't be reached. */
export type BusFact =
  | { readonly state: 'none' }
  | { readonly state: 'unreachable'; readonly problem: string }
  | { readonly state: 'reachable'; readonly broker: boolean; readonly activatable: boolean };

/** GNOME Shell and our extension in it; `undefined` where no shell runs. */
export interface ShellFact {
  readonly version: string;
  /** Whether extensions are switched on at all. */
  readonly extensionsOn: boolean;
  readonly extension:
    | undefined
    | {
        /** As GNOME Shell counts (ExtensionState of its js/misc/extensionUtils.js). */
        readonly state: number;
        readonly enabled: boolean;
        readonly error: string;
        /** '' where its metadata don't say. */
        readonly version: string;
      };
  /** Whether its files are there, for a shell that has not looked since. */
  readonly files: boolean;
}

/** Settings: what they say, and which parts of them can't be used; or why they can't be read. */
export type SettingsFact =
  { readonly problem: string } | { readonly configuration: Configuration; readonly misfits: readonly string[] };

/** The keyring, and why it can't be used now, '' if it can. */
export interface KeyringFact {
  readonly state: 'unlocked' | 'locked' | 'unavailable';
  readonly problem: string;
}

/** Who listens on a port, as far as this user may know. */
export interface Listener {
  /** Our own user's process, or somebody else's. */
  readonly own: boolean;
  readonly pid: number | undefined;
  readonly program: string | undefined;
}

/** The clock; both undefined where they couldn't be found out. */
export interface ClockFact {
  /** Whether the network keeps it right. */
  readonly synchronized: boolean | undefined;
  /** Seconds by which it is behind (or, below zero, ahead of) a server whose certificate holds, and that server's name. */
  readonly behind: { readonly seconds: number; readonly host: string } | undefined;
}

/** All that is looked at, once. */
export interface Facts {
  readonly installation: Installation;
  /** Of the command itself. */
  readonly version: string;
  readonly node: string;
  readonly units: Units;
  /** What the broker answers, or why it doesn't. */
  readonly broker: { readonly status: Status } | { readonly problem: string };
  readonly bus: BusFact;
  readonly settings: SettingsFact;
  readonly shell: ShellFact | undefined;
  readonly keyring: KeyringFact;
  readonly clock: ClockFact;
  /** Of this process, to be compared with the broker's. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** By port. */
  readonly listeners: ReadonlyMap<number, Listener>;
  /** Whether this machine has a unit that runs Ollama. */
  readonly ollamaUnit: boolean;
}
