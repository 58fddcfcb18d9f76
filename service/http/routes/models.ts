import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Connection } from '../../connections/connection.js';
import { anthropicModels } from '../../dialects/anthropic/listings.js';
import type { Fields } from '../../dialects/fields.js';
import type { Listed } from '../../dialects/listing.js';
import { canonicalModelName } from '../../dialects/ollama/modelName.js';
import { ollamaTags, ollamaVersion } from '../../dialects/ollama/listings.js';
import { openaiModels } from '../../dialects/openai/listings.js';
import { ModelMissing } from '../../routing/errors.js';
import { scopeOf } from '../answering.js';
import type { Services } from '../app.js';

/** What models there are: of all connections that can be reached on the route, from what is known, so that none delays another. */
export function modelRoutes(app: FastifyInstance, { broker }: Services): void {
  const connections = async (request: FastifyRequest): Promise<readonly Connection[]> => {
    const there = broker.routed(scopeOf(request));
    await knownSoon(there);
    return there.filter(({ reachable }) => reachable);
  };
  const listed = async (request: FastifyRequest): Promise<readonly Listed[]> =>
    (await connections(request)).flatMap(({ catalogue = [], settings }) =>
      catalogue.map((model) => ({ ...model, connection: settings.id })),
    );

  app.route({
    method: ['GET', 'HEAD'],
    url: '/api/version',
    handler: async (request) => {
      const version = (await connections(request)).find(({ settings }) => settings.kind === 'ollama')?.status.version;
      return ollamaVersion(version ?? broker.status.version);
    },
  });

  app.route({
    method: ['GET', 'HEAD'],
    url: '/api/tags',
    handler: async (request) => ollamaTags(await listed(request)),
  });

  app.get('/api/ps', async (request) => {
    const there = await connections(request);
    // What is in memory changes with every request.
    await soon(there.map((one) => one.check()));
    const loaded = there.flatMap((one) => one.status.loaded.map((model) => ({ one, model })));
    const longest = loaded.sort((a, b) => (b.model.expires || Infinity) - (a.model.expires || Infinity));
    return { models: longest.map(({ one, model }) => ({ ...model.listing, connections: [one.settings.id] })) };
  });

  // OpenAI's and Anthropic's clients ask at the same place; only the latter say which version they speak.
  app.get('/v1/models', async (request) => modelsIn(request, await listed(request)));

  app.get<{ Params: { '*': string } }>('/v1/models/*', async (request) => {
    const name = request.params['*'];
    const models = await listed(request);
    const same = models.filter((one) => canonicalModelName(one.name) === canonicalModelName(name));
    if (same.length === 0) {
      throw new ModelMissing(
        name,
        models.map((one) => one.name),
      );
    }
    const [entry] = modelsIn(
      request,
      same.map((one) => ({ ...one, name })),
    ).data as readonly Fields[];
    return entry;
  });
}

function modelsIn({ headers }: FastifyRequest, models: readonly Listed[]): Fields {
  return headers['anthropic-version'] === undefined ? openaiModels(models) : anthropicModels(models);
}

/** How long is waited for checks. Milliseconds. */
const checkPatience = 1000;

/** Just started, a connection's models aren't known yet: that is waited for, but not long, and never again. */
async function knownSoon(connections: readonly Connection[]): Promise<void> {
  const unknown = connections.filter(({ state, status }) => state === 'connecting' && status.lastCheck === 0);
  if (unknown.length > 0) await soon(unknown.map((one) => one.check()));
}

/** Settles when all have, but not late. */
async function soon(checks: readonly Promise<void>[]): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, checkPatience);
  });
  await Promise.race([late, Promise.all(checks)]);
  clearTimeout(timer);
}
