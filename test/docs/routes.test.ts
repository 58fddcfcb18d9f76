import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it, vi } from 'vitest';
import type { FastifyInstance, FastifyServerOptions } from 'fastify';
import type { Services } from '../../service/http/app.ts';

/** What the service registers, as fastify is told of it. */
const registered = vi.hoisted(() => new Set<string>());

vi.mock('fastify', async (original) => {
  const { default: fastify } = await original<{ default: (options: FastifyServerOptions) => FastifyInstance }>();
  return {
    default: (options: FastifyServerOptions) => {
      const app = fastify(options);
      app.addHook('onRoute', ({ url, method }) => {
        for (const one of [method].flat()) registered.add(`${one} ${url}`);
      });
      return app;
    },
  };
});

/** The routes in the page's tables: methods in the first column, a path in the second. */
function told(): string[] {
  const page = readFileSync(fileURLToPath(new URL('../../docs/reference/http.md', import.meta.url)), 'utf8');
  const rows = page.matchAll(/^\| ((?:`[A-Z]+`(?:, )?)+) +\| `([^`]+)`/gm);
  return [...rows].flatMap(([, methods = '', path = '']) =>
    [...methods.matchAll(/[A-Z]+/g)].map(([method]) => `${method} ${path}`),
  );
}

it('has every route that the service registers in the reference of HTTP, and no other', async () => {
  const { createApp } = await import('../../service/http/app.ts');
  // What else they are is used by requests, and none comes.
  const services = { broker: new EventEmitter(), closing: new AbortController().signal };
  await createApp(services as unknown as Services);
  expect(told().sort()).toEqual([...registered].sort());
});
