import { describe, expect, it } from 'vitest';
import { completed } from '../../../service/config/configuration.js';
import { diagnose } from '../../../service/doctor/diagnose.js';
import type { ConnectionFact, Facts, ShellFact, Unit, Units } from '../../../service/doctor/facts.js';
import type { ProblemName } from '../../../service/doctor/problems.js';

const unit: Unit = { load: 'loaded', active: 'active', enabled: 'enabled', result: 'success', stale: false };
const units = {
  socket: unit,
  service: { ...unit, enabled: 'static' },
  listens: ['127.0.0.1:11435', '/run/user/1000/cloudtolocalllm/broker.sock'],
  environment: {},
} satisfies Units;

const connection: ConnectionFact = {
  ...{ id: 'home', name: 'Home', kind: 'ollama', place: 'local', enabled: true, state: 'connected' },
  ...{ latency: 12, models: ['llama3.2'], lastError: null, nextTry: null, tokenState: 'none' },
};

const shell = {
  version: '50.1',
  extensionsOn: true,
  extension: { state: 1, enabled: true, error: '', version: '4.0.0' },
  files: true,
} satisfies ShellFact;

const status = { version: '4.0.0', address: 'http://127.0.0.1:11435', connections: [connection] };
const silent = { broker: { problem: 'nobody is there' } };

/** Where all is well. */
const well: Facts = {
  installation: { way: 'package', distribution: 'debian' },
  ...{ version: '4.0.0', node: '20.19.2', environment: {}, ollamaUnit: true, units, shell },
  broker: { status },
  bus: { state: 'reachable', broker: true, activatable: true },
  settings: { configuration: completed({}), misfits: [] },
  keyring: { state: 'unlocked', problem: '' },
  clock: { synchronized: true, behind: { seconds: 1, host: 'api.example.org' } },
  listeners: new Map([[11435, { own: true, pid: undefined, program: undefined }]]),
};

/** What isn't right, and by which command it is mended. */
function found(facts: Partial<Facts>): [problem: ProblemName | undefined, mend: string | undefined][] {
  return diagnose({ ...well, ...facts })
    .filter(({ state }) => state !== 'right')
    .map(({ problem, mend }) => [problem, mend]);
}

const withConnection = (changes: Partial<ConnectionFact>): Partial<Facts> => ({
  broker: { status: { ...status, connections: [{ ...connection, ...changes }] } },
});
const withShell = (changes: Partial<ShellFact>): Partial<Facts> => ({ shell: { ...shell, ...changes } });
const withExtension = (changes: object): Partial<Facts> => withShell({ extension: { ...shell.extension, ...changes } });
const withUnits = (changes: object): Partial<Facts> => ({ units: { ...units, ...changes } });

const restart = 'systemctl --user restart cloudtolocalllm.service';
const enable = 'gnome-extensions enable cloudtolocalllm@cloudtolocalllm.online';

