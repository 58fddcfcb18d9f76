import type { FastifyInstance } from 'fastify';
import { chatApis } from '../../dialects/apis.js';
import { modelOf } from '../../dialects/fields.js';
import { answering, bytesOf, fieldsOf, scopeOf } from '../answering.js';
import type { Services } from '../app.js';
import { requestHeaders } from '../headers.js';
import { relay } from '../relay.js';

/** What is answered by a model: by the first connection that can, its answer handed on as it comes. */
export function chatRoutes(app: FastifyInstance, { broker, router }: Services): void {
  for (const api of chatApis) {
    app.post(api.path, async (request, reply) => {
      const bytes = await bytesOf(request);
      const fields = fieldsOf(bytes);
      const model = modelOf(fields);
      const headers = requestHeaders(request.headers);
      const scope = scopeOf(request);
      await answering(broker, reply, async (signal) => {
        relay(await router.send({ api, model, bytes, fields, headers, ...scope }, signal), api.dialect, reply.raw);
      });
    });
  }
}
