import type { Connection } from '../connections/connection.js';
import { collected } from '../connections/body.js';
import { decompressed } from '../connections/decoding.js';
import type { UpstreamError } from '../connections/errors.js';
import { unhurried, type UpstreamReply } from '../connections/upstream.js';
import { type Fields, objectFrom } from '../dialects/fields.js';
import { type FrameTooLong, LineSplitter } from '../dialects/frames.js';
import { canonicalModelName } from '../dialects/ollama/modelName.js';
import type { Log } from '../telemetry/log.js';
import { PullRefused } from './errors.js';
import { alone } from './passage.js';

/** The longest error that is read. Bytes. */
const errorLimit = 1024 * 1024;

/** Who follows a pull. `ended` comes once, last, with its last word: "success", or an error. */
export interface Follower {
  told(progress: Fields): void;
  ended(last: Fields): void;
}

/** A model that an Ollama server is fetching. It goes on whoever stops listening. */
export class Pull {
  readonly #followers = new Set<Follower>();
  readonly #lines = new LineSplitter();
  #progress: Fields = { status: 'pulling manifest' };
  /** What the server has said last of all. */
  #word: Fields | undefined;
  /** What its followers are told then. */
  #last: Fields | undefined;

  /** @param over is called when it has ended, and waited for before that is told */
  constructor(
    reply: UpstreamReply,
    private readonly over: (last: Fields) => Promise<void>,
  ) {
    reply.body.begun();
    reply.body.read({
      chunk: (data) => {
        try {
          for (const line of this.#lines.feed(data)) this.#hear(line);
        } catch (error) {
          reply.body.cancel();
          void this.#end({ error: (error as FrameTooLong).message });
        }
      },
      end: () => {
        this.#hear(this.#lines.rest());
        const stopped = { error: 'the server stopped in the middle; pull it again to go on from there' };
        void this.#end(this.#word ?? stopped);
      },
      failed: (error: UpstreamError) => {
        void this.#end(this.#word ?? { error: error.message });
      },
    });
  }

  /** Follows it from here on, beginning with what was told last. @returns what ends that */
  follow(follower: Follower): () => void {
    if (this.#last !== undefined) {
      follower.ended(this.#last);
      return () => undefined;
    }
    this.#followers.add(follower);
    follower.told(this.#progress);
    return () => this.#followers.delete(follower);
  }

  #hear(line: Buffer): void {
    const fields = objectFrom(line.toString('utf8'));
    // A line that can't be read is no progress; the next one is.
    if (fields === undefined) return;
    if (fields.error !== undefined || fields.status === 'success') {
      this.#word = fields;
      return;
    }
    this.#progress = fields;
    for (const follower of this.#followers) follower.told(fields);
  }

  async #end(last: Fields): Promise<void> {
    await this.over(last);
    this.#last = last;
    for (const follower of this.#followers) follower.ended(last);
    this.#followers.clear();
  }
}

/** The pulls that run, each once, however many ask for it. */
export class Pulls {
  readonly #running = new Map<string, Promise<Pull>>();

  constructor(private readonly log: Log) {}

  /**
   * Starts a pull, or joins the one that runs.
   *
   * @param fields of the request, as Ollama's API has them
   * @throws {PullRefused | AllFailed}
   */
  pull(connection: Connection, model: string, fields: Fields): Promise<Pull> {
    const key = `${connection.settings.id} ${canonicalModelName(model)}`;
    const running = this.#running.get(key);
    if (running !== undefined) return running;
    const over = (): void => {
      this.#running.delete(key);
    };
    const begun = this.#begin(connection, model, fields, over);
    this.#running.set(key, begun);
    begun.catch(over);
    return begun;
  }

  async #begin(connection: Connection, model: string, fields: Fields, over: () => void): Promise<Pull> {
    const { name } = connection.settings;
    const reply = await this.#asked(connection, fields);
    this.log.info(`${name} pulls ${model}`);
    return new Pull(reply, async ({ error }) => {
      if (error === undefined) {
        this.log.info(`${name} has pulled ${model}`);
        // Who hears that it is there asks for it next.
        await connection.checkAgain();
      } else {
        // Why, in the server's own words, is for those who asked.
        this.log.warn(`${name} could not pull ${model}`);
        void connection.check();
      }
      over();
    });
  }

  /** @throws {PullRefused | AllFailed} */
  #asked(connection: Connection, fields: Fields): Promise<UpstreamReply> {
    const { url } = connection.settings;
    const body = Buffer.from(JSON.stringify({ ...fields, stream: true }));
    const headers = { 'content-type': 'application/json', 'accept-encoding': 'identity' };
    const request = { method: 'POST', path: '/api/pull', headers, body, timeouts: unhurried } as const;
    // Nobody ends it.
    const { signal } = new AbortController();
    return alone(connection, async () => {
      const reply = await decompressed(await connection.send(request, signal), url);
      connection.began();
      connection.completed();
      if (reply.status === 200) return reply;
      const told = objectFrom((await collected(reply.body, errorLimit, signal)).toString('utf8'))?.error;
      throw new PullRefused(
        reply.status,
        typeof told === 'string' ? told : `${url} answered with status ${reply.status}`,
      );
    });
  }
}
