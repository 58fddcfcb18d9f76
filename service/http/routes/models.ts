import type { FastifyInstance } from 'fastify';
import { ollamaTags, ollamaVersion } from '../../dialects/ollama/listings.js';
import { openaiModels } from '../../dialects/openai/listings.js';
import type { Services } from '../app.js';
import { onRoute } from '../../routing/choose.js';

/** What models there are: of all connections that work on the route, from what is known, so that none delays another. */
export function modelRoutes(app: FastifyInstance, { broker }: Services): void {
  const connections = () => broker.connections.filter((one) => one.state === 'connected' && onRoute(one, broker.route));

  app.route({
    method: ['GET', 'HEAD'],
    url: '/api/version',
    handler: () => {
      const version = connections().find(({ settings }) => settings.kind === 'ollama')?.status.version;
      return ollamaVersion(version ?? broker.status.version);
    },
  });

  app.route({
    method: ['GET', 'HEAD'],
    url: '/api/tags',
    handler: () =>
      ollamaTags(
        connections()
          .filter((one) => one.speaks('ollama'))
          .flatMap(({ catalogue }) => catalogue ?? []),
      ),
  });

  app.get('/v1/models', () =>
    openaiModels(
      connections()
        .filter((one) => one.speaks('openai'))
        .flatMap(({ catalogue }) => catalogue ?? []),
    ),
  );
}
