import type { FastifyInstance } from 'fastify';
import { chatApis } from '../../dialects/apis.js';
import { modelOf } from '../../dialects/fields.js';
import { answering, bytesOf, fieldsOf, scopeOf } from '../answering.js';
import type { Services } from '../app.js';
import { requestHeaders } from '../headers.js';
import { observed } from '../observed.js';
import { relay } from '../relay.js';

/** What is answered by a model: by the first connection that can, its answer handed on as it comes. */
export function chatRoutes(app: FastifyInstance, { broker, router, metrics }: Services): void {
  for (const api of chatApis) {
    app.post(api.path, async (request, reply) => {
      const bytes = await bytesOf(request);
      const fields = fieldsOf(bytes);
      const model = modelOf(fields);
      const headers = requestHeaders(request.headers);
      const scope = scopeOf(request);
      const observation = observed(metrics, api.dialect, reply.raw);
      await answering(broker, reply, async (signal) => {
        const asked = { api, model, bytes, fields, headers, ...scope };
        const routed = await observation.of(router.send(asked, signal));
        relay(routed, api.dialect, reply.raw, observation);
      });
    });
  }
}
