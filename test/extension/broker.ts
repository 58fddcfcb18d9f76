import type { BrokerSnapshot } from '../../extension/broker/contract.ts';
import { connection } from './connection.ts';

/** A service that runs with one connection, Ollama, which is well, but for these values. */
export function broker(values: Partial<BrokerSnapshot> = {}): BrokerSnapshot {
  return {
    presence: 'running',
    failure: null,
    state: 'connected',
    route: 'automatic',
    activeConnection: '/c/ollama',
    address: 'http://127.0.0.1:11435',
    version: '4.0.0',
    requestsInFlight: 0,
    configurationFile: '',
    problems: [],
    connections: [connection('ollama', { name: 'Local Ollama' })],
    pulls: [],
    ollamaUnit: '',
    ...values,
  };
}
