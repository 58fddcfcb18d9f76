import type { FastifyInstance } from 'fastify';
import type { Connection } from '../../connections/connection.js';
import type { Dialect } from '../../dialects/dialect.js';
import type { Listed } from '../../dialects/listing.js';
import { ollamaTags, ollamaVersion } from '../../dialects/ollama/listings.js';
import { openaiModels } from '../../dialects/openai/listings.js';
import { onRoute } from '../../routing/choose.js';
import type { Services } from '../app.js';

/** What models there are: of all connections that can be reached on the route, from what is known, so that none delays another. */
export function modelRoutes(app: FastifyInstance, { broker }: Services): void {
  const connections = async (): Promise<readonly Connection[]> => {
    const there = broker.connections.filter((one) => onRoute(one, broker.route));
    await knownSoon(there);
    return there.filter(({ reachable }) => reachable);
  };
  const listed = async (dialect: Dialect): Promise<readonly Listed[]> =>
    (await connections())
      .filter((one) => one.speaks(dialect))
      .flatMap(({ catalogue = [], settings }) => catalogue.map((model) => ({ ...model, connection: settings.id })));

  app.route({
    method: ['GET', 'HEAD'],
    url: '/api/version',
    handler: async () => {
      const version = (await connections()).find(({ settings }) => settings.kind === 'ollama')?.status.version;
      return ollamaVersion(version ?? broker.status.version);
    },
  });

  app.route({
    method: ['GET', 'HEAD'],
    url: '/api/tags',
    handler: async () => ollamaTags(await listed('ollama')),
  });

  app.get('/v1/models', async () => openaiModels(await listed('openai')));
}

/** How long is waited for the first check of a connection. Milliseconds. */
const firstCheck = 1000;

/** Just started, a connection's models aren't known yet: that is waited for, but not long, and never again. */
async function knownSoon(connections: readonly Connection[]): Promise<void> {
  const unknown = connections.filter(({ state, status }) => state === 'connecting' && status.lastCheck === 0);
  if (unknown.length === 0) return;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, firstCheck);
  });
  await Promise.race([late, Promise.all(unknown.map((one) => one.check()))]);
  clearTimeout(timer);
}
