import type { ConnectionSettings, WrittenConnection } from '../config/configuration.js';
import { ConfigurationError } from '../config/errors.js';
import { builtInConfiguration } from '../config/source.js';
import { isLoopback, validated, withoutBrackets } from '../config/validate.js';
import type { OldFile, OldServer } from './oldFiles.js';

/** Something that taking over an old installation does. */
export type Step =
  | { readonly kind: 'connection'; readonly settings: ConnectionSettings; readonly before: boolean }
  | {
      readonly kind: 'token';
      readonly owner: { readonly id: string; readonly name: string; readonly origin: string };
      readonly file: string;
      readonly token: string;
    }
  /** An entry that starts the old daemon at login, by its path. */
  | { readonly kind: 'autostart'; readonly path: string }
  /** A unit that does. */
  | { readonly kind: 'unit'; readonly unit: string };

/** What is to be done, what is there already, and what couldn't be understood. */
export interface Plan {
  readonly steps: readonly Step[];
  readonly there: readonly string[];
  /** Connections whose server wants a token, of which the old files have none. */
  readonly tokenless: readonly { readonly id: string; readonly name: string }[];
  readonly problems: readonly string[];
}

/** What starts the old program by itself. */
export interface OldStart {
  readonly autostart: readonly string[];
  readonly units: readonly string[];
}

/**
 * What it takes to go on where an old installation ended. Made from what is there now: once it was done, nothing is left to
 * do. Changes nothing, so that it can be shown before somebody consents.
 *
 * @param connections that are configured now
 */
export function plan(files: readonly OldFile[], connections: readonly ConnectionSettings[], starts: OldStart): Plan {
  const steps: Step[] = [];
  const there: string[] = [];
  const tokenless: { id: string; name: string }[] = [];
  const problems = files.flatMap((file) => file.problems);
  const known = [...connections];
  for (const server of merged(files.flatMap((file) => file.servers))) {
    let settings = known.find((one) => one.kind === kinds[server.role] && sameAddress(one.url, server.url));
    if (settings === undefined) {
      try {
        settings = settingsOf(server, known);
      } catch (error) {
        if (!(error instanceof ConfigurationError)) throw error;
        problems.push(
          `${server.file}: ${server.role === 'local' ? 'the local Ollama' : 'the cloud proxy'} can’t be taken over: its address ${error.expectation}`,
        );
        continue;
      }
      known.push(settings);
      if (server.role === 'cloud' && server.token === undefined) {
        tokenless.push({ id: settings.id, name: settings.name });
      }
      steps.push({ kind: 'connection', settings, before: server.role === 'local' && isBuiltIn(connections) });
    } else {
      there.push(settings.name);
    }
    const { id, name, url } = settings;
    if (server.token !== undefined) {
      const owner = { id, name, origin: new URL(url).origin };
      steps.push({ kind: 'token', owner, file: server.file, token: server.token });
    }
  }
  return {
    steps: [
      ...steps,
      ...starts.autostart.map((path) => ({ kind: 'autostart', path }) as const),
      ...starts.units.map((unit) => ({ kind: 'unit', unit }) as const),
    ],
    there,
    tokenless,
    problems,
  };
}

const kinds = { local: 'ollama', cloud: 'cloudtolocalllm' } as const;

/** Each server once, as the first says that names it; a cloud proxy that nobody had ever set up is none. */
function merged(servers: readonly OldServer[]): OldServer[] {
  const found: OldServer[] = [];
  for (const server of servers) {
    if (server.role === 'cloud' && !server.enabled && server.token === undefined) continue;
    const at = found.findIndex((one) => one.role === server.role && sameAddress(one.url, server.url));
    const before = found[at];
    if (before === undefined) found.push(server);
    else if (server.token !== undefined) found[at] = { ...before, token: server.token, file: server.file };
  }
  // The local one was always asked first.
  return found.sort((one, other) => Number(one.role === 'cloud') - Number(other.role === 'cloud'));
}

/** @throws {ConfigurationError} */
function settingsOf(server: OldServer, known: readonly ConnectionSettings[]): ConnectionSettings {
  const { role, url, enabled, patience } = server;
  const written: WrittenConnection = {
    id: freeId(role === 'local' ? 'ollama' : 'cloud', known),
    name: nameOf(server),
    kind: kinds[role],
    url,
    enabled,
    ...(role === 'cloud' ? { token: { keyring: 'optional' as const } } : {}),
    ...(patience === undefined ? {} : { timeouts: { firstByte: patience } }),
  };
  const [settings] = validated({ connections: [written] }, server.file).connections as readonly [ConnectionSettings];
  return settings;
}

function nameOf({ role, url }: OldServer): string {
  if (role === 'cloud') return 'CloudToLocalLLM Cloud';
  const host = URL.canParse(url) ? withoutBrackets(new URL(url).hostname) : '';
  return host === '' || isLoopback(host) ? 'Local Ollama' : `Ollama on ${host}`;
}

function freeId(base: string, known: readonly ConnectionSettings[]): string {
  const taken = new Set(known.map(({ id }) => id));
  for (let number = 1; ; number += 1) {
    const id = number === 1 ? base : `${base}_${number}`;
    if (!taken.has(id)) return id;
  }
}

/** Whether two addresses lead to the same server, by whatever name this machine is called. */
function sameAddress(one: string, other: string): boolean {
  return canonical(one) === canonical(other);
}

function canonical(text: string): string {
  if (!URL.canParse(text)) return text;
  const url = new URL(text);
  const host = isLoopback(withoutBrackets(url.hostname)) ? 'localhost' : url.hostname;
  return `${url.protocol}//${host}:${url.port || (url.protocol === 'https:' ? '443' : '80')}${url.pathname.replace(/\/+$/, '')}`;
}

/** Whether nobody has configured anything yet. */
function isBuiltIn(connections: readonly ConnectionSettings[]): boolean {
  const [only, ...others] = connections;
  const [usual] = builtInConfiguration.connections;
  return only !== undefined && others.length === 0 && only.id === usual?.id && only.url === usual.url;
}
