import fc from 'fast-check';
import { describe, expect } from 'vitest';
import { chatApis } from '../../service/dialects/apis.js';
import { Untranslatable } from '../../service/dialects/codec.js';
import { embeddingApis, embeddingServers } from '../../service/dialects/embeddings.js';
import { InvalidRequest } from '../../service/dialects/errors.js';
import { modelOf, objectFrom } from '../../service/dialects/fields.js';
import { servers } from '../../service/dialects/servers.js';
import { requests } from './support/corpus.ts';
import { fuzz } from './support/fuzz.ts';
import { mutatedJson } from './support/json.ts';
import { polluted } from './support/pollution.ts';

/** Does it, or says that a request can't be read or carried; anything else is a fault. */
function allowed<T>(done: () => T): T | undefined {
  try {
    return done();
  } catch (error) {
    if (error instanceof InvalidRequest || error instanceof Untranslatable) return undefined;
    throw error;
  }
}

const delivered = { text: 'The answer', pieces: 2 };

describe('a request in any API', () => {
  const bodies = fc.oneof(
    ...requests.map(([, fields]) => ({ weight: 1, arbitrary: mutatedJson(fc.constant(fields)) })),
  );

  fuzz(
    'requests',
    'is read or refused in words, and what is read is written for any server, whatever it says',
    fc.tuple(fc.constantFrom(...chatApis.keys()), bodies),
    ([index, body]) => {
      const [api, fields] = [chatApis[index], objectFrom(body)];
      if (api === undefined || fields === undefined || allowed(() => modelOf(fields)) === undefined) return;
      api.needs(fields);
      api.streamed(fields);
      allowed(() => api.idle(fields, new Date(0)));
      for (const how of ['prefix', 'vllm', 'anew'] as const) {
        allowed(() => JSON.stringify(api.native?.continued(fields, delivered, how)));
      }
      const decoded = allowed(() => api.decode(fields));
      for (const server of Object.values(servers)) {
        const encoded = decoded && allowed(() => server.encode(decoded.request));
        if (encoded === undefined) continue;
        const again = JSON.parse(JSON.stringify(encoded.fields)) as Record<string, unknown>;
        expect(again.model).toBe(decoded?.request.model);
        expect(Array.isArray(again.messages)).toBe(true);
        expect(encoded.dropped.every((name) => typeof name === 'string')).toBe(true);
      }
      for (const embedding of embeddingApis) {
        const texts = allowed(() => embedding.decode(fields));
        if (texts === undefined) continue;
        for (const server of Object.values(embeddingServers)) JSON.stringify(server.encode(texts.request));
      }
      expect(polluted()).toEqual([]);
    },
  );
});