describe('a diagnosis', () => {
  it('finds nothing where all is well, and says what it has looked at', () => {
    expect(found({})).toEqual([]);
    expect(diagnose(well).map(({ check, message }) => `${check}: ${message}`)).toEqual([
      'service: The broker answers on http://127.0.0.1:11435, version 4.0.0',
      'socket: Open, now and at every login',
      'ports: 11435: the broker',
      'ports: 11434, Ollama’s: nobody',
      'bus: The broker is on the session bus',
      'settings: Their schema is installed, and all of them can be used',
      'versions: All that was found is 4.0.0, on Node.js 20.19.2',
      'GNOME: GNOME 50.1',
      'extension: It is on, version 4.0.0',
      'keyring: It is there and unlocked',
      'connections: Home: 12 ms, 1 model',
      'clock: Right: the network keeps it, api.example.org has the same time',
      'proxy: None',
    ]);
  });

  it.each<[what: string, facts: Partial<Facts>, problem: ProblemName, mend: string]>([
    [
      'no user manager, and no broker',
      { ...silent, units: { problem: 'no medium found' }, listeners: new Map() },
      'no-manager',
      'export XDG_RUNTIME_DIR=/run/user/$(id -u)',
    ],
    [
      'a unit that is masked',
      withUnits({ service: { ...unit, load: 'masked' } }),
      'masked',
      'systemctl --user unmask cloudtolocalllm.service',
    ],
    [
      'a unit that isn’t there',
      withUnits({ socket: { ...unit, load: 'not-found' } }),
      'not-installed',
      'sudo apt install --reinstall cloudtolocalllm',
    ],
    [
      'a unit whose file has changed',
      withUnits({ service: { ...unit, stale: true } }),
      'stale',
      'systemctl --user daemon-reload',
    ],
    [
      'a socket that is closed',
      { ...silent, ...withUnits({ socket: { ...unit, active: 'inactive' } }), listeners: new Map() },
      'socket-closed',
      'systemctl --user start cloudtolocalllm.socket',
    ],
    [
      'a socket that stays closed at the next login',
      withUnits({ socket: { ...unit, enabled: 'disabled' } }),
      'not-at-login',
      'systemctl --user enable cloudtolocalllm.socket',
    ],
    ['a broker that doesn’t answer', silent, 'broker-silent', restart],
    [
      'no bus',
      { bus: { state: 'none' } },
      'no-bus',
      'export DBUS_SESSION_BUS_ADDRESS=unix:path=/run/user/$(id -u)/bus',
    ],
    [
      'a bus that can’t be reached',
      { bus: { state: 'unreachable', problem: 'no such file' } },
      'bus-unreachable',
      'export DBUS_SESSION_BUS_ADDRESS=unix:path=/run/user/$(id -u)/bus',
    ],
    [
      'a broker that isn’t on the bus',
      { bus: { state: 'reachable', broker: false, activatable: true } },
      'not-on-bus',
      restart,
    ],
    [
      'settings without a schema',
      { settings: { problem: 'the settings schema is not installed' } },
      'no-settings',
      'sudo apt install --reinstall cloudtolocalllm',
    ],
    [
      'settings without their program',
      { settings: { problem: 'the program gsettings is missing' } },
      'no-settings',
      'sudo apt install --reinstall libglib2.0-bin',
    ],
    [
      'a setting that can’t be used',
      { settings: { configuration: completed({}), misfits: ['GSettings: connections/1/url: …'] } },
      'settings-misfit',
      'gnome-extensions prefs cloudtolocalllm@cloudtolocalllm.online',
    ],
    [
      'no connection at all',
      { broker: { status: { ...status, connections: [] } } },
      'no-connection',
      'gsettings reset org.gnome.shell.extensions.cloudtolocalllm connections',
    ],
    [
      'a broker of another version',
      { broker: { status: { ...status, version: '3.9.0' } } },
      'broker-other-version',
      restart,
    ],
    [
      'an extension of another version',
      withExtension({ version: '3.9.0' }),
      'extension-other-version',
      'gnome-session-quit --logout',
    ],
    [
      'an older GNOME',
      withShell({ version: '46.2' }),
      'gnome-unsupported',
      'sudo apt install --reinstall gnome-shell-extension-cloudtolocalllm',
    ],
    [
      'no extension',
      withShell({ extension: undefined, files: false }),
      'extension-missing',
      'sudo apt install --reinstall gnome-shell-extension-cloudtolocalllm',
    ],
    [
      'an extension that GNOME Shell hasn’t seen yet',
      withShell({ extension: undefined }),
      'extension-unseen',
      'gnome-session-quit --logout',
    ],
    ['an extension that is off', withExtension({ state: 2, enabled: false }), 'extension-off', enable],
    [
      'all extensions off',
      withShell({ extensionsOn: false }),
      'extensions-off',
      'gsettings set org.gnome.shell disable-user-extensions false',
    ],
    [
      'an extension that has failed',
      withExtension({ state: 3, error: 'TypeError' }),
      'extension-failed',
      `sh -c 'gnome-extensions disable cloudtolocalllm@cloudtolocalllm.online; ${enable}'`,
    ],
    [
      'a locked keyring',
      { keyring: { state: 'locked', problem: 'it is' } },
      'keyring-locked',
      'busctl --user call online.cloudtolocalllm.Broker /online/cloudtolocalllm/Broker online.cloudtolocalllm.Broker1 Unlock',
    ],
    [
      'no keyring',
      { keyring: { state: 'unavailable', problem: 'nobody' } },
      'keyring-missing',
      'sudo apt install --reinstall gnome-keyring',
    ],
    [
      'an Ollama that doesn’t run',
      withConnection({ state: 'unreachable' }),
      'ollama-stopped',
      'sudo systemctl start ollama',
    ],
    [
      'an Ollama without a unit',
      { ...withConnection({ state: 'unreachable' }), ollamaUnit: false },
      'ollama-missing',
      'ollama serve',
    ],
    [
      'a server that can’t be reached',
      withConnection({ state: 'unreachable', kind: 'openai' }),
      'unreachable',
      'cloudtolocalllm test home',
    ],
    [
      'a connection without its token',
      withConnection({ state: 'refused', tokenState: 'missing' }),
      'token-wanted',
      'cloudtolocalllm token set home',
    ],
    [
      'a sign-in that has ended',
      withConnection({ state: 'refused', tokenState: 'expired' }),
      'sign-in-wanted',
      'cloudtolocalllm login home',
    ],
    [
      'nobody signed in yet',
      withConnection({
        state: 'refused',
        tokenState: 'missing',
        lastError: 'sign in with: cloudtolocalllm login home',
      }),
      'sign-in-wanted',
      'cloudtolocalllm login home',
    ],
    [
      'a connection whose token is locked away',
      withConnection({ state: 'refused', tokenState: 'locked' }),
      'token-locked',
      'busctl --user call online.cloudtolocalllm.Broker /online/cloudtolocalllm/Broker online.cloudtolocalllm.Broker1 Unlock',
    ],
    ['a connection that is left alone', withConnection({ state: 'cooling' }), 'resting', 'cloudtolocalllm test home'],
    ['a connection not yet known', withConnection({ state: 'connecting' }), 'unchecked', 'cloudtolocalllm test home'],
    [
      'a clock that is wrong',
      { clock: { synchronized: true, behind: { seconds: -3600, host: 'api.example.org' } } },
      'clock-wrong',
      'sudo timedatectl set-ntp true',
    ],
    [
      'a clock that nobody keeps',
      { clock: { synchronized: false, behind: undefined } },
      'clock-alone',
      'sudo timedatectl set-ntp true',
    ],
    [
      'a proxy that can’t be used',
      withUnits({ environment: { HTTPS_PROXY: 'socks5://127.0.0.1:1080' } }),
      'proxy-unusable',
      'systemctl --user unset-environment HTTPS_PROXY',
    ],
    [
      'a proxy that the broker doesn’t know of',
      { environment: { https_proxy: 'http://proxy:3128' } },
      'proxy-unknown',
      `systemctl --user import-environment https_proxy && ${restart}`,
    ],
  ])('finds %s, and the command that mends it', (_what, facts, problem, mend) => {
    expect(found(facts)).toEqual([[problem, mend]]);
  });

  it.each<
    [who: string, listener: { own: boolean; pid?: number; program?: string }, problem: ProblemName, mend: string]
  >([
    ['a program of one’s own', { own: true, pid: 812, program: 'ollama' }, 'port-taken', 'kill 812'],
    ['somebody else’s', { own: false }, 'port-foreign', 'sudo ss -ltnp "sport = :11435"'],
  ])('says that %s has the broker’s port', (_who, { own, pid, program }, problem, mend) => {
    const listeners = new Map([[11435, { own, pid, program }]]);
    const closed = withUnits({ socket: { ...unit, active: 'failed' } });
    expect(found({ ...silent, ...closed, listeners })).toEqual([
      ['socket-closed', 'systemctl --user start cloudtolocalllm.socket'],
      [problem, mend],
    ]);
  });

  it('looks at the port that the socket unit has', () => {
    const moved = withUnits({ socket: { ...unit, active: 'failed' }, listens: ['127.0.0.1:12000'] });
    const listeners = new Map([[12000, { own: true, pid: 7, program: 'python3' }]]);
    expect(found({ ...silent, ...moved, listeners })).toContainEqual(['port-taken', 'kill 7']);
  });

  it('takes a broker that was started by hand for one that works', () => {
    const closed = withUnits({ socket: { ...unit, active: 'inactive' } });
    expect(found(closed)).toEqual([]);
  });

  it('has no need of GNOME', () => {
    expect(found({ shell: undefined })).toEqual([]);
  });

  it.each<[way: string, installation: Facts['installation'], mend: string]>([
    ['from a checkout', { way: 'home', distribution: 'debian' }, 'npm run install:home'],
    ['as an AppImage', { way: 'appimage', distribution: 'fedora' }, '"$APPIMAGE" install'],
    ['by Fedora’s package', { way: 'package', distribution: 'fedora' }, 'sudo dnf install cloudtolocalllm'],
    ['by Arch’s package', { way: 'package', distribution: 'arch' }, 'sudo pacman -S cloudtolocalllm'],
    ['by another package', { way: 'package', distribution: undefined }, 'pkcon install cloudtolocalllm'],
  ])('names the command that installs it again %s', (_way, installation, mend) => {
    const missing = withUnits({ service: { ...unit, load: 'not-found' } });
    expect(found({ ...missing, installation })).toEqual([['not-installed', mend]]);
  });
});
