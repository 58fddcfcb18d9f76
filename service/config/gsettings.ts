import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { childEnvironment } from '../childEnvironment.js';
import type { Configuration } from './configuration.js';
import { type ConfigurationError, SettingsUnavailable } from './errors.js';
import { parseGVariant, type Value } from './gvariant.js';
import { type Doubtful, withoutMisfits } from './misfits.js';

const run = promisify(execFile);

/** Of the settings as a whole. */
export const schema = 'org.gnome.shell.extensions.cloudtolocalllm';
/** Where dconf keeps them. */
export const folder = '/org/gnome/shell/extensions/cloudtolocalllm/';

/** Values by the names of their keys. */
export type Keys = Readonly<Record<string, Value>>;

/** Where dconf keeps a connection's. */
export const connectionFolder = (id: string): string => `${folder}connections/${id}/`;

/** Where a connection's settings are, as `gsettings` is told. */
export const connectionSchema = (id: string): string => `${schema}.connection:${connectionFolder(id)}`;

/** A command that takes longer hangs. Milliseconds. */
const patience = 5000;

/** How long after a change the settings are read: dconf tells of it before it has written. Milliseconds. */
const settleTime = 50;

/** Signals of a message bus, as far as is needed to hear of changes. */
export interface Signals {
  match(rule: string): Promise<void>;
  on(
    event: 'signal',
    listener: (signal: { readonly interface: string; readonly body: readonly unknown[] }) => void,
  ): unknown;
}

/**
 * The configuration in GSettings. It is read by the program `gsettings`, so that administrators' defaults and locks hold
 * and no library of GNOME's is loaded.
 *
 * @param environment of the session whose settings they are
 * @param leaveOut told of each thing that can't be used; without it the first such is an error
 * @throws {SettingsUnavailable} if there are no such settings here
 * @throws {ConfigurationError} if they don't make a configuration
 */
export async function readGSettings(
  environment: NodeJS.ProcessEnv,
  leaveOut?: (error: ConfigurationError) => void,
): Promise<Configuration> {
  const settings = await valuesOf(schema, environment);
  const connections = await Promise.all(
    (settings.connections as string[]).map(async (id) => ({
      id,
      ...(await valuesOf(connectionSchema(id), environment)),
    })),
  );
  return withoutMisfits(configurationIn(settings, connections), 'GSettings', leaveOut);
}

/**
 * What the keys of GSettings say, as a configuration has it.
 *
 * @param connections the keys of each, and its id
 */
export function configurationIn(settings: Keys, connections: readonly Keys[]): Doubtful {
  // An older schema that is still installed has none of these.
  const { 'allowed-hosts': hosts = [], 'allowed-origins': origins = [], 'log-level': logLevel = 'info' } = settings;
  const { route, continuation } = settings;
  const lists = { hosts: hosts as string[], origins: origins as string[], connections: connections.map(connectionIn) };
  return { route, continuation, logLevel, ...lists };
}

function connectionIn(keys: Keys): object {
  return {
    id: keys.id,
    name: keys.name === '' ? keys.id : keys.name,
    kind: keys.kind,
    ...(keys.kind === 'demo' ? {} : { url: keys.url }),
    place: keys.place,
    enabled: keys.enabled,
    token: tokenSource(keys),
    ...(keys['ca-file'] === '' ? {} : { ca: keys['ca-file'] }),
    models: keys.models,
    timeouts: {
      connect: keys['connect-timeout'],
      firstByte: keys['first-byte-timeout'],
      handOver: keys['hand-over-timeout'],
      idle: keys['idle-timeout'],
      total: keys['total-timeout'],
      queue: keys['queue-timeout'],
    },
    patience: keys.patience,
    busy: keys.busy,
    ...(Number(keys.concurrency) < 0 ? {} : { concurrency: keys.concurrency }),
    ...(keys['keep-alive'] === '' ? {} : { keepAlive: keys['keep-alive'] }),
    ...(Number(keys['context-length']) === 0 ? {} : { contextLength: keys['context-length'] }),
  };
}

/** A connection of Anthropic's can't do without a token; of any other, settings don't say whether it needs one. */
function tokenSource(keys: Keys): object | undefined {
  if (keys.kind === 'demo') return undefined;
  if (keys['sign-in-issuer'] === '') return { keyring: keys.kind === 'anthropic' ? true : 'optional' };
  return {
    signIn: {
      issuer: keys['sign-in-issuer'],
      clientId: keys['sign-in-client'],
      scopes: keys['sign-in-scopes'],
      ...(keys['sign-in-audience'] === '' ? {} : { audience: keys['sign-in-audience'] }),
    },
  };
}

/** Writes the route where it is kept. @throws {SettingsUnavailable} */
export async function keepRouteInGSettings(route: string, environment: NodeJS.ProcessEnv): Promise<void> {
  await gsettings(environment, 'set', schema, 'route', route);
}

/** Writes where it is kept whether a connection may be used. @throws {SettingsUnavailable} */
export async function keepEnabledInGSettings(
  id: string,
  enabled: boolean,
  environment: NodeJS.ProcessEnv,
): Promise<void> {
  await gsettings(environment, 'set', connectionSchema(id), 'enabled', String(enabled));
}

/** Calls back after the settings were changed, by whomever. */
export async function watchGSettings(signals: Signals, changed: () => void): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  signals.on('signal', ({ interface: name, body }) => {
    if (name !== 'ca.desrt.dconf.Writer' || !String(body[0]).startsWith(folder)) return;
    clearTimeout(timer);
    timer = setTimeout(changed, settleTime);
  });
  await signals.match(`type='signal',interface='ca.desrt.dconf.Writer',member='Notify',arg0path='${folder}'`);
}

/** All values of a schema, at a path if it has none of its own. @throws {SettingsUnavailable} */
export async function valuesOf(schemaAndPath: string, environment: NodeJS.ProcessEnv): Promise<Record<string, Value>> {
  const printed = await gsettings(environment, 'list-recursively', schemaAndPath);
  const lines = printed.split('\n').filter((line) => line !== '');
  return Object.fromEntries(
    lines.map((line) => {
      const [, key = '', value = ''] = /^\S+ (\S+) (.*)$/s.exec(line) ?? [];
      return [key, parseGVariant(value)];
    }),
  );
}

async function gsettings(environment: NodeJS.ProcessEnv, ...args: string[]): Promise<string> {
  try {
    // In other encodings it prints question marks for letters, and in other languages what is understood below.
    const env = { ...childEnvironment(environment), LC_ALL: 'C.UTF-8' };
    const { stdout } = await run('gsettings', args, { timeout: patience, encoding: 'utf8', env });
    return stdout;
  } catch (error) {
    const { code, stderr = '' } = error as { code?: string | number; stderr?: string };
    if (code === 'ENOENT') {
      throw new SettingsUnavailable('the program gsettings is missing (Debian’s package libglib2.0-bin has it)');
    }
    if (/no such schema/i.test(stderr)) {
      throw new SettingsUnavailable(
        `the settings schema ${schema} is not installed (npm run install:home installs it)`,
      );
    }
    throw new SettingsUnavailable(`gsettings ${args[0] ?? ''} failed: ${stderr.trim() || String(code)}`);
  }
}
