import type { ConnectionState, ConnectionStatus } from '../connections/connection.js';

/** The two connections that the old program knew. */
export const oldTypes = ['local_ollama', 'cloud_proxy'] as const;

/** One of them. */
export type OldType = (typeof oldTypes)[number];

/** A connection as the old program told of it. */
export interface OldStatus {
  readonly state: 'disconnected' | 'connecting' | 'connected' | 'error';
  /** Seconds since 1970, 0 before the first. */
  readonly last_check: number;
  readonly error_message: string;
  readonly version: string;
  readonly models: readonly string[];
}

const states: Readonly<Record<ConnectionState, OldStatus['state']>> = {
  connected: 'connected',
  connecting: 'connecting',
  unreachable: 'disconnected',
  disabled: 'disconnected',
  refused: 'error',
  limited: 'error',
  cooling: 'error',
};

/** What the old program would tell: of each place the connection that would serve, or else the first one. */
export function oldStatuses(connections: readonly ConnectionStatus[]): Readonly<Record<OldType, OldStatus>> {
  const of = (place: string): OldStatus => {
    const there = connections.filter((one) => one.place === place);
    return oldStatus(
      there.find(({ state }) => state === 'connected') ?? there.find(({ enabled }) => enabled) ?? there[0],
    );
  };
  return { local_ollama: of('local'), cloud_proxy: of('cloud') };
}

function oldStatus(status: ConnectionStatus | undefined): OldStatus {
  if (status === undefined) return { state: 'disconnected', last_check: 0, error_message: '', version: '', models: [] };
  const { state, lastCheck, lastError, version, models } = status;
  return { state: states[state], last_check: lastCheck, error_message: lastError, version, models };
}
