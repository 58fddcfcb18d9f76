import { beforeAll, describe, expect, it } from 'vitest';
import type { Finding } from '../../service/doctor/finding.js';
import { Broker } from './lab/broker.ts';
import { useDesktop } from './lab/desktop.ts';
import { Keyring } from './lab/keyring.ts';
import { Preferences } from './lab/preferences.ts';
import { Settings } from './lab/settings.ts';
import { untilIt } from './lab/wait.ts';

const desktop = useDesktop();
const folder = '/home/user/.cloudtolocalllm';
const configuration = `${folder}/connection_config.json`;
const password = 'correct horse';
let broker: Broker, settings: Settings, keyring: Keyring;

beforeAll(async () => {
  broker = new Broker(desktop.machine);
  settings = new Settings(desktop.machine);
  keyring = new Keyring(desktop.machine, desktop.shell);
  await keyring.create(password);
});

const shell = (script: string): Promise<string> => desktop.machine.asUser(['sh', '-c', script], { limit: 60 });

/** What doctor finds that isn't right. */
async function doctor(): Promise<readonly Finding[]> {
  const { stdout } = await desktop.machine.tryAsUser(['cloudtolocalllm', 'doctor', '--json'], { limit: 60 });
  return (JSON.parse(stdout) as Finding[]).filter(({ state }) => state !== 'right');
}

/** What a machine in a test can't help: it has no Ollama, nobody keeps its clock, and nobody logs in, which unlocks the keyring. */
const usual = ['ollama-missing', 'ollama-stopped', 'clock-alone', 'unchecked', 'keyring-locked'];

const problems = (findings: readonly Finding[]): string[] =>
  findings.map(({ problem }) => String(problem)).filter((problem) => !usual.includes(problem));

/** Has doctor look until it finds this; what changed may take a moment to get around. */
const finds = (what: string, fits: (found: readonly string[]) => boolean): Promise<readonly Finding[]> =>
  untilIt(`doctor to find ${what}`, doctor, (findings) => fits(problems(findings)), { limit: 60 });

describe('doctor on a desktop', () => {
  it('finds all that was installed, and what it runs on', async () => {
    expect(problems(await doctor())).toEqual([]);
  });

  it.each<[what: string, breaking: string, problem: string]>([
    [
      'a socket that was stopped',
      'systemctl --user stop cloudtolocalllm.socket cloudtolocalllm.service',
      'socket-closed',
    ],
    ['a socket that isn’t opened at login', 'systemctl --user disable cloudtolocalllm.socket 2>&1', 'not-at-login'],
    ['a unit that is masked', 'systemctl --user mask --runtime cloudtolocalllm.service 2>&1', 'masked'],
    ['an extension that is off', 'gnome-extensions disable cloudtolocalllm@cloudtolocalllm.online', 'extension-off'],
    ['all extensions off', 'gsettings set org.gnome.shell disable-user-extensions true', 'extensions-off'],
    ['no connection', 'gsettings set org.gnome.shell.extensions.cloudtolocalllm connections "[]"', 'no-connection'],
  ])('finds %s, and names the command that mends it', async (_what, breaking, problem) => {
    await shell(breaking);
    const findings = await finds(problem, (found) => found.includes(problem));
    const mend = findings.find((one) => one.problem === problem)?.mend ?? '';
    // What was masked for this session only is unmasked likewise.
    await shell(`${mend}${problem === 'masked' ? ' --runtime' : ''} 2>&1`);
    await finds('nothing', (found) => found.length === 0);
  });
});

describe('where version 3 was used', () => {
  const token = 'header.payload.signature';
  const old = {
    local_ollama: { host: 'localhost', port: 11434, api_base_url: 'http://nas.example:11434', enabled: true },
    cloud_proxy: { api_base_url: 'https://api.example.org', auth_token: token, enabled: false },
  };
  const offer = 'Take Over from Version 3';
  let preferences: Preferences;

  beforeAll(async () => {
    preferences = new Preferences(desktop);
    await desktop.machine.asUser(['mkdir', '-p', folder]);
    await leave(old);
  });

  /** Leaves the old file with this in it. */
  const leave = (file: object): Promise<string> =>
    desktop.machine.asUser(['tee', configuration], { input: JSON.stringify(file) });

  const offerGoes = (): Promise<unknown> =>
    untilIt(
      'the offer to go',
      () => preferences.things(),
      (things) => !things.some(({ name }) => name === offer),
    );

  it('the preferences offer to take over what it left', async () => {
    await preferences.open(offer);
    await preferences.shows(
      'Connection “Ollama on nas.example”\nConnection “CloudToLocalLLM Cloud”\n' +
        'Token of “CloudToLocalLLM Cloud”, which goes to the keyring and out of the old file',
    );
    await desktop.shell.picture('take-over');
    expect(await settings.get('connections')).toBe("['ollama']");
  });

  it('it becomes connections, and the token stays where it is while nobody unlocks the keyring', async () => {
    await preferences.press('Import');
    await keyring.dismiss();
    await untilIt(
      'the reason in the window',
      () => preferences.things(),
      (things) => things.some(({ text, name }) => `${name}${text}`.includes('; it stays in connection_config.json')),
    );
    await desktop.shell.picture('take-over-without-keyring');
    expect(await settings.get('connections')).toBe("['ollama_2', 'ollama', 'cloud']");
    expect(await settings.get('url', 'cloud')).toBe("'https://api.example.org'");
    expect(await shell(`cat ${configuration}`)).toContain(token);
  });

  it('it is taken over whole once somebody does, and offered no more', async () => {
    await preferences.press('Import');
    await keyring.answer(password);
    await offerGoes();
    expect(await keyring.lookUp({ connection: 'cloud', type: 'token' })).toBe(token);
    expect(await shell(`cat ${configuration}`)).not.toContain(token);
    await desktop.shell.picture('taken-over');
    await preferences.close();
  });

  it('it is offered no more once nobody wants it', async () => {
    await leave({ local_ollama: { api_base_url: 'http://attic.example:11434' } });
    await preferences.open(offer);
    await preferences.press('Don’t Offer Again');
    await offerGoes();
    expect(await settings.get('offer-takeover')).toBe('false');
    await preferences.close();
    await preferences.open();
    expect((await preferences.things()).map(({ name }) => name)).not.toContain(offer);
    await preferences.close();
  });

  it('a confined broker leaves its port for old applications, answers them, and takes the file away when it ends', async () => {
    await broker.systemctl('restart');
    // What it tells of connections by itself may come in between.
    const answer = 'while read -r line; do case $line in *pong*) echo "$line"; break;; esac; done <&3';
    const ping = `exec 3<>/dev/tcp/127.0.0.1/$(cat ${folder}/tray_port); echo '{"command":"PING"}' >&3; ${answer}`;
    expect(await desktop.machine.asUser(['bash', '-c', ping])).toBe('{"status":"pong"}');
    await broker.systemctl('stop');
    expect((await desktop.machine.tryAsUser(['test', '-e', `${folder}/tray_port`])).status).toBe(1);
  });
});
