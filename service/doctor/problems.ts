/** What can be wrong, and the one command that mends it. {x} is filled in. */
export interface Problem {
  readonly says: string;
  readonly mend: string;
}

const unlock =
  'busctl --user call online.cloudtolocalllm.Broker /online/cloudtolocalllm/Broker online.cloudtolocalllm.Broker1 Unlock';
const restart = 'systemctl --user restart cloudtolocalllm.service';
const relogin = 'gnome-session-quit --logout';
const extension = 'cloudtolocalllm@cloudtolocalllm.online';

/**
 * All problems that are found, by a name that stays. docs/troubleshooting.md explains each in these very words, which a
 * test compares.
 */
export const problems = {
  'no-manager': {
    says: 'systemd’s user manager can’t be asked ({reason}), so nobody can say how the broker’s units are',
    mend: 'export XDG_RUNTIME_DIR=/run/user/$(id -u)',
  },
  'not-installed': { says: '{unit} isn’t installed', mend: '{install}' },
  masked: { says: '{unit} is masked, so that nothing can start it', mend: 'systemctl --user unmask {unit}' },
  stale: {
    says: 'The files of {unit} have changed since systemd read them',
    mend: 'systemctl --user daemon-reload',
  },
  'socket-closed': {
    says: 'The broker’s socket isn’t open, so applications are refused',
    mend: 'systemctl --user start cloudtolocalllm.socket',
  },
  'not-at-login': {
    says: 'The broker’s socket isn’t opened at login',
    mend: 'systemctl --user enable cloudtolocalllm.socket',
  },
  'broker-silent': {
    says: 'The broker doesn’t answer ({reason}; its last run: {result}); its log says more: journalctl --user -u cloudtolocalllm.service',
    mend: restart,
  },
  'port-taken': {
    says: 'Port {port}, which is the broker’s, belongs to {program} (process {pid})',
    mend: 'kill {pid}',
  },
  'port-foreign': {
    says: 'Port {port}, which is the broker’s, belongs to a process that isn’t yours; whose, this shows',
    mend: 'sudo ss -ltnp "sport = :{port}"',
  },
  'no-bus': {
    says: 'DBUS_SESSION_BUS_ADDRESS is not set: without the session bus there are no panel, no keyring, and no tokens to set',
    mend: 'export DBUS_SESSION_BUS_ADDRESS=unix:path=/run/user/$(id -u)/bus',
  },
  'bus-unreachable': {
    says: 'The session bus can’t be used: {reason}',
    mend: 'export DBUS_SESSION_BUS_ADDRESS=unix:path=/run/user/$(id -u)/bus',
  },
  'not-on-bus': { says: 'The broker runs, but isn’t on the session bus', mend: restart },
  'not-activatable': {
    says: 'The session bus can’t start the broker: it has not read the broker’s service file',
    mend: 'busctl --user call org.freedesktop.DBus /org/freedesktop/DBus org.freedesktop.DBus ReloadConfig',
  },
  'no-settings': { says: 'The settings can’t be read: {reason}', mend: '{install}' },
  'settings-misfit': {
    says: 'A part of the settings can’t be used and is left out: {reason}',
    mend: `gnome-extensions prefs ${extension}`,
  },
  'no-connection': {
    says: 'There is no connection that is switched on, so no request can be answered',
    mend: 'gsettings reset org.gnome.shell.extensions.cloudtolocalllm connections',
  },
  'gnome-unsupported': {
    says: 'The extension is not made for GNOME {version}, but for {supported}',
    mend: '{install}',
  },
  'extension-missing': { says: 'The extension isn’t installed', mend: '{install}' },
  'extension-unseen': {
    says: 'The extension is installed, but GNOME Shell finds new ones only when it starts',
    mend: relogin,
  },
  'extension-off': { says: 'The extension is switched off', mend: `gnome-extensions enable ${extension}` },
  'extensions-off': {
    says: 'All extensions of GNOME Shell are switched off',
    mend: 'gsettings set org.gnome.shell disable-user-extensions false',
  },
  'extension-failed': {
    says: 'The extension has failed: {reason}',
    mend: `sh -c 'gnome-extensions disable ${extension}; gnome-extensions enable ${extension}'`,
  },
  'extension-other-version': {
    says: 'The extension that runs is version {extension}, the command {command}; GNOME Shell loads another only when it starts',
    mend: relogin,
  },
  'broker-other-version': {
    says: 'The broker that runs is version {broker}, the command {command}',
    mend: restart,
  },
  'keyring-locked': { says: 'The keyring is locked: {reason}', mend: unlock },
  'keyring-missing': { says: 'No keyring can be used: {reason}', mend: '{install}' },
  'ollama-stopped': { says: '{name}: {reason}', mend: 'sudo systemctl start ollama' },
  'ollama-missing': { says: '{name}: {reason}', mend: 'ollama serve' },
  unreachable: { says: '{name} can’t be reached: {reason}', mend: 'cloudtolocalllm test {id}' },
  'token-wanted': { says: '{name} refuses requests: {reason}', mend: 'cloudtolocalllm token set {id}' },
  'sign-in-wanted': { says: '{name} wants you to sign in: {reason}', mend: 'cloudtolocalllm login {id}' },
  'token-locked': { says: '{name} has its token in a keyring that is locked', mend: unlock },
  resting: { says: '{name} is left alone until {until}: {reason}', mend: 'cloudtolocalllm test {id}' },
  unchecked: { says: '{name} is still being checked', mend: 'cloudtolocalllm test {id}' },
  'clock-wrong': {
    says: 'The clock is {seconds} s {direction} that of {host}; signing in fails with it, and certificates may',
    mend: 'sudo timedatectl set-ntp true',
  },
  'clock-alone': {
    says: 'Nothing keeps the clock right; when it has gone wrong, signing in fails',
    mend: 'sudo timedatectl set-ntp true',
  },
  'proxy-unusable': { says: '{reason}', mend: 'systemctl --user unset-environment {variable}' },
  'proxy-unknown': {
    says: '{variable} is set here, but not for the broker, which goes without a proxy',
    mend: `systemctl --user import-environment {variable} && ${restart}`,
  },
} as const satisfies Record<string, Problem>;

/** The name of a problem. */
export type ProblemName = keyof typeof problems;

/** A text with its {x} filled in; what isn't given stays. */
export function filled(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
