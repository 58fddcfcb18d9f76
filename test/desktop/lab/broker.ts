import type { Machine } from './machine.ts';

/** The address that applications are given. */
export const address = 'http://127.0.0.1:11435';

const service = 'cloudtolocalllm.service';
const objects = '/online/cloudtolocalllm/Broker';

/** The broker on a machine, seen from outside: through systemd and D-Bus, as any program of the user sees it. */
export class Broker {
  constructor(private readonly machine: Machine) {}

  /** Its process id on the machine; 0 while it doesn't run. */
  async pid(): Promise<number> {
    return Number(await this.unitProperty('MainPID'));
  }

  /** A property of its unit, as systemd prints it. */
  unitProperty(name: string, unit = service): Promise<string> {
    return this.machine.asUser(['systemctl', '--user', 'show', '--value', `--property=${name}`, unit]);
  }

  /** A property of its D-Bus object. Starts it if it doesn't run. */
  property<T>(name: string): Promise<T> {
    return this.read(objects, 'online.cloudtolocalllm.Broker1', name);
  }

  /** A property of the D-Bus object of a connection. */
  connectionProperty<T>(id: string, name: string): Promise<T> {
    return this.read(`${objects}/connections/${id}`, 'online.cloudtolocalllm.Connection1', name);
  }

  /** Sends its process a signal, as `kill` does. */
  async signal(name: string): Promise<void> {
    await this.machine.asUser(['kill', '-s', name, String(await this.pid())]);
  }

  /** Makes a key for these tests, which are root's and so, to the broker, another user's. */
  async key(): Promise<string> {
    return (await this.machine.asUser(['cloudtolocalllm', 'key', 'create', 'tests'])).trim();
  }

  /** Calls a method of it on the bus: its name, the signature and the values of what it takes. */
  async call(...method: string[]): Promise<void> {
    const object = ['online.cloudtolocalllm.Broker', objects, 'online.cloudtolocalllm.Broker1'];
    await this.machine.asUser(['busctl', '--user', 'call', ...object, ...method], { limit: 60 });
  }

  /** Has it let the server of a connection fetch a model. */
  async pull(connection: string, model: string): Promise<void> {
    await this.call('Pull', 'ss', connection, model);
  }

  /** Starts or stops it, or another unit, and waits until that is done. */
  async systemctl(verb: string, unit = service): Promise<void> {
    await this.machine.asUser(['systemctl', '--user', verb, unit], { limit: 40 });
  }

  private async read<T>(path: string, name: string, property: string): Promise<T> {
    const get = ['get-property', 'online.cloudtolocalllm.Broker', path, name, property];
    const printed = await this.machine.asUser(['busctl', '--user', '--json=short', ...get]);
    return (JSON.parse(printed) as { data: T }).data;
  }
}
