import type { FastifyInstance } from 'fastify';
import { embeddingApis } from '../../dialects/embeddings.js';
import { modelOf } from '../../dialects/fields.js';
import { answering, bytesOf, fieldsOf, scopeOf } from '../answering.js';
import type { Services } from '../app.js';
import { requestHeaders } from '../headers.js';
import { observed } from '../observed.js';
import { origin } from '../relay.js';

/** What tells the vectors of texts. */
export function embeddingRoutes(app: FastifyInstance, { broker, router, metrics }: Services): void {
  for (const api of embeddingApis) {
    app.post(api.path, async (request, reply) => {
      const bytes = await bytesOf(request);
      const fields = fieldsOf(bytes);
      const asked = { api, model: modelOf(fields), bytes, fields, headers: requestHeaders(request.headers) };
      const observation = observed(metrics, api.dialect, reply.raw);
      await answering(broker, reply, async (signal) => {
        const vectors = await observation.of(router.embed({ ...asked, ...scopeOf(request) }, signal));
        observation.begins();
        const head = { 'content-type': 'application/json; charset=utf-8', 'content-length': vectors.bytes.length };
        reply.raw.writeHead(200, { ...head, ...origin(vectors) }).end(vectors.bytes);
      });
    });
  }
}
