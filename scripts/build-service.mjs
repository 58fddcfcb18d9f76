// Builds dist/service/cloudtolocalllm.mjs: the whole service in one file that Node runs as it is.
import { chmod } from 'node:fs/promises';
import { build } from 'esbuild';
import { serviceBundle } from './service-bundle.mjs';

await build(serviceBundle);
await chmod(serviceBundle.outfile, 0o755);
