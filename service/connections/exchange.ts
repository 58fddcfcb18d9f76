import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import type { Timeouts } from '../config/configuration.js';
import { BrokenAnswer, CutOff, errorCode, meaning, TimedOut, Unreachable, UpstreamError } from './errors.js';
import { type Body, type BodyReader, Cancelled, type UpstreamReply } from './upstream.js';

/** Codes of a connection that was there and is gone. */
const cutOffCodes = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);

/**
 * One request and its answer, as undici's dispatcher reports them: a promise of the head, then a flow of chunks.
 *
 * Time-outs are ours, one timer that means another phase as the exchange goes on, because undici's own can't tell a
 * model that loads from a stream that has stalled. The answer's beginning is told by who reads it: a server may send its
 * head, or signs of life, long before.
 */
export class Exchange implements Dispatcher.DispatchHandler, Body {
  /** Settles when the answer's head is here or will not come. */
  readonly head: Promise<UpstreamReply>;
  /** Who waits for it. */
  #waiting: { resolve(reply: UpstreamReply): void; reject(error: Error): void } | undefined;
  readonly #address: string;
  readonly #timeouts: Timeouts;
  /** Until the answer has begun. */
  #signal: AbortSignal | undefined;
  #controller: Dispatcher.DispatchController | undefined;
  #reader: BodyReader | undefined;
  /** What came before anybody read, and why nothing more will: a server may close its connection as soon as it has answered. */
  #held: ((reader: BodyReader) => void)[] = [];
  /** The head is here. */
  #headed = false;
  #phase: 'firstByte' | 'idle' = 'firstByte';
  #over = false;
  #paused = false;
  #timer: NodeJS.Timeout | undefined;
  #total: NodeJS.Timeout | undefined;

  /**
   * @param address where the request goes, for messages
   * @param timeouts of the connection
   * @param signal ends the exchange until the answer has begun; from then on `cancel` does
   */
  constructor(address: string, timeouts: Timeouts, signal: AbortSignal) {
    this.#address = address;
    this.#timeouts = timeouts;
    this.#signal = signal;
    this.head = new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
    signal.addEventListener('abort', this.#aborted);
    if (timeouts.total > 0) {
      this.#total = setTimeout(() => {
        this.#fail(this.#silence('total'));
      }, timeouts.total * 1000);
    }
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#over) {
      controller.abort(new Cancelled());
      return;
    }
    this.#await('firstByte');
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    if (status < 200) return;
    this.#headed = true;
    // The flow waits until somebody reads.
    controller.pause();
    // undici keeps them beside the ones it has parsed, as long as the answer goes on.
    controller.rawHeaders = null;
    this.#waiting?.resolve({ status, headers: onceEach(headers), body: this });
    this.#waiting = undefined;
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#over) return;
    if (this.#phase === 'idle') this.#timer?.refresh();
    this.#tell((reader) => {
      reader.chunk(chunk);
    });
  }

  onResponseEnd(): void {
    if (this.#over) return;
    this.#finish();
    this.#tell((reader) => {
      reader.end();
    });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    if (this.#over) return;
    if (error instanceof UpstreamError) {
      // Of what lies between: it was made where it was known.
      this.#fail(error);
    } else if (this.#headed) {
      this.#fail(new BrokenAnswer(`${this.#address} broke off in the middle of its answer: ${meaning(error)}`));
    } else if (errorCode(error) === 'UND_ERR_CONNECT_TIMEOUT') {
      this.#fail(new TimedOut(this.#sentence(error), 'connect'));
    } else if (cutOffCodes.has(errorCode(error))) {
      this.#fail(new CutOff(this.#sentence(error)));
    } else {
      this.#fail(new Unreachable(this.#sentence(error)));
    }
  }

  read(reader: BodyReader): void {
    this.#reader = reader;
    // Who hears enough cancels, and with it the rest.
    for (let tell = this.#held.shift(); tell !== undefined; tell = this.#held.shift()) tell(reader);
    this.#controller?.resume();
  }

  begun(): void {
    if (this.#over || this.#phase === 'idle') return;
    this.#phase = 'idle';
    this.#forgetSignal();
    if (!this.#paused) this.#await('idle');
  }

  pause(): void {
    if (this.#over || this.#paused) return;
    this.#paused = true;
    // A reader that is slow is not an upstream that is silent.
    if (this.#phase === 'idle') clearTimeout(this.#timer);
    this.#controller?.pause();
  }

  resume(): void {
    if (this.#over || !this.#paused) return;
    this.#paused = false;
    if (this.#phase === 'idle') this.#await('idle');
    this.#controller?.resume();
  }

  cancel(): void {
    this.#held = [];
    if (this.#over) return;
    this.#finish();
    this.#waiting?.reject(new Cancelled());
    this.#controller?.abort(new Cancelled());
  }

  #tell(what: (reader: BodyReader) => void): void {
    if (this.#reader === undefined) this.#held.push(what);
    else what(this.#reader);
  }

  readonly #aborted = (): void => {
    this.cancel();
  };

  #await(phase: 'firstByte' | 'idle'): void {
    clearTimeout(this.#timer);
    const seconds = this.#timeouts[phase];
    if (seconds > 0) {
      this.#timer = setTimeout(() => {
        this.#fail(this.#silence(phase));
      }, seconds * 1000);
    }
  }

  #sentence(error: unknown): string {
    const words = meaning(error);
    return `${words.charAt(0).toUpperCase()}${words.slice(1)} (${this.#address})`;
  }

  #silence(phase: 'firstByte' | 'idle' | 'total'): TimedOut {
    const seconds = this.#timeouts[phase];
    const words = {
      firstByte: `did not begin to answer within ${seconds} s`,
      idle: `stopped in the middle of its answer for ${seconds} s`,
      total: `did not finish its answer within ${seconds} s`,
    };
    return new TimedOut(`${this.#address} ${words[phase]}`, phase);
  }

  #fail(error: UpstreamError): void {
    this.#finish();
    this.#waiting?.reject(error);
    this.#controller?.abort(error);
    if (!this.#headed) return;
    this.#tell((reader) => {
      reader.failed(error);
    });
  }

  #finish(): void {
    this.#over = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#total);
    this.#forgetSignal();
  }

  #forgetSignal(): void {
    this.#signal?.removeEventListener('abort', this.#aborted);
    this.#signal = undefined;
  }
}

/**
 * Headers that came several times as one each, which means the same (RFC 9110, 5.3); undici tells them as lists, which the
 * types of Node's headers have only for Set-Cookie.
 */
function onceEach(headers: Readonly<Record<string, string | string[] | undefined>>): IncomingHttpHeaders {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      Array.isArray(value) && name !== 'set-cookie' ? value.join(', ') : value,
    ]),
  );
}
