import { createServer } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'vitest';
import { RunningBroker, type Status } from '../../support/broker.ts';
import { authority, type Certificate } from '../../support/certificates.ts';
import { behindTls } from '../../support/tls.ts';
import { HttpProxyStandIn } from '../../upstreams/httpProxy.ts';
import { OpenaiStandIn } from '../../upstreams/openai.ts';
import type { Release } from '../pitfalls/asking.ts';
import { fieldsIn, send } from '../http/sending.ts';

/** A name that only the proxy knows: whoever goes around it finds nothing. */
const name = 'models.example';
const password = 'p%40ss-w0rd';
const words = 'p@ss-w0rd';

interface Setting {
  /** Of the connection's address. */
  readonly scheme: 'http' | 'https';
  /** Whether the proxy itself speaks TLS. */
  readonly secureProxy?: boolean;
  readonly environment?: (proxy: HttpProxyStandIn) => NodeJS.ProcessEnv;
  readonly before?: (proxy: HttpProxyStandIn) => void;
}

/** A server behind a proxy, and a broker that has a connection to it. */
async function behindProxy({ scheme, secureProxy, environment, before }: Setting, release: Release) {
  const server = new OpenaiStandIn();
  server.token = 'sk-secret';
  await server.start();
  release(() => server.stop());
  const root = authority(release);
  const tls = await behindTls(server, root.issue(`DNS:${name}`), release);
  const port = scheme === 'https' ? tls.port : Number(new URL(server.origin).port);
  const own: Certificate | undefined = secureProxy ? root.issue('DNS:localhost') : undefined;
  const proxy = await new HttpProxyStandIn((host) => (host === name ? port : undefined), own).start();
  release(() => {
    proxy.stop();
  });
  before?.(proxy);
  const connection = {
    id: 'far',
    kind: 'openai',
    url: `${scheme}://${name}/v1`,
    token: { env: 'TOKEN' },
    ca: root.path,
  };
  const broker = await RunningBroker.start({
    config: { connections: [connection] },
    env: { TOKEN: 'sk-secret', NODE_EXTRA_CA_CERTS: root.path, ...environment?.(proxy) },
  });
  release(() => broker.release());
  return { broker, proxy, server, tls };
}

const at = (proxy: HttpProxyStandIn, user = ''): string => `http://${user}127.0.0.1:${proxy.port}`;
const everywhere = (value: string): NodeJS.ProcessEnv => ({ HTTP_PROXY: value, HTTPS_PROXY: value });

async function asked(broker: RunningBroker): Promise<unknown> {
  const body = { model: 'vendor/llama-3.2-3b', messages: [{ role: 'user', content: 'Hello!' }] };
  const answer = await send(broker, 'POST', '/v1/chat/completions', { body });
  return (fieldsIn(answer) as { choices?: { message: { content: string } }[] }).choices?.[0]?.message.content;
}

const only = ({ connections }: Status): Status['connections'][number] | undefined => connections[0];

