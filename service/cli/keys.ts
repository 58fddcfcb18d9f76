import type { Configuration } from '../config/configuration.js';
import { SettingsUnavailable } from '../config/errors.js';
import { readConfigurationFile } from '../config/file.js';
import { readGSettings } from '../config/gsettings.js';
import { KeyRefused } from '../keys/errors.js';
import { changeKeyFile, defaultKeyFile, readKeyFile } from '../keys/file.js';
import { hashOf, type KeyRecord, newKey } from '../keys/key.js';
import type { Log } from '../telemetry/log.js';
import type { KeyCreate, KeyList, KeyRevoke } from './arguments.js';

type Print = (text: string) => void;

/** `key create`. @throws {KeyFileError | KeyRefused | ConfigurationError} */
export async function create(
  { key: name, connections, rate, config }: KeyCreate,
  environment: NodeJS.ProcessEnv,
  print: Print,
  log: Log,
): Promise<void> {
  if (connections.length > 0) checkIds(connections, await configurationOf(config, environment));
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name)) {
    throw new KeyRefused(
      `"${name}" can't be a name: it has letters, digits, dots, hyphens and underscores, at most 64`,
    );
  }
  const path = fileOf(config, environment);
  const key = newKey();
  changeKeyFile(path, (keys) => {
    if (keys.some((one) => one.name === name)) {
      throw new KeyRefused(`there is a key with the name "${name}" already; key revoke ${name} takes it back`);
    }
    const record: KeyRecord = {
      name,
      hash: hashOf(key),
      ...(connections.length === 0 ? {} : { connections }),
      ...(rate === undefined ? {} : { rate }),
      created: new Date().toISOString(),
    };
    return [...keys, record];
  });
  print(`${key}\n`);
  log.info('This key is shown once; what is kept can’t be turned back into it.');
}

/** `key list`. @throws {KeyFileError | ConfigurationError} */
export function list({ json, config }: KeyList, environment: NodeJS.ProcessEnv, print: Print): void {
  const keys = readKeyFile(fileOf(config, environment));
  if (!json) {
    print(keys.map((one) => `${printedKey(one)}\n`).join(''));
    return;
  }
  const told = keys.map(({ name, connections = null, rate = null, created }) => ({ name, connections, rate, created }));
  print(`${JSON.stringify(told, undefined, 2)}\n`);
}

/** `key revoke`. @throws {KeyFileError | KeyRefused | ConfigurationError} */
export function revoke({ key: name, config }: KeyRevoke, environment: NodeJS.ProcessEnv): void {
  const path = fileOf(config, environment);
  // A file that isn't there isn't made for this.
  if (!readKeyFile(path).some((one) => one.name === name)) throw new KeyRefused(`there is no key "${name}" in ${path}`);
  changeKeyFile(path, (keys) => keys.filter((one) => one.name !== name));
}

function printedKey({ name, connections, rate, created }: KeyRecord): string {
  const reach = connections === undefined ? 'all connections' : connections.join(', ');
  const limit = rate === undefined ? '' : `, ${rate} requests a minute`;
  return `${name}: ${reach}${limit}, made on ${created.slice(0, 10)}`;
}

/** GSettings have no place for the keys' file: there it is always the usual one. */
function fileOf(config: string | undefined, environment: NodeJS.ProcessEnv): string {
  const named = config === undefined ? undefined : readConfigurationFile(config).keys;
  return named ?? defaultKeyFile(environment);
}

/** What the broker is configured with; undefined where nothing tells that. */
async function configurationOf(
  config: string | undefined,
  environment: NodeJS.ProcessEnv,
): Promise<Configuration | undefined> {
  if (config !== undefined) return readConfigurationFile(config);
  try {
    return await readGSettings(environment, () => undefined);
  } catch (error) {
    if (error instanceof SettingsUnavailable) return undefined;
    throw error;
  }
}

function checkIds(wanted: readonly string[], configuration: Configuration | undefined): void {
  if (configuration === undefined) return;
  const ids = configuration.connections.map(({ id }) => id);
  const unknown = wanted.find((id) => !ids.includes(id));
  if (unknown === undefined) return;
  throw new KeyRefused(`there is no connection "${unknown}"; there are ${ids.join(', ') || 'none'}`);
}
