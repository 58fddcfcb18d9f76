import { describe, expect, it } from 'vitest';
import { Running, RunningBroker } from '../../support/broker.ts';
import { releasing } from '../../support/releases.ts';
import { Canaries } from './canaries.ts';
import { Evidence } from './evidence.ts';

const release = releasing();

const withConnection = (more: object): string =>
  JSON.stringify({ connections: [{ id: 'one', kind: 'openai', url: 'http://127.0.0.1:9', ...more }] });

/** Ways in which people write a secret into a configuration, where none belongs. */
const ways: Readonly<Record<string, (secret: string) => string>> = {
  'as the token': (secret) => withConnection({ token: secret }),
  'as the token, without quotes': (secret) => withConnection({ token: '@' }).replace('"@"', secret),
  'as the token, with one quote': (secret) => withConnection({ token: '@' }).replace('@"', secret),
  'as the name of a variable': (secret) => withConnection({ token: { env: secret } }),
  'as the path of a file': (secret) => withConnection({ token: { file: secret } }),
  'as a key of its own': (secret) => withConnection({ apiKey: secret }),
  'as a header': (secret) => withConnection({ headers: { authorization: `Bearer ${secret}` } }),
  'as a password': (secret) => withConnection({ url: `http://me:${secret}@127.0.0.1:9` }),
  'as a user name': (secret) => withConnection({ url: `http://${secret}@127.0.0.1:9` }),
  'behind the address': (secret) => withConnection({ url: `http://127.0.0.1:9/v1?key=${secret}` }),
  'as the keyring': (secret) => withConnection({ token: { keyring: secret } }),
  'as the client’s': (secret) =>
    withConnection({ token: { signIn: { issuer: 'https://id.example', clientId: 'a', clientSecret: secret } } }),
  'in the issuer': (secret) =>
    withConnection({ token: { signIn: { issuer: `https://me:${secret}@a`, clientId: 'a' } } }),
  'in an origin': (secret) => JSON.stringify({ origins: [`https://me:${secret}@page.example`] }),
  'as the key of TLS': (secret) => JSON.stringify({ tls: { certificate: '/c', key: { pem: secret } } }),
};

describe.each(Object.entries(ways))('a secret written into the configuration %s', (_name, write) => {
  it('is repeated neither by a reload nor by a start nor by config check', async () => {
    const canaries = new Canaries();
    const evidence = new Evidence(canaries);
    const text = write(`sk-${canaries.word('the secret')}`);
    const broker = await RunningBroker.start({ config: { connections: [] }, env: { DEBUG: '*' } });
    release(() => broker.release());
    const path = broker.write('config.json', text);
    await broker.printed(/what was in force before stays/);
    evidence.note('the status', JSON.stringify(await broker.status()));
    for (const args of [
      ['serve', '--no-dbus', '--listen', '127.0.0.1:0', '--config', path],
      ['config', 'check', path],
    ]) {
      const running = new Running(args, { env: { DEBUG: '*' } });
      release(() => running.release());
      expect(await running.ended()).not.toBe(0);
      evidence.note(args.join(' '), running.stdout + running.stderr);
    }
    evidence.note('the broker', broker.stdout + broker.stderr);
    expect(evidence.report()).toBe('');
  });
});
