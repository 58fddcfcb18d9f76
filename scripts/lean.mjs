// esbuild plugins that leave out of the service what its libraries bring along and it never uses.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** undici and fastify load HTTP/2 whether it is used or not; it never is, and it costs memory and time. */
export const withoutHttp2 = {
  name: 'without-http2',
  setup(hooks) {
    hooks.onResolve({ filter: /^node:http2$/ }, () => ({ path: 'http2', namespace: 'missing' }));
    hooks.onLoad({ filter: /.*/, namespace: 'missing' }, () => ({ contents: 'module.exports = { constants: {} };' }));
  },
};

/**
 * openid-client names Node's Headers and Response, and with either Node loads the whole of its `fetch`: some 4 MB. Here
 * it gets ours.
 */
export const withoutFetch = {
  name: 'without-fetch',
  setup(hooks) {
    const web = fileURLToPath(new URL('../service/signIn/web.ts', import.meta.url));
    hooks.onLoad({ filter: /[\\/](openid-client|oauth4webapi)[\\/]build[\\/]index\.js$/ }, async ({ path }) => ({
      contents: `import { Headers, Response } from ${JSON.stringify(web)};\n${await readFile(path, 'utf8')}`,
    }));
  },
};
