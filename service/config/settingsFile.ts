import { isObject } from '../dialects/fields.js';
import { ConfigurationError } from './errors.js';
import { configurationIn, type Keys } from './gsettings.js';
import { misfitOfJson } from './json.js';
import { connectionKeys, defaultsOf, expected, settingsKeys, type Shape } from './settingsSchema.js';
import { validated } from './validate.js';

/** The form of the files that this version writes and reads (docs/settings-file.md). */
export const form = 1;

/** Keys that aren't in files: what is no choice of a person's, and the list of ids, whose place the connections take. */
const omitted: readonly string[] = ['connections', 'ask-model', 'told-versions', 'preferences-page', 'offer-takeover'];

/** All settings of a desktop, without secrets. */
export interface Settings {
  readonly settings: Keys;
  /** In order of preference, each with its `id`. */
  readonly connections: readonly (Keys & { readonly id: string })[];
}

/** Keys of the settings as a whole that are in files. */
export const chosenKeys = Object.fromEntries(Object.entries(settingsKeys).filter(([key]) => !omitted.includes(key)));

/** Settings as a file has them. */
export function settingsText({ settings, connections }: Settings, version: string): string {
  const kept = Object.entries(settings).filter(([key]) => key in chosenKeys);
  const file = {
    cloudtolocalllm: form,
    version,
    settings: withoutSecrets(Object.fromEntries(kept)),
    connections: connections.map(({ id, ...values }) => ({ id, ...withoutSecrets(values) })),
  };
  return `${JSON.stringify(file, undefined, 2)}\n`;
}

/**
 * The settings that a file holds, all of them checked.
 *
 * @param source the file's name, for messages
 * @throws {ConfigurationError} that names the first thing that doesn't fit
 */
export function settingsFrom(text: string, source: string): Settings {
  const refuse = (path: string, expectation: string): never => {
    throw new ConfigurationError(source, path, expectation);
  };
  const file = parsed(text, source);
  if (!isObject(file) || !isForm(file.cloudtolocalllm)) {
    return refuse('cloudtolocalllm', 'is missing: this is no file with settings of CloudToLocalLLM');
  }
  const { cloudtolocalllm: written, version, settings = {}, connections = [], ...others } = file;
  // A newer form may mean something else by what looks the same.
  if (written !== form) {
    const by = typeof version === 'string' ? `, ${version},` : '';
    return refuse('', `a newer version${by} wrote it, in a form later than ${form}; update first`);
  }
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) refuse(unknown, `unknown key; known here are ${fileKeys.join(', ')}`);
  if (!Array.isArray(connections)) return refuse('connections', 'must be a list');
  const checked = (values: unknown, known: Readonly<Record<string, Shape>>, path: string): Keys => {
    if (!isObject(values)) return refuse(path, 'must be an object');
    for (const [key, value] of Object.entries(values)) {
      const shape = Object.hasOwn(known, key) ? known[key] : undefined;
      if (shape === undefined) {
        return refuse(`${path}/${key}`, `unknown key; known here are ${Object.keys(known).join(', ')}`);
      }
      const expectation = expected(value, shape);
      if (expectation !== undefined) refuse(`${path}/${key}`, expectation);
    }
    return values as Keys;
  };
  const taken = {
    settings: checked(settings, chosenKeys, 'settings'),
    connections: connections.map((one: unknown, index) => {
      const path = `connections/${index}`;
      if (!isObject(one)) return refuse(path, 'must be an object');
      const { id, ...values } = one;
      if (typeof id !== 'string') return refuse(`${path}/id`, 'must be a text');
      return { ...checked(values, connectionKeys, path), id };
    }),
  };
  checkMeaning(taken, source);
  return taken;
}

/** Ids, addresses, names, time limits, the route: as the broker itself would read them. */
function checkMeaning({ settings, connections }: Settings, source: string): void {
  const [usual, usualOfConnection] = [defaultsOf(settingsKeys), defaultsOf(connectionKeys)];
  try {
    const filled = connections.map((values) => ({ ...usualOfConnection, ...values }));
    validated(configurationIn({ ...usual, ...settings }, filled), source);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    throw new ConfigurationError(source, pathInFile(error.path), error.expectation);
  }
}

/** What a configuration calls otherwise than GSettings. */
const keysOfPaths: Readonly<Record<string, string>> = {
  'timeouts/connect': 'connect-timeout',
  'timeouts/firstByte': 'first-byte-timeout',
  'timeouts/handOver': 'hand-over-timeout',
  'timeouts/idle': 'idle-timeout',
  'timeouts/total': 'total-timeout',
  'timeouts/queue': 'queue-timeout',
  'token/signIn/issuer': 'sign-in-issuer',
  'token/signIn/clientId': 'sign-in-client',
  'token/signIn/scopes': 'sign-in-scopes',
  keepAlive: 'keep-alive',
};

/** The path of a configuration's part in a settings file. */
function pathInFile(path: string): string {
  const [, connection, part = ''] = /^(connections\/\d+\/)(.+)$/.exec(path) ?? [];
  if (connection === undefined) return `settings/${path.replace(/^(hosts|origins)/, 'allowed-$1')}`;
  const [name, key] = Object.entries(keysOfPaths).find(([one]) => part === one || part.startsWith(`${one}/`)) ?? [
    '',
    '',
  ];
  return `${connection}${key}${part.slice(name.length)}`;
}

const fileKeys = ['cloudtolocalllm', 'version', 'settings', 'connections'];

function isForm(value: unknown): boolean {
  return Number.isInteger(value) && Number(value) >= form;
}

function parsed(text: string, source: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ConfigurationError(source, '', misfitOfJson(text, error));
  }
}

/** Nothing secret belongs into settings, but `gsettings` takes any address. */
function withoutSecrets(values: Keys): Keys {
  const clean = (value: Keys[string]): Keys[string] =>
    typeof value === 'string' ? value.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/?#]*@/i, '$1') : value;
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, clean(value)]));
}
