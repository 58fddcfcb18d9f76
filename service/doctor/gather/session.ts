import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import metadata from '../../../metadata.json';
import { Bus, BusUnavailable, variant } from '../../dbus/bus.js';
import { busName } from '../../dbus/objects.js';
import { KeyringError } from '../../secrets/errors.js';
import { Keyring } from '../../secrets/keyring.js';
import type { BusFact, KeyringFact, ShellFact } from '../facts.js';

/** What the session bus tells. */
export interface Session {
  readonly bus: BusFact;
  readonly shell: ShellFact | undefined;
  readonly keyring: KeyringFact;
}

/** Answers take no longer. Milliseconds. */
const patience = 5000;

const { uuid } = metadata;

const daemon = 'org.freedesktop.DBus';

/** Asks the session bus for all that is on it. @param answers whether the broker answers applications */
export async function lookAtSession(environment: NodeJS.ProcessEnv, answers: boolean): Promise<Session> {
  const address = environment.DBUS_SESSION_BUS_ADDRESS;
  const nothing = { shell: undefined, keyring: { state: 'unavailable', problem: '' } } as const;
  if (address === undefined) return { bus: { state: 'none' }, ...nothing };
  let bus: Bus;
  try {
    bus = await Bus.connect(address);
  } catch (error) {
    if (!(error instanceof BusUnavailable)) throw error;
    return { bus: { state: 'unreachable', problem: error.message }, ...nothing };
  }
  try {
    return {
      bus: await lookForBroker(bus, answers),
      shell: await lookAtShell(bus, environment),
      keyring: await lookAtKeyring(bus),
    };
  } finally {
    await bus.close();
  }
}

async function lookForBroker(bus: Bus, answers: boolean): Promise<BusFact> {
  const target = { path: '/org/freedesktop/DBus', interface: daemon };
  const names = (await bus.call(daemon, { ...target, member: 'ListActivatableNames' })) as string[];
  const owned = Boolean(await bus.call(daemon, { ...target, member: 'NameHasOwner' }, 's', busName));
  // One that has just been started takes its name a moment after it answers: the bus waits for that.
  const broker = owned || (answers && (await pinged(bus)));
  return { state: 'reachable', broker, activatable: names.includes(busName) };
}

async function pinged(bus: Bus): Promise<boolean> {
  const target = { path: '/', interface: 'org.freedesktop.DBus.Peer', member: 'Ping', limit: patience };
  return bus.call(busName, target).then(
    () => true,
    // Somebody has the name and knows no Ping there, or nobody has it.
    (error: unknown) =>
      !/ServiceUnknown|NameHasNoOwner|Spawn|NoReply|Timeout/i.test(String((error as { dbusName?: string }).dbusName)),
  );
}

async function lookAtShell(bus: Bus, environment: NodeJS.ProcessEnv): Promise<ShellFact | undefined> {
  const name = 'org.gnome.Shell';
  const target = { path: '/org/gnome/Shell', limit: patience };
  const extensions = 'org.gnome.Shell.Extensions';
  const get = { ...target, interface: 'org.freedesktop.DBus.Properties', member: 'Get' };
  try {
    const running = { path: '/org/freedesktop/DBus', interface: daemon, member: 'NameHasOwner' };
    if (!(await bus.call(daemon, running, 's', name))) return undefined;
    const [version, extensionsOn, info] = await Promise.all([
      bus.call(name, get, 'ss', extensions, 'ShellVersion'),
      bus.call(name, get, 'ss', extensions, 'UserExtensionsEnabled'),
      bus.call(name, { ...target, interface: extensions, member: 'GetExtensionInfo' }, 's', uuid),
    ]);
    return {
      version: String(version),
      extensionsOn: extensionsOn === true,
      extension: extensionFrom(info as Readonly<Record<string, unknown>>),
      files: extensionFolders(environment).some((folder) => existsSync(join(folder, uuid, 'metadata.json'))),
    };
  } catch (error) {
    // It ends, or hangs: then it shows nothing.
    if ((error as { dbusName?: string }).dbusName === undefined) throw error;
    return undefined;
  }
}

/** What GNOME Shell tells of an extension; of one that it doesn't know, nothing but empty values. */
function extensionFrom(info: Readonly<Record<string, unknown>>): ShellFact['extension'] {
  if (info.uuid !== uuid) return undefined;
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  return {
    state: Number(info.state),
    enabled: info.enabled === true,
    error: text(info.error),
    version: text(info['version-name']),
  };
}

function extensionFolders(environment: NodeJS.ProcessEnv): string[] {
  const data = environment.XDG_DATA_HOME ?? join(environment.HOME ?? homedir(), '.local/share');
  const system = environment.XDG_DATA_DIRS ?? '/usr/local/share:/usr/share';
  return [data, ...system.split(':')].map((folder) => join(folder, 'gnome-shell/extensions'));
}

async function lookAtKeyring(bus: Bus): Promise<KeyringFact> {
  const keyring = new Keyring({ bus, variant, limits: { call: patience, prompt: patience } });
  try {
    // Whatever is looked for: an answer tells that it is open.
    const found = await keyring.state({ connection: 'doctor', type: 'token', origin: 'https://localhost' });
    const { state } = found;
    if (state === 'stored' || state === 'absent') return { state: 'unlocked', problem: '' };
    return { state, problem: found.problem };
  } catch (error) {
    if (!(error instanceof KeyringError)) throw error;
    return { state: 'unavailable', problem: error.message };
  } finally {
    keyring.close();
  }
}
