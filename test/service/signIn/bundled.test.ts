import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Person } from './person.ts';
import { RunningProvider } from './provider.ts';

let folder: string;
let provider: RunningProvider;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'signIn-'));
  provider = await RunningProvider.start();
});
afterAll(async () => {
  await provider.stop();
  await rm(folder, { recursive: true });
});

it('as it is built, it renews a session without loading Node’s fetch', async () => {
  const signIn = fileURLToPath(new URL('../../../service/signIn/signIn.ts', import.meta.url));
  const person = await Person.signedIn(provider);
  const program = `
    import { SignIn } from ${JSON.stringify(signIn)};
    const store = { keep: async () => undefined, forget: async () => undefined };
    const signIn = new SignIn(${JSON.stringify(provider.settings)}, { store, changed() {} });
    signIn.load(process.env.STORED);
    const first = await signIn.accessToken();
    const second = await signIn.renew(first);
    const fetchIsLoaded = process.moduleLoadList.includes('NativeModule internal/deps/undici/undici');
    console.log(JSON.stringify({ renewed: first !== second, problem: signIn.status.problem, fetchIsLoaded }));`;
  const outfile = join(folder, 'signIn.mjs');
  // A script, and so without types of its own.
  const script = new URL('../../../scripts/lean.mjs', import.meta.url).href;
  const { withoutFetch, withoutHttp2 } = (await import(script)) as Record<'withoutFetch' | 'withoutHttp2', Plugin>;
  await build({
    stdin: { contents: program, resolveDir: folder },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    banner: { js: "import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);" },
    plugins: [withoutHttp2, withoutFetch],
  });
  const { stdout } = await promisify(execFile)(process.execPath, [outfile], { env: { STORED: person.shelf.stored } });
  expect(JSON.parse(stdout)).toEqual({ renewed: true, problem: '', fetchIsLoaded: false });
});
