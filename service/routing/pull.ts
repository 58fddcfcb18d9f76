import { EventEmitter } from 'node:events';
import { collected } from '../connections/body.js';
import type { Connection } from '../connections/connection.js';
import { decompressed } from '../connections/decoding.js';
import { BrokenAnswer, type UpstreamError } from '../connections/errors.js';
import { type Body, Cancelled, unhurried, type UpstreamReply } from '../connections/upstream.js';
import { type Fields, objectFrom } from '../dialects/fields.js';
import { type FrameTooLong, LineSplitter } from '../dialects/frames.js';
import { PullRefused } from './errors.js';
import { alone } from './passage.js';
import { PullProgress } from './pullProgress.js';
import { errorInWords } from './pullWords.js';

/** The longest error that is read. Bytes. */
const errorLimit = 1024 * 1024;

/** What Ollama answers with where a request was given up (its server/routes.go). */
const givenUp = 499;

const cancelledWords = 'the pull was cancelled; pull it again to go on from what is there';

/** How a pull is: `cancelled` when a person has ended it, `failed` when anything else has. */
export type PullState = 'running' | 'done' | 'failed' | 'cancelled';

/** Who follows a pull. `ended` comes once, last, with its last word: "success", or an error. */
export interface Follower {
  told(progress: Fields): void;
  ended(last: Fields): void;
}

/**
 * A model that an Ollama server is fetching. It goes on whoever stops listening, until it ends or is cancelled. Emits
 * `changed` after anything that is shown of it has.
 */
export class Pull extends EventEmitter<{ changed: [] }> {
  readonly #followers = new Set<Follower>();
  readonly #lines = new LineSplitter();
  readonly #progress = new PullProgress();
  readonly #cancelled = new AbortController();
  #state: PullState = 'running';
  #error = '';
  #line: Fields = { status: 'pulling manifest' };
  #body: Body | undefined;
  /** What the server has said last of all. */
  #word: Fields | undefined;
  /** What its followers are told then. */
  #last: Fields | undefined;
  #ending = false;

  /** Settles when the server has begun. @throws {PullRefused | AllFailed} */
  readonly begun: Promise<void>;

  /**
   * @param model by the name that was asked for
   * @param fields of the request, as Ollama's API has them
   * @param over is called when it has ended, and waited for before that is told
   */
  constructor(
    readonly connection: Connection,
    readonly model: string,
    fields: Fields,
    private readonly over: (state: PullState) => Promise<void>,
  ) {
    super();
    this.begun = this.#begin(fields);
    // Whoever looks at nothing but its state has seen that it failed.
    this.begun.catch(() => undefined);
  }

  get state(): PullState {
    return this.#state;
  }

  /** How far it is. */
  get progress(): Readonly<Pick<PullProgress, 'step' | 'completed' | 'total'>> {
    return this.#progress;
  }

  /** Why it failed, in words for people; '' if it didn't. */
  get error(): string {
    return this.#error;
  }

  /** Follows it from here on, beginning with what was told last. @returns what ends that */
  follow(follower: Follower): () => void {
    if (this.#last !== undefined) {
      follower.ended(this.#last);
      return () => undefined;
    }
    this.#followers.add(follower);
    follower.told(this.#line);
    return () => this.#followers.delete(follower);
  }

  /** Ends it, if it runs. What is there stays with the server, and the next pull goes on from it. */
  cancel(): void {
    if (this.#ending) return;
    this.#cancelled.abort();
    this.#body?.cancel();
    if (this.#body !== undefined) void this.#end('cancelled', { error: cancelledWords });
  }

  async #begin(fields: Fields): Promise<void> {
    try {
      const { body } = await this.#asked(fields);
      if (this.#cancelled.signal.aborted) {
        body.cancel();
        throw new Cancelled();
      }
      this.#read(body);
    } catch (error) {
      const refusal = error instanceof Cancelled ? new PullRefused(givenUp, cancelledWords) : (error as Error);
      void this.#end(error instanceof Cancelled ? 'cancelled' : 'failed', { error: refusal.message }, refusal);
      throw refusal;
    }
  }

  /** @throws {PullRefused | AllFailed | Cancelled} */
  #asked(fields: Fields): Promise<UpstreamReply> {
    const { connection } = this;
    const { url } = connection.settings;
    const body = Buffer.from(JSON.stringify({ ...fields, stream: true }));
    const headers = { 'content-type': 'application/json', 'accept-encoding': 'identity' };
    const request = { method: 'POST', path: '/api/pull', headers, body, timeouts: unhurried } as const;
    const { signal } = this.#cancelled;
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

  #read(body: Body): void {
    this.#body = body;
    body.begun();
    body.read({
      chunk: (data) => {
        try {
          for (const line of this.#lines.feed(data)) this.#hear(line);
        } catch (error) {
          body.cancel();
          void this.#end('failed', { error: (error as FrameTooLong).message });
        }
      },
      end: () => {
        this.#hear(this.#lines.rest());
        this.#ends(new BrokenAnswer('the server stopped in the middle; pull it again to go on from there'));
      },
      failed: (error: UpstreamError) => {
        this.#ends(error);
      },
    });
  }

  #hear(line: Buffer): void {
    const fields = objectFrom(line.toString('utf8'));
    // A line that can't be read is no progress; the next one is.
    if (fields === undefined) return;
    if (fields.error !== undefined || fields.status === 'success') {
      this.#word = fields;
      return;
    }
    this.#line = fields;
    this.#progress.hear(fields);
    for (const follower of this.#followers) follower.told(fields);
    this.emit('changed');
  }

  /** @param otherwise its last word where the server has said none */
  #ends(otherwise: UpstreamError): void {
    const last = this.#word ?? { error: otherwise.message };
    const why = this.#word === undefined ? otherwise : last.error;
    void this.#end(last.error === undefined ? 'done' : 'failed', last, why);
  }

  /** @param why what was thrown, or what the server said */
  async #end(state: PullState, last: Fields, why: unknown = last.error): Promise<void> {
    if (this.#ending) return;
    this.#ending = true;
    await this.over(state);
    this.#state = state;
    if (state === 'failed') this.#error = errorInWords(why, this.model);
    this.#last = last;
    for (const follower of this.#followers) follower.ended(last);
    this.#followers.clear();
    this.emit('changed');
  }
}
