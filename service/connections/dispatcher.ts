import type { buildConnector as Connectors, Dispatcher } from 'undici';
import { proxyFor } from './proxy.js';

/** How a server is reached. */
export interface Reaching {
  /** Path of the certificates of the only authority to be trusted, in PEM; undefined for those that Node knows. */
  readonly ca?: string | undefined;
  /** Seconds until a connection stands, 0 for no limit. */
  readonly connect: number;
  /** Where proxies are named: HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY. */
  readonly environment: NodeJS.ProcessEnv;
}

/** What opens sockets for undici. */
export type Connector = Connectors.connector;

/** How long an idle socket is kept for the next request. Shorter than any server's own limit. Milliseconds. */
const keepAlive = 4000;

/**
 * What sends requests to the origin of an address, and to no other: directly, or through the proxy that the environment
 * names. TLS is verified whatever the environment says. Errors of the proxy and of the authority's file come to a request's
 * handler as UpstreamErrors; all others as they are.
 *
 * undici's own ProxyAgent isn't used: it needs more of undici than is loaded, ends a request through an HTTP proxy after
 * 300 s, and says what a proxy answered only inside a sentence.
 *
 * @throws {ProxyFailed} if the environment names a proxy that can't be one
 */
export async function dispatcherFor(address: string, reaching: Reaching): Promise<Dispatcher> {
  const url = new URL(address);
  const proxy = proxyFor(url, reaching.environment);
  // Loaded with the first request, so that the broker is ready before.
  const [{ default: Pool }, { connector: buildConnector }] = await Promise.all([
    import('undici/lib/dispatcher/pool.js'),
    import('./connector.js'),
  ]);
  const pool = (origin: string, connect: Connector): Dispatcher =>
    new Pool(origin, {
      connections: null,
      // Ours are in Exchange; undici's would end a model's long silence after 300 s.
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: keepAlive,
      connect,
    });
  const connector = await securely(buildConnector, reaching);
  if (proxy === undefined) return pool(url.origin, connector);
  const { forwarded, toProxy, tunnelled } = await import('./throughProxy.js');
  const reachingProxy = { timeout: reaching.connect * 1000, rejectUnauthorized: true };
  if (url.protocol === 'https:') {
    return pool(url.origin, await tunnelled(proxy, connector, reachingProxy.timeout));
  }
  const via = pool(proxy.address, toProxy(proxy, buildConnector(reachingProxy)));
  return via.compose(forwarded(url.origin, proxy));
}

/** Opens sockets, and TLS over those that are there already. */
async function securely(
  buildConnector: (options: Connectors.BuildOptions) => Connector,
  { ca, connect }: Reaching,
): Promise<Connector> {
  // Said, because NODE_TLS_REJECT_UNAUTHORIZED would decide otherwise.
  const options = { timeout: connect * 1000, rejectUnauthorized: true };
  if (ca === undefined) return buildConnector(options);
  const { readAuthority } = await import('./authority.js');
  return (to, opened) => {
    let authority;
    try {
      // Anew for each socket: certificates of authorities are exchanged while a broker runs.
      authority = to.protocol === 'https:' ? readAuthority(ca) : [];
    } catch (error) {
      // A tunnel that leads there: nobody else holds it now, nor would hear of its errors.
      to.httpSocket?.destroy();
      opened(error as Error, null);
      return;
    }
    buildConnector({ ...options, ca: authority })(to, opened);
  };
}
