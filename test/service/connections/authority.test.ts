import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readAuthority } from '../../../service/connections/authority.js';
import { AuthorityUnusable } from '../../../service/connections/errors.js';
import { RunningBroker, type Status } from '../../support/broker.ts';
import { PrivateBus } from '../../support/bus.ts';
import { authority, selfSigned } from '../../support/certificates.ts';
import { releasing } from '../../support/releases.ts';
import { behindTls } from '../../support/tls.ts';
import { OpenaiStandIn } from '../../upstreams/openai.ts';

const release = releasing();
const here = 'IP:127.0.0.1';

/** A server over TLS, with a certificate that an authority of its own has signed. */
async function secured() {
  const server = await new OpenaiStandIn().start();
  release(() => server.stop());
  const root = authority(release);
  const tls = await behindTls(server, root.issue(here), release);
  return { server, root, tls };
}

async function started(connections: readonly object[], env: NodeJS.ProcessEnv = {}): Promise<RunningBroker> {
  const broker = await RunningBroker.start({ config: { connections }, env });
  release(() => broker.release());
  return broker;
}

const connection = (id: string, url: string, ca?: string): object => ({
  ...{ id, kind: 'openai', url },
  ...(ca !== undefined && { ca }),
});

const told = ({ connections }: Status): unknown =>
  connections.map(({ id, state, lastError }) => ({ id, state, lastError }));

describe('a private authority', () => {
  it('is trusted where a connection names it, and nowhere else', async () => {
    const { root, tls } = await secured();
    const broker = await started([connection('named', tls.url, root.path), connection('unnamed', tls.url)]);
    expect(told(await broker.status())).toEqual([
      { id: 'named', state: 'connected', lastError: null },
      {
        id: 'unnamed',
        state: 'unreachable',
        lastError: `Its TLS certificate is signed by an unknown authority; “ca” can name a private one (${tls.url})`,
      },
    ]);
  });

  it('is the only one that is trusted', async () => {
    const { root, tls } = await secured();
    const other = authority(release);
    const env = { NODE_EXTRA_CA_CERTS: root.path };
    const broker = await started([connection('all', tls.url), connection('only', tls.url, other.path)], env);
    expect(told(await broker.status())).toMatchObject([{ state: 'connected' }, { state: 'unreachable' }]);
  });

  it('may be one of several in a file, among other text', async () => {
    const { root, tls } = await secured();
    const file = `An authority:\n${authority(release).cert}\n# and the other\n${root.cert}`;
    writeFileSync(root.path, file);
    const broker = await started([connection('named', tls.url, root.path)]);
    expect(told(await broker.status())).toMatchObject([{ state: 'connected' }]);
  });

  it('vouches for names, not for whoever has one of its certificates', async () => {
    const { root, tls } = await secured();
    tls.present(root.issue('DNS:elsewhere.example'));
    const broker = await started([connection('named', tls.url, root.path)]);
    const { connections } = await broker.status();
    expect(connections[0]?.lastError).toBe(`Its TLS certificate is for another name (${tls.url})`);
  });

  it('has no meaning without TLS', async () => {
    const { server } = await secured();
    const broker = await started([connection('plain', server.origin, '/nowhere.pem')]);
    expect(told(await broker.status())).toMatchObject([{ state: 'connected' }]);
  });

  it('that can’t be read makes its connection unreachable, until it can; others work', async () => {
    const { server, root, tls } = await secured();
    const path = join(root.path, '..', 'later.pem');
    const broker = await started([connection('named', tls.url, path), connection('other', server.origin)]);
    expect(told(await broker.status())).toEqual([
      {
        id: 'named',
        state: 'unreachable',
        lastError: `${path}, which “ca” names, does not exist; put the certificate of its authority there`,
      },
      { id: 'other', state: 'connected', lastError: null },
    ]);
    writeFileSync(path, root.cert);
    await broker.until(({ connections }) => connections[0]?.state === 'connected');
  });

  it('is named in GSettings, too', async () => {
    const { root, tls } = await secured();
    const bus = await PrivateBus.start();
    release(() => bus.stop());
    const folder = '/org/gnome/shell/extensions/cloudtolocalllm/connections/ollama/';
    const at = `org.gnome.shell.extensions.cloudtolocalllm.connection:${folder}`;
    for (const [key, value] of [
      ['kind', 'openai'],
      ['url', tls.url],
      ['ca-file', root.path],
    ] as const) {
      await bus.run('gsettings', 'set', at, key, value);
    }
    const broker = await RunningBroker.start({ env: bus.env });
    release(() => broker.release());
    expect(told(await broker.status())).toMatchObject([{ state: 'connected' }]);
    await bus.run('gsettings', 'reset', at, 'ca-file');
    await broker.until(({ connections }) => connections[0]?.state === 'unreachable');
  });
});

describe('a file of an authority is refused in words', () => {
  it.each<[what: string, content: string | Buffer | undefined, words: RegExp]>([
    ['that isn’t there', undefined, /does not exist; put the certificate/],
    ['that is empty', '', /holds no certificate in PEM/],
    ['that is garbage', Buffer.alloc(1000, 7), /holds no certificate in PEM/],
    [
      'with a damaged certificate',
      '-----BEGIN CERTIFICATE-----\nTWVow==\n-----END CERTIFICATE-----\n',
      /holds a certificate that is damaged/,
    ],
  ])('%s', (_what, content, words) => {
    const path = join(selfSigned(here, release).path, '..', 'authority.pem');
    if (content !== undefined) writeFileSync(path, content);
    const read = (): unknown => readAuthority(path);
    expect(read).toThrow(AuthorityUnusable);
    expect(read).toThrow(path);
    expect(read).toThrow(words);
  });

  it('that is a folder', () => {
    expect(() => readAuthority('/')).toThrow(/^\/, which “ca” names, is a folder; name the file inside/);
  });
});

describe('NODE_TLS_REJECT_UNAUTHORIZED=0', () => {
  it('changes nothing but that it is said once', async () => {
    const { root, tls } = await secured();
    const stranger = authority(release);
    const broker = await started(
      [
        connection('unnamed', tls.url),
        connection('other', tls.url, stranger.path),
        connection('named', tls.url, root.path),
      ],
      { NODE_TLS_REJECT_UNAUTHORIZED: '0' },
    );
    expect(told(await broker.status())).toMatchObject([
      { state: 'unreachable' },
      { state: 'unreachable' },
      { state: 'connected' },
    ]);
    expect(broker.stderr).toMatch(/^NODE_TLS_REJECT_UNAUTHORIZED=0 has no effect: .*“ca”.*\n$/);
  });
});
