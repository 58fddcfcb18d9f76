import type { FastifyInstance } from 'fastify';
import type { KeyRecord } from '../../keys/key.js';
import type { Broker } from '../../routing/broker.js';
import type { Services } from '../app.js';

/** What is asked about the broker itself. */
export function brokerRoutes(app: FastifyInstance, { broker }: Services): void {
  // Ollama's clients look here to see whether a server is up.
  app.route({ method: ['GET', 'HEAD'], url: '/', handler: () => 'CloudToLocalLLM is running' });

  app.get('/healthz', () => ({ status: 'ok' }));

  app.get('/broker/status', ({ key }) => {
    broker.attend();
    return toldStatus(broker, key);
  });
}

/** The broker's status as it is told over HTTP. */
export type ToldStatus = ReturnType<typeof toldStatus>;

/** The broker's status as it is told to whoever has a key, or is the user. */
export function toldStatus(broker: Broker, key: KeyRecord | undefined) {
  const { requestsInFlight, active, connections, ...status } = broker.statusWithin(key?.connections);
  return {
    ...status,
    activeConnection: active === '' ? null : active,
    requestsInFlight,
    connections: connections.map(({ lastError, lastCheck, nextTry, loaded, credentials, ...connection }) => ({
      ...connection,
      loaded: loaded.map(({ listing: _listing, ...model }) => model),
      nextTry: nextTry === 0 ? null : new Date(nextTry * 1000).toISOString(),
      lastError: lastError === '' ? null : lastError,
      lastCheck: lastCheck === 0 ? null : new Date(lastCheck * 1000).toISOString(),
      tokenState: credentials.state,
      // Not for whoever has a key: they may be somebody else.
      account: key !== undefined || credentials.account === '' ? null : credentials.account,
    })),
  };
}
