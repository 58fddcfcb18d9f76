import type { FastifyInstance } from 'fastify';
import type { ServerResponse } from 'node:http';
import type { Services } from '../app.js';
import { type ToldStatus, toldStatus } from './broker.js';

/** Changes that come within this time are told together. Milliseconds. */
const gathering = 50;

/** A reader that has heard nothing for so long is told that the broker is there: proxies cut what is silent. Milliseconds. */
const heartbeat = 30_000;

/** Who follows the status over one connection: the whole at first, and the whole again whenever it is another one. */
class Follower {
  #last = '';
  #timer: NodeJS.Timeout | undefined;
  readonly #heartbeat: NodeJS.Timeout;

  /**
   * @param status tells it as it is now; undefined once it isn't to be told any more
   */
  constructor(
    private readonly to: ServerResponse,
    private readonly status: () => ToldStatus | undefined,
  ) {
    to.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    to.on('drain', this.changed);
    this.#heartbeat = setInterval(() => {
      if (this.status() === undefined) this.end();
      // Who doesn't read needs no sign of life.
      else if (!to.writableNeedDrain) to.write(':\n\n');
    }, heartbeat);
    this.#tell();
  }

  /** Something may have. */
  readonly changed = (): void => {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#tell();
    }, gathering);
  };

  /** Tells it nothing any more. */
  end(): void {
    this.stop();
    this.to.end();
  }

  stop(): void {
    clearTimeout(this.#timer);
    clearInterval(this.#heartbeat);
  }

  #tell(): void {
    // What a slow reader can't take isn't kept for it: when it can, it is told how things are then.
    if (this.to.writableNeedDrain) return;
    const status = this.status();
    if (status === undefined) {
      this.end();
      return;
    }
    const essence = JSON.stringify(status, (key, value: unknown) => (key === 'lastCheck' ? undefined : value));
    if (essence === this.#last) return;
    this.#last = essence;
    this.to.write(`data: ${JSON.stringify(status)}\n\n`);
  }
}

/** The broker's status, and every change of it, as server-sent events. */
export function eventsRoute(app: FastifyInstance, { broker, admission, closing }: Services): void {
  const followers = new Set<Follower>();
  broker.on('changed', () => {
    for (const follower of followers) follower.changed();
  });
  closing.addEventListener('abort', () => {
    for (const follower of followers) follower.end();
  });

  app.get('/broker/events', ({ key }, reply) => {
    reply.hijack();
    broker.attend();
    const follower = new Follower(reply.raw, () =>
      key !== undefined && !admission.holds(key) ? undefined : toldStatus(broker, key),
    );
    followers.add(follower);
    reply.raw.on('close', () => {
      followers.delete(follower);
      follower.stop();
    });
  });
}
