// How the service becomes one file: what esbuild is told (build-service.mjs builds it, licences.mjs asks whose code is in it).
import { fileURLToPath } from 'node:url';
import { esbuildPlugin } from './contracts.mjs';
import { withoutFetch, withoutHttp2 } from './lean.mjs';

const path = (relative) => fileURLToPath(new URL(`../${relative}`, import.meta.url));

/** Options of esbuild's `build`. */
export const serviceBundle = {
  entryPoints: [path('service/main.ts')],
  outfile: path('dist/service/cloudtolocalllm.mjs'),
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
  plugins: [esbuildPlugin(), withoutHttp2, withoutFetch],
  logLevel: 'warning',
};
