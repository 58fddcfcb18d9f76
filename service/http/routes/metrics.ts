import type { FastifyInstance } from 'fastify';
import type { Services } from '../app.js';

/** What Prometheus asks for. What writes it is loaded with the first one that does. */
export function metricsRoute(app: FastifyInstance, { broker, metrics }: Services): void {
  app.get('/metrics', async ({ key }, reply) => {
    const { contentType, exposition } = await import('../../telemetry/exposition.js');
    const only = key?.connections;
    return reply.type(contentType).send(exposition(metrics, broker.statusWithin(only), only));
  });
}
