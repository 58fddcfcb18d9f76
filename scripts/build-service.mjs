// Builds dist/service/cloudtolocalllm.mjs: the whole service in one file that Node runs as it is.
import { chmod } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { esbuildPlugin } from './contracts.mjs';

const path = (relative) => fileURLToPath(new URL(`../${relative}`, import.meta.url));
const outfile = path('dist/service/cloudtolocalllm.mjs');

await build({
  entryPoints: [path('service/main.ts')],
  outfile,
  bundle: true,
  platform: 'node',
  target: 'node20.18',
  format: 'esm',
  // Not white space: a one-line bundle would print itself whole into the journal at the first uncaught exception.
  minifySyntax: true,
  minifyIdentifiers: true,
  legalComments: 'eof',
  // The D-Bus library would parse introspection data with it; we never introspect.
  external: ['xml2js'],
  banner: {
    js: "#!/usr/bin/env node\nimport { createRequire as __createRequire } from 'node:module';\nconst require = __createRequire(import.meta.url);",
  },
  plugins: [esbuildPlugin()],
  logLevel: 'warning',
});
await chmod(outfile, 0o755);
