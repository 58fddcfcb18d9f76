import type { ConnectionSnapshot } from '../../extension/broker/contract.ts';

/** A connection that is well and needs no token, but for these values. */
export function connection(id: string, values: Partial<ConnectionSnapshot> = {}): ConnectionSnapshot {
  return {
    path: `/c/${id}`,
    id,
    name: id,
    kind: 'ollama',
    place: 'local',
    version: '',
    models: [],
    loaded: [],
    enabled: true,
    state: 'connected',
    latency: 0,
    lastError: '',
    nextTry: 0,
    tokenState: 'none',
    tokenSource: 'keyring',
    account: '',
    signIn: '',
    ...values,
  };
}
