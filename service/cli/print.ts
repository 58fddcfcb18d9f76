import type { ConnectionStatus } from '../connections/connection.js';

const states: Readonly<Record<string, string>> = {
  connected: 'Connected',
  partial: 'Partly connected',
  connecting: 'Connecting',
  disconnected: 'Not connected',
};

/** What /broker/status tells, as far as it is printed. */
export interface PrintedStatus {
  readonly version: string;
  readonly state: string;
  readonly route: string;
  readonly address: string;
  readonly activeConnection: string | null;
  readonly connections: readonly (Pick<ConnectionStatus, 'id' | 'name' | 'state' | 'latency'> & {
    readonly models: readonly string[];
    readonly lastError: string | null;
  })[];
}

/** The broker's status for a person. */
export function printedStatus(status: PrintedStatus): string {
  const active = status.connections.find(({ id }) => id === status.activeConnection);
  const state = states[status.state] ?? status.state;
  return [
    `${state}${active ? ` through ${active.name}` : ''} (route: ${status.route})`,
    `Address for applications: ${status.address || 'none (systemctl --user status cloudtolocalllm.socket tells why)'}`,
    ...status.connections.map(printedConnection),
    '',
  ].join('\n');
}

/** A connection in a line, or two if something is wrong with it. */
export function printedConnection(connection: PrintedStatus['connections'][number]): string {
  const { id, name, state, latency, models, lastError } = connection;
  const details =
    state === 'connected' ? `, ${latency} ms, ${models.length} ${models.length === 1 ? 'model' : 'models'}` : '';
  return `  ${name} (${id}): ${state}${details}${lastError === null ? '' : `\n    ${lastError}`}`;
}
