import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { isOurs, type KeyRecord } from '../keys/key.js';
import type { Keys } from '../keys/keys.js';
import type { Log } from '../telemetry/log.js';
import { refusal, type Rules } from './access.js';
import type { Arrival, Arrivals } from './arrival.js';
import { RequestRefused } from './errors.js';
import { type Owners, userInWords } from './owners.js';

/** What deciding about requests takes. */
export interface AdmissionOptions {
  readonly rules: Rules;
  readonly arrivals: Arrivals;
  readonly keys: Keys;
  readonly owners: Owners;
  /** The user id that this process has. */
  readonly self: number;
  readonly log: Log;
}

/** Whose process asks: our own user's, another one's, nobody's any more, or what the kernel didn't tell. */
type Sender = 'own' | 'gone' | 'unknown' | { readonly user: number };

/** Decides who comes in. */
export class Admission {
  /** By connection: each is looked up once. */
  readonly #senders = new WeakMap<Socket, Promise<Sender>>();

  constructor(private readonly options: AdmissionOptions) {}

  /** Whether a request may come from where it says it comes. @throws {RequestRefused} */
  checkHeaders({ headers, rawHeaders, socket }: IncomingMessage): void {
    const { rules, arrivals } = this.options;
    const refused = refusal({ headers, rawHeaders, arrival: arrivals.of(socket) }, rules);
    if (refused !== undefined) throw new RequestRefused(refused.kind, refused.message);
  }

  /** The origin of a page that asks and may come in; undefined where no page asks. */
  pageOf({ headers }: IncomingMessage): string | undefined {
    return headers.origin !== undefined && this.options.rules.lists(headers.origin) ? headers.origin : undefined;
  }

  /**
   * Lets a request in for its key or its sender.
   *
   * @param open whether it asks for what anybody may know
   * @returns the key that it has shown, if any: what it may do is limited to that
   * @throws {RequestRefused}
   */
  async admit({ headers, socket }: IncomingMessage, open: boolean): Promise<KeyRecord | undefined> {
    const { rules, arrivals } = this.options;
    const key = this.#keyOf(headers);
    if (key !== undefined) return key;
    const arrival = arrivals.of(socket);
    if (open || arrival === 'unix') return undefined;
    if (rules.needsKey(arrival)) {
      throw new RequestRefused('unauthenticated', `this address wants a key of its own: ${howToKey}`);
    }
    const sender = await this.#sender(socket, arrival);
    if (sender !== 'own') throw new RequestRefused('forbidden', await foreign(sender, this.options.self));
    return undefined;
  }

  /** Whether a request that goes on would still be let in for the key that it has shown. */
  holds(key: KeyRecord): boolean {
    return this.options.keys.holds(key);
  }

  /** @throws {RequestRefused} if it is one of ours that doesn't hold, or has been used up for now */
  #keyOf(headers: IncomingHttpHeaders): KeyRecord | undefined {
    const token = presented(headers);
    // Applications send whatever they have: what isn't meant for us isn't our affair.
    if (token === undefined || !isOurs(token)) return undefined;
    const key = this.options.keys.find(token);
    if (key === undefined) {
      throw new RequestRefused('unauthenticated', `this key isn’t valid, or was revoked: ${howToKey}`);
    }
    const pause = key.bucket?.take(performance.now()) ?? 0;
    if (pause === 0) return key.record;
    const { name, rate = 0 } = key.record;
    throw new RequestRefused('limited', `the key "${name}" may ask ${rate} times a minute, and has`, pause);
  }

  #sender(socket: Socket, { ends }: Exclude<Arrival, 'unix'>): Promise<Sender> {
    const known = this.#senders.get(socket);
    if (known !== undefined) return known;
    const { owners, self, log } = this.options;
    const looked = ends === undefined ? Promise.resolve(undefined) : owners.of(ends);
    const sender = looked.then(
      (user): Sender => (user === self ? 'own' : user === undefined ? 'gone' : { user }),
      (error: unknown): Sender => {
        log.error(`Nobody can be let in without a key: whose process asks can’t be found out (${String(error)})`);
        return 'unknown';
      },
    );
    this.#senders.set(socket, sender);
    return sender;
  }
}

const howToKey =
  'cloudtolocalllm key create NAME makes one, to be sent as "Authorization: Bearer ctl-…" or "x-api-key"';

/** The token that a request shows, as OpenAI's or as Anthropic's clients do. One of ours comes before any other. */
function presented(headers: IncomingHttpHeaders): string | undefined {
  const bearer = /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1];
  const other = headers['x-api-key'];
  const key = typeof other === 'string' ? other : undefined;
  return bearer !== undefined && (isOurs(bearer) || key === undefined) ? bearer : key;
}

async function foreign(sender: Exclude<Sender, 'own'>, self: number): Promise<string> {
  const own = `this broker serves ${await userInWords(self)}`;
  if (sender === 'gone') return `${own}, and the process that asked can’t be found any more`;
  if (sender === 'unknown')
    return `${own}, and whose process asks can’t be found out; with a key it is let in: ${howToKey}`;
  return `${own}, and what asks is a process of ${await userInWords(sender.user)}; with a key it is let in: ${howToKey}`;
}
