import { readFile } from 'node:fs/promises';
import { KeyringError } from './errors.js';
import type { Keyring } from './keyring.js';

/** What programs that keep secrets are called, by their process's name. */
const programs: Readonly<Record<string, string>> = {
  'gnome-keyring-d': 'GNOME Keyring',
  kwalletd5: 'KWallet',
  kwalletd6: 'KWallet',
  ksecretd: 'KWallet',
  keepassxc: 'KeePassXC',
  'oo7-daemon': 'oo7',
};

/** What calls methods on the session bus. */
interface Caller {
  call(destination: string, target: object, signature: string, ...body: unknown[]): Promise<unknown>;
}

/** Which program is the keyring and how that is, in words. Nobody is asked for anything. */
export async function keyringInWords(bus: Caller, keyring: Keyring): Promise<string> {
  const state = await stateOf(keyring);
  return `${await keyringProgram(bus)}, ${state}`;
}

async function stateOf(keyring: Keyring): Promise<string> {
  try {
    // No connection has this id; what is answered tells how the keyring is.
    const { state } = await keyring.state({ connection: '-', type: 'token', origin: '' });
    return state === 'locked' || state === 'unavailable' ? state : 'unlocked';
  } catch (error) {
    if (error instanceof KeyringError) return 'answers nonsense';
    throw error;
  }
}

async function keyringProgram(bus: Caller): Promise<string> {
  const target = { path: '/org/freedesktop/DBus', interface: 'org.freedesktop.DBus', limit: 2000 };
  try {
    const asked = { ...target, member: 'GetConnectionUnixProcessID' };
    const pid = Number(await bus.call('org.freedesktop.DBus', asked, 's', 'org.freedesktop.secrets'));
    const name = (await readFile(`/proc/${pid}/comm`, 'utf8')).trim();
    return programs[name] ?? 'another program';
  } catch {
    return 'none that runs';
  }
}
