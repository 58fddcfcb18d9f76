import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const schemas = fileURLToPath(new URL('../../schemas', import.meta.url));

/** Without it GLib's programs print question marks for what isn't ASCII. */
export const utf8 = { LC_ALL: 'C.UTF-8' };

const reload = 'org.freedesktop.DBus.ReloadConfig';

/** A session bus's configuration (dbus-daemon(1)) that knows no services but those in one folder. */
function ownServicesOnly(home: string): string {
  return `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
  "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:tmpdir=${home}</listen>
  <servicedir>${home}/services</servicedir>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
`;
}

/** A real session bus of a test's own, with the machine's services (dconf's among them) startable on it. */
export class PrivateBus {
  private constructor(
    /** For DBUS_SESSION_BUS_ADDRESS. */
    readonly address: string,
    /** Of everything on it, and of its clients. */
    readonly env: NodeJS.ProcessEnv,
    /** Ends it and what it started. */
    readonly stop: () => Promise<void>,
  ) {}

  /** @param ownServices whether only what `provide` names can be started on it, and nothing of the machine's */
  static async start({ ownServices = false } = {}): Promise<PrivateBus> {
    const home = mkdtempSync(join(tmpdir(), 'cloudtolocalllm-bus-'));
    const env = {
      PATH: process.env.PATH,
      HOME: home,
      XDG_RUNTIME_DIR: home,
      XDG_CONFIG_HOME: join(home, 'config'),
      XDG_DATA_DIRS: process.env.XDG_DATA_DIRS ?? '/usr/local/share:/usr/share',
      GSETTINGS_BACKEND: 'dconf',
      GSETTINGS_SCHEMA_DIR: home,
    };
    await run('glib-compile-schemas', ['--strict', '--targetdir', home, schemas]);
    mkdirSync(join(home, 'services'));
    writeFileSync(join(home, 'bus.conf'), ownServicesOnly(home));
    const configuration = ownServices ? `--config-file=${join(home, 'bus.conf')}` : '--session';
    const daemon = spawn('dbus-daemon', [configuration, '--nofork', '--print-address'], {
      env,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const closed = once(daemon, 'close');
    const [address] = (await once(createInterface(daemon.stdout), 'line')) as [string];
    return new PrivateBus(address, { ...env, DBUS_SESSION_BUS_ADDRESS: address }, async () => {
      daemon.kill('SIGTERM');
      await closed;
      rmSync(home, { recursive: true, force: true });
    });
  }

  /** Lets a program be started on it by asking for a name. Only where it has its own services. */
  async provide(name: string, command: string): Promise<void> {
    const file = join(String(this.env.HOME), 'services', `${name}.service`);
    writeFileSync(file, `[D-BUS Service]\nName=${name}\nExec=${command}\n`);
    await this.run('dbus-send', '--session', '--print-reply', '--dest=org.freedesktop.DBus', '/', reload);
  }

  /** Runs a program on it. @returns what it printed */
  async run(program: string, ...args: string[]): Promise<string> {
    const { stdout } = await run(program, args, { env: { ...this.env, ...utf8 }, timeout: 25_000 });
    return stdout;
  }

  /** Calls a method of the broker's with GLib's own client. @returns its answer in GVariant's text format */
  async call(path: string, method: string, ...args: string[]): Promise<string> {
    const destination = ['--session', '--dest', 'online.cloudtolocalllm.Broker', '--object-path', path];
    return (await this.run('gdbus', 'call', ...destination, '--method', method, ...args)).trim();
  }
}
