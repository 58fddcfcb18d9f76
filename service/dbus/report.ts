import { readFile } from 'node:fs/promises';
import { release } from 'node:os';
import type { ConnectionSettings } from '../config/configuration.js';
import type { ConnectionStatus } from '../connections/connection.js';
import type { BrokerStatus } from '../routing/broker.js';
import { nearness, unnamed } from './anonymous.js';

/** What a report is made of. */
export interface ReportFacts {
  readonly status: BrokerStatus;
  /** Of the connections, in the order in which the status has them. */
  readonly settings: readonly ConnectionSettings[];
  readonly environment: NodeJS.ProcessEnv;
  /** Whether a configuration file is in force, and not GSettings. */
  readonly fromFile: boolean;
  /** How many things of the configuration can't be used. */
  readonly problems: number;
  /** Sockets that systemd has handed over. */
  readonly inherited: number;
  /** Which program the keyring is and how that is, in words. */
  readonly keyring: string;
}

const proxies = ['HTTPS_PROXY', 'HTTP_PROXY', 'ALL_PROXY', 'NO_PROXY'];

/** A text for a report of a problem. Neither a secret nor a prompt nor anybody's name for something is in it. */
export async function report(facts: ReportFacts): Promise<string> {
  const { status, settings, environment, fromFile, problems, inherited, keyring } = facts;
  const set = (name: string): boolean => (environment[name] ?? environment[name.toLowerCase()] ?? '') !== '';
  const unit = environment.INVOCATION_ID === undefined ? 'by hand' : 'by systemd';
  const lines = [
    `CloudToLocalLLM ${status.version}`,
    `Node.js: ${process.version}, ${process.arch}`,
    `System: ${await systemName()}, Linux ${release()}`,
    `Started: ${unit}${inherited > 0 ? ', with its sockets' : ''}, ${duration(process.uptime())} ago`,
    `Memory: ${Math.round(process.memoryUsage.rss() / 1e6)} MB`,
    `Configuration: ${fromFile ? 'a file' : 'GSettings'}, ${problems === 0 ? 'no problems' : `problems: ${problems}`}`,
    `State: ${status.state}, route: ${routeOf(status)}, requests in flight: ${status.requestsInFlight}`,
    `Keyring: ${keyring}`,
    `Proxy: ${proxies.filter(set).join(', ') || 'none'}`,
    `Additional authorities (NODE_EXTRA_CA_CERTS): ${set('NODE_EXTRA_CA_CERTS') ? 'set' : 'none'}`,
    ...status.connections.flatMap((one, index) => connection(one, settings[index], index + 1, status.active)),
  ];
  return `${lines.join('\n')}\n`;
}

/** Ids are people's own words. */
function routeOf({ route, connections }: BrokerStatus): string {
  const index = connections.findIndex(({ id }) => id === route);
  return index < 0 || ['automatic', 'local', 'cloud'].includes(route) ? route : `connection ${index + 1}`;
}

function connection(
  status: ConnectionStatus,
  settings: ConnectionSettings | undefined,
  number: number,
  active: string,
): string[] {
  if (settings === undefined) return [];
  const { kind, place, state, breaker, latency, version, models, loaded, credentials } = status;
  const where =
    kind === 'demo' ? 'built in' : `${nearness(settings.url)}, ${new URL(settings.url).protocol.slice(0, -1)}`;
  const error = unnamed(status.lastError, settings, credentials.account);
  return [
    '',
    `Connection ${number}${status.id === active ? ' (active)' : ''}: ${kind}, ${place}, ${where}`,
    `  State: ${state}, breaker: ${breaker}, latency: ${latency} ms`,
    `  Version: ${/^[\w.+-]{1,40}$/.test(version) ? version : 'not told'}, models: ${models.length}, loaded: ${loaded.length}`,
    `  Token: ${credentials.state} (${credentials.kind}), own authority: ${settings.ca === undefined ? 'no' : 'yes'}`,
    `  Last error: ${error === '' ? 'none' : error}`,
  ];
}

/** What the system calls itself (os-release(5)). */
async function systemName(): Promise<string> {
  for (const path of ['/etc/os-release', '/usr/lib/os-release']) {
    try {
      const [, name] = /^PRETTY_NAME=["']?(.{1,100}?)["']?$/m.exec(await readFile(path, 'utf8')) ?? [];
      if (name !== undefined) return name;
    } catch {
      // The other one may be there.
    }
  }
  return 'an unknown system';
}

function duration(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} days`;
}
