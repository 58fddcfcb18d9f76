import { resolve } from 'node:path';
import { type Configuration, type WrittenConnection, completed, demoConnection } from './configuration.js';
import type { ConfigurationError } from './errors.js';
import { readConfigurationFile, watchFile } from './file.js';
import {
  keepEnabledInGSettings,
  keepRouteInGSettings,
  readGSettings,
  type Signals,
  watchGSettings,
} from './gsettings.js';

/** Where the configuration comes from, and where is kept what was chosen since. */
export interface ConfigurationSource {
  /** Path of the file that it is, '' if it is none. */
  readonly file: string;
  /** Reads it. @throws {ConfigurationError | SettingsUnavailable} */
  read(): Promise<Configuration>;
  /** Calls back when it may have changed. `signals` are those of the session bus, if there is one. */
  follow(signals: Signals | undefined, changed: () => void): Promise<void>;
  /** Keeps a route for the next start. */
  keepRoute(route: string): Promise<void>;
  /** Keeps for the next start whether a connection may be used. */
  keepEnabled(id: string, enabled: boolean): Promise<void>;
}

/** A file that the user names. It is never written to. */
export function fileSource(path: string): ConfigurationSource {
  return {
    file: resolve(path),
    read: () => Promise.resolve().then(() => readConfigurationFile(path)),
    follow: (_signals, changed) => {
      watchFile(path, changed);
      return Promise.resolve();
    },
    keepRoute: () => Promise.resolve(),
    keepEnabled: () => Promise.resolve(),
  };
}

/**
 * GSettings.
 *
 * @param environment of the session whose settings they are
 * @param leaveOut told of what can't be used at the first reading; at later ones that is an error, and what was in force
 *   before stays
 */
export function gsettingsSource(
  environment: NodeJS.ProcessEnv,
  leaveOut: (error: ConfigurationError) => void,
): ConfigurationSource {
  let found = false;
  return {
    file: '',
    read: async () => {
      const configuration = await readGSettings(environment, found ? undefined : leaveOut);
      found = true;
      return configuration;
    },
    follow: async (signals, changed) => {
      if (signals) await watchGSettings(signals, changed);
    },
    // Where there are no such settings, a route lasts as long as the broker.
    keepRoute: (route) => (found ? keepRouteInGSettings(route, environment) : Promise.resolve()),
    keepEnabled: (id, enabled) => (found ? keepEnabledInGSettings(id, enabled, environment) : Promise.resolve()),
  };
}

const localOllama: WrittenConnection = { id: 'ollama', name: 'Local Ollama', kind: 'ollama' };

/** What is in force where nothing is configured: the Ollama of this machine. */
export const builtInConfiguration: Configuration = completed({ connections: [localOllama] });

/** A configuration with the demo after all its connections, unless it has one. */
export function withDemo(configuration: Configuration): Configuration {
  const { connections } = configuration;
  if (connections.some(({ id, kind }) => kind === 'demo' || id === demoConnection.id)) return configuration;
  return {
    ...configuration,
    connections: [...connections, ...completed({ connections: [demoConnection] }).connections],
  };
}
