// Builds dist/service/cloudtolocalllm.mjs: the whole service in one file that Node runs as it is.
import { chmod } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { esbuildPlugin } from './contracts.mjs';

const path = (relative) => fileURLToPath(new URL(`../${relative}`, import.meta.url));
const outfile = path('dist/service/cloudtolocalllm.mjs');

/** undici and fastify load HTTP/2 whether it is used or not; it never is, and it costs memory and time. */
const withoutHttp2 = {
  name: 'without-http2',
  setup(hooks) {
    hooks.onResolve({ filter: /^node:http2$/ }, () => ({ path: 'http2', namespace: 'missing' }));
    hooks.onLoad({ filter: /.*/, namespace: 'missing' }, () => ({ contents: 'module.exports = { constants: {} };' }));
  },
};

await build({
  entryPoints: [path('service/main.ts')],
  outfile,
  bundle: true,
  platform: 'node',
  target: 'node20.18',
  format: 'esm',
  minify: true,
  // In one line it would print itself whole into the journal at the first uncaught exception.
  lineLimit: 160,
  legalComments: 'eof',
  // Each is required only where a library does what the broker never asks of it: introspect other D-Bus services;
  // check and write bodies by fastify's schemas; call fastify without a socket; let fastify log.
  external: ['xml2js', '@fastify/ajv-compiler', '@fastify/fast-json-stringify-compiler', 'light-my-request', 'pino'],
  banner: {
    js: "#!/usr/bin/env node\nimport { createRequire as __createRequire } from 'node:module';\nconst require = __createRequire(import.meta.url);",
  },
  plugins: [esbuildPlugin(), withoutHttp2],
  logLevel: 'warning',
});
await chmod(outfile, 0o755);
