import { setTimeout as sleep } from 'node:timers/promises';
import { collected } from '../connections/body.js';
import type { Connection } from '../connections/connection.js';
import { decompressed } from '../connections/decoding.js';
import { objectFrom } from '../dialects/fields.js';
import { NotUnloaded } from './errors.js';
import { alone } from './passage.js';

/** So long it may take until a model is out. Less than a caller on the bus waits. Milliseconds. */
const patience = 15_000;

/** Between two looks at what is loaded: the first, and how it grows. Milliseconds. */
const firstPause = 100;
const growth = 1.5;

/** The longest answer that is read. Bytes. */
const limit = 1024 * 1024;

/**
 * Has an Ollama server take a model out of its memory, and waits until it is out. Any model, also one that only embeds:
 * the server lets go of it before it looks what it can do (GenerateHandler in its server/routes.go).
 *
 * @throws {NotUnloaded} in words, if it refuses or holds on to it
 * @throws {AllFailed}
 */
export async function unload(connection: Connection, model: string): Promise<void> {
  const until = performance.now() + patience;
  await tell(connection, model);
  for (let pause = firstPause; ; pause *= growth) {
    await connection.checkAgain();
    const { state, lastError } = connection.status;
    if (state !== 'connected')
      throw new NotUnloaded(lastError || 'it can’t be asked any more whether the model is out');
    if (!connection.holds(model)) return;
    if (performance.now() + pause > until) {
      throw new NotUnloaded(
        `${model} is still in memory: most likely a request is being answered with it, and it goes when that is over`,
      );
    }
    await sleep(pause);
  }
}

async function tell(connection: Connection, model: string): Promise<void> {
  const { url } = connection.settings;
  const { signal } = new AbortController();
  const request = {
    method: 'POST',
    path: '/api/generate',
    headers: { 'content-type': 'application/json', 'accept-encoding': 'identity' },
    body: Buffer.from(JSON.stringify({ model, keep_alive: 0, stream: false })),
    timeouts: { firstByte: patience / 1000, total: patience / 1000 },
  } as const;
  const { status, text } = await alone(connection, async () => {
    const reply = await decompressed(await connection.send(request, signal), url);
    const text = (await collected(reply.body, limit, signal)).toString('utf8');
    connection.began();
    connection.completed();
    return { status: reply.status, text };
  });
  if (status === 200) return;
  // Its own words stay here: they may repeat what somebody else has asked.
  const missing = status === 404 && objectFrom(text)?.error !== undefined;
  throw new NotUnloaded(missing ? `the server has no model “${model}”` : `${url} answered with status ${status}`);
}