describe.concurrent('a server that only a proxy reaches', () => {
  it.for<[what: string, setting: Setting, hop: string]>([
    ['over TLS, in a tunnel', { scheme: 'https' }, `CONNECT ${name}:443`],
    ['over TLS, through a proxy with TLS', { scheme: 'https', secureProxy: true }, `CONNECT ${name}:443`],
    ['without TLS, forwarded', { scheme: 'http' }, `GET http://${name}/v1/models`],
    [
      'without TLS, forwarded by a proxy with TLS',
      { scheme: 'http', secureProxy: true },
      `GET http://${name}/v1/models`,
    ],
  ])('is checked and answers %s', async ([, setting, hop], { expect, onTestFinished }) => {
    const address = (proxy: HttpProxyStandIn): string =>
      setting.secureProxy ? `https://localhost:${proxy.port}` : at(proxy);
    const { broker, proxy, server, tls } = await behindProxy(
      { ...setting, environment: (one) => everywhere(address(one)) },
      onTestFinished,
    );
    expect(only(await broker.status())).toMatchObject({
      lastError: null,
      state: 'connected',
      models: ['vendor/llama-3.2-3b'],
    });
    expect(await asked(broker)).toBe('Hello from the cloud.');
    expect(proxy.hops[0]).toMatchObject({ asked: hop });
    expect(server.received[0]?.headers).toMatchObject({ authorization: 'Bearer sk-secret' });
    expect(server.received[0]?.headers.host).toBe(name);
    // A tunnel shows the proxy nothing of what goes through it.
    if (setting.scheme === 'https') {
      expect(JSON.stringify(proxy.hops)).not.toContain('sk-secret');
      expect(new Set(tls.names)).toEqual(new Set([name]));
    }
  });

  it.for(['http', 'https'] as const)(
    'by %s: the proxy gets the user name and password, and nobody else sees them',
    async (scheme, { expect, onTestFinished }) => {
      const { broker, proxy, server } = await behindProxy(
        {
          scheme,
          environment: (one) => everywhere(at(one, `me:${password}@`)),
          before: (one) => {
            one.wanted = `me:${words}`;
          },
        },
        onTestFinished,
      );
      expect(await asked(broker)).toBe('Hello from the cloud.');
      expect(server.received[0]?.headers['proxy-authorization']).toBeUndefined();
      proxy.wanted = 'me:another';
      proxy.stop();
      const { connections } = await broker.until((status) => only(status)?.state === 'connected');
      expect(JSON.stringify(connections) + broker.stdout + broker.stderr).not.toMatch(/w0rd/);
    },
  );

  it.for<[what: string, scheme: 'http' | 'https', before: Setting['before'], user: string, told: RegExp]>([
    [
      'wants a password',
      'https',
      (one) => (one.wanted = 'me:x'),
      '',
      /wants a user name.*HTTPS_PROXY.*\(status 407\)$/,
    ],
    ['wants a password', 'http', (one) => (one.wanted = 'me:x'), '', /wants a user name.*HTTP_PROXY.*\(status 407\)$/],
    ['wants another', 'https', (one) => (one.wanted = 'me:x'), `me:${password}@`, /does not accept.*in HTTPS_PROXY/],
    ['wants another', 'http', (one) => (one.wanted = 'me:x'), `me:${password}@`, /does not accept.*in HTTP_PROXY/],
    ['does not get there', 'https', (one) => (one.status = 502), '', /can’t reach models\.example:443 \(status 502\)/],
    [
      'is asked too much',
      'https',
      (one) => (one.status = 403),
      '',
      /does not lead to models\.example:443 \(status 403\)/,
    ],
  ])('is unreachable where the proxy %s (%s)', async ([, scheme, before, user, told], { expect, onTestFinished }) => {
    const environment = (one: HttpProxyStandIn): NodeJS.ProcessEnv => everywhere(at(one, user));
    const { broker } = await behindProxy({ scheme, environment, ...(before && { before }) }, onTestFinished);
    const { state, lastError } = only(await broker.status()) ?? {};
    expect(state).toBe('unreachable');
    expect(lastError).toMatch(/^The proxy http:\/\/127\.0\.0\.1:\d+ \(HTTPS?_PROXY\) /);
    expect(lastError).toMatch(told);
    expect(await asked(broker)).toBeUndefined();
    expect(broker.stderr + String(lastError)).not.toMatch(/w0rd/);
  });

  it.for(['http', 'https'] as const)(
    'by %s is unreachable where no proxy listens',
    async (scheme, { expect, onTestFinished }) => {
      const { broker } = await behindProxy(
        { scheme, environment: () => everywhere('http://me:p4ss@127.0.0.1:9') },
        onTestFinished,
      );
      expect(only(await broker.status())).toMatchObject({
        state: 'unreachable',
        lastError: `The proxy http://127.0.0.1:9 (${scheme.toUpperCase()}_PROXY) can’t be used: nothing is listening there`,
      });
    },
  );

  it('is unreachable where the proxy says nothing', async ({ expect, onTestFinished }) => {
    const silent = createServer((socket) => socket.on('error', () => undefined)).listen(0, '127.0.0.1');
    onTestFinished(() => void silent.close());
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const url = `https://${name}/v1`;
    const broker = await RunningBroker.start({
      config: { connections: [{ id: 'far', kind: 'openai', url, timeouts: { connect: 0.2 } }] },
      env: everywhere(`http://127.0.0.1:${port}`),
    });
    onTestFinished(() => broker.release());
    expect(only(await broker.status())?.lastError).toMatch(
      /^The proxy http:\S+ \(HTTPS_PROXY\) can’t be used: it does not answer/,
    );
  });

  it('keeps no tunnel to it where the file with its authority is missing', async ({ expect, onTestFinished }) => {
    const tunnels: Promise<unknown>[] = [];
    const proxy = createServer((socket) => {
      tunnels.push(once(socket, 'close'));
      socket.once('data', () => socket.write('HTTP/1.1 200 Connection established\r\n\r\n'));
    }).listen(0, '127.0.0.1');
    onTestFinished(() => void proxy.close());
    await once(proxy, 'listening');
    const { port } = proxy.address() as AddressInfo;
    const broker = await RunningBroker.start({
      config: { connections: [{ id: 'far', kind: 'openai', url: `https://${name}/v1`, ca: '/nowhere/ca.pem' }] },
      env: everywhere(`http://127.0.0.1:${port}`),
    });
    onTestFinished(() => broker.release());
    expect(only(await broker.status())?.lastError).toMatch(/^\/nowhere\/ca\.pem, which “ca” names, does not exist/);
    await tunnels[0];
  });

  it.for([
    ['socks5://me:p4ss@127.0.0.1:1', /^HTTPS_PROXY names a SOCKS proxy/],
    ['http://me:p4ss@host:name', /^HTTPS_PROXY is not the address of an HTTP proxy/],
  ] as const)('is unreachable, and not asked directly, with %s', async ([value, told], { expect, onTestFinished }) => {
    const { broker, server } = await behindProxy(
      { scheme: 'https', environment: () => everywhere(value) },
      onTestFinished,
    );
    const { state, lastError } = only(await broker.status()) ?? {};
    expect(state).toBe('unreachable');
    expect(lastError).toMatch(told);
    expect(broker.stderr + String(lastError)).not.toMatch(/p4ss/);
    expect(server.received).toEqual([]);
    // Its end is an orderly one, although there is nothing to close.
    broker.process.kill('SIGTERM');
    expect(await broker.ended()).toBe(0);
  });

  it('is not asked through one that NO_PROXY exempts it from', async ({ expect, onTestFinished }) => {
    const environment = (one: HttpProxyStandIn): NodeJS.ProcessEnv => ({
      ...everywhere(at(one)),
      NO_PROXY: '.example',
    });
    const { broker, proxy } = await behindProxy({ scheme: 'https', environment }, onTestFinished);
    expect(only(await broker.status())?.lastError).toMatch(/host name/i);
    expect(proxy.hops).toEqual([]);
  });
});

describe.concurrent('a server on this machine', () => {
  it('is never asked through a proxy', async ({ expect, onTestFinished }) => {
    const server = await new OpenaiStandIn().start();
    onTestFinished(() => server.stop());
    const proxy = await new HttpProxyStandIn(() => undefined).start();
    onTestFinished(() => {
      proxy.stop();
    });
    const value = at(proxy);
    const broker = await RunningBroker.start({
      config: { connections: [{ id: 'near', kind: 'openai', url: server.origin }] },
      env: { ...everywhere(value), all_proxy: value, http_proxy: value, NO_PROXY: 'elsewhere.example' },
    });
    onTestFinished(() => broker.release());
    expect(await asked(broker)).toBe('Hello from the cloud.');
    expect(proxy.hops).toEqual([]);
  });
});
