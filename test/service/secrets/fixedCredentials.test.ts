import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { NoCredentials, UnsuitedCredentials } from '../../../service/connections/credentials.js';
import { FixedCredentials } from '../../../service/secrets/fixedCredentials.js';

const folder = mkdtempSync(join(tmpdir(), 'cloudtolocalllm-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('credentials that the configuration names', () => {
  it('are none where it names none', async () => {
    const credentials = new FixedCredentials(undefined, {});
    expect(credentials.status).toEqual({ state: 'none', kind: 'fixed', problem: '', account: '', signIn: '' });
    expect(await credentials.token()).toBeUndefined();
  });

  it('are a token', async () => {
    const credentials = new FixedCredentials({ env: 'KEY' }, { KEY: 'sk-1' });
    expect(credentials.status).toMatchObject({ state: 'stored', problem: '' });
    expect(await credentials.token()).toBe('sk-1');
  });

  it('say what is wrong where there is no token', async () => {
    const credentials = new FixedCredentials({ env: 'KEY' }, {});
    const problem = 'It has no token: the environment variable KEY is not set';
    expect(credentials.status).toMatchObject({ state: 'missing', problem });
    await expect(credentials.token()).rejects.toThrow(new NoCredentials(problem));
  });

  it('take up a file that has been mended, and tell once', async () => {
    const file = join(folder, 'token');
    writeFileSync(file, 'sk-1', { mode: 0o644 });
    const credentials = new FixedCredentials({ file }, {});
    const changes: string[] = [];
    credentials.changed = (change) => changes.push(change);
    expect(credentials.status.state).toBe('missing');
    chmodSync(file, 0o600);
    await credentials.look();
    await credentials.look();
    expect(await credentials.token()).toBe('sk-1');
    expect(changes).toEqual(['usable']);
  });

  it.each([
    ['another token', (credentials: FixedCredentials) => credentials.keep('sk-2')],
    ['to forget theirs', (credentials: FixedCredentials) => credentials.forget()],
    ['a sign-in', (credentials: FixedCredentials) => credentials.signIn('browser')],
    ['a sign-out', (credentials: FixedCredentials) => credentials.signOut()],
  ])('refuse %s', async (_what, ask) => {
    await expect(ask(new FixedCredentials({ env: 'KEY' }, { KEY: 'sk-1' }))).rejects.toThrow(UnsuitedCredentials);
  });
});
