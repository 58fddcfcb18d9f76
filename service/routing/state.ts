import type { ConnectionState } from '../connections/connection.js';

/** How the broker as a whole is: all connections work, some do, none does yet, or none. */
export type BrokerState = 'connected' | 'partial' | 'connecting' | 'disconnected';

/** The broker's state from those of its connections; ones that are switched off don't count. */
export function brokerState(states: readonly ConnectionState[]): BrokerState {
  const counted = states.filter((state) => state !== 'disabled');
  const connected = counted.filter((state) => state === 'connected').length;
  if (connected > 0) return connected === counted.length ? 'connected' : 'partial';
  return counted.includes('connecting') ? 'connecting' : 'disconnected';
}
