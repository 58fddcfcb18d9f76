import type { IncomingHttpHeaders, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { UpstreamError } from '../connections/errors.js';
import type { BodyReader } from '../connections/upstream.js';
import type { Passed } from '../routing/passage.js';
import type { Dialect } from '../dialects/dialect.js';
import type { RoutedReply } from '../routing/router.js';
import type { Observation } from '../telemetry/metrics.js';
import { errorBody, explained, statusIn } from './errors.js';
import { replyHeaders } from './headers.js';

/** A trailer that names the connections that went on with an answer where another broke off. */
const continuedHeader = 'x-cloudtolocalllm-continued';

/** What counts how an answer goes. */
type Observing = Pick<Observation, 'begins' | 'fails'>;

/** Names what of the request could not be carried to the connection that answers. */
const droppedHeader = 'x-cloudtolocalllm-dropped';

const newline = 10;

/** Who has answered, and how it came to that. */
export function origin(routed: Pick<RoutedReply, 'connection' | 'attempts' | 'dropped'>): OutgoingHttpHeaders {
  const { connection, attempts, dropped } = routed;
  // Fields that nobody knows have whatever names the application gave them.
  const names = dropped.map((name) => name.slice(0, 64).replace(/[^\w.[\]-]/g, '_'));
  return {
    'x-cloudtolocalllm-connection': connection.settings.id,
    'x-cloudtolocalllm-attempts': attempts,
    ...(names.length === 0 ? {} : { [droppedHeader]: names.slice(0, 32).join(', ') }),
  };
}

/**
 * Hands an upstream's answer on to the application as it comes: chunk by chunk, no faster than the application reads.
 *
 * An answer that breaks off before its first byte becomes an error with a status. One that breaks off later ends with an
 * error in the dialect's stream and a connection that is cut, so that nobody takes it for whole.
 */
export function relay(routed: RoutedReply, dialect: Dialect, to: ServerResponse, observation: Observing): void {
  const { body } = routed;
  to.on('drain', () => {
    body.resume();
  });
  to.socket?.setNoDelay(true);
  body.read(new Relay(routed, dialect, to, observation));
}

class Relay implements BodyReader {
  #lastByte: number | undefined = newline;

  constructor(
    private readonly routed: RoutedReply,
    private readonly dialect: Dialect,
    private readonly to: ServerResponse,
    private readonly observation: Observing,
  ) {}

  chunk(data: Buffer): void {
    this.#begin();
    this.#lastByte = data.at(-1);
    if (!this.to.write(data)) this.routed.body.pause();
  }

  end(): void {
    this.#begin();
    const continued = this.routed.continuedBy?.() ?? [];
    if (continued.length > 0) this.to.addTrailers({ [continuedHeader]: continued.join(', ') });
    this.to.end();
  }

  failed(error: UpstreamError): void {
    const { to } = this;
    this.observation.fails();
    const { kind, message } = explained(error);
    if (!to.headersSent) {
      const fields = JSON.stringify(errorBody(this.dialect, kind, message));
      to.writeHead(statusIn(this.dialect, kind), { 'content-type': 'application/json; charset=utf-8' }).end(fields);
    } else if (/event-stream|ndjson/.test(this.routed.headers['content-type'] ?? '')) {
      // What came last may be half an event, or half a line.
      const separator = this.#lastByte === newline ? '' : '\n\n';
      to.write(`${separator}${this.routed.failure(kind, message)}`, () => to.destroy());
    } else {
      to.destroy();
    }
  }

  #begin(): void {
    if (this.to.headersSent) return;
    this.observation.begins();
    const { status, headers, continuedBy } = this.routed;
    const { 'content-length': length, ...others } = handedOn(headers, this.to);
    this.to.writeHead(status, {
      ...others,
      // What goes on may be longer, and what comes whole has its own.
      ...(continuedBy === undefined && length !== undefined ? { 'content-length': length } : {}),
      ...(continuedBy === undefined ? {} : { trailer: continuedHeader }),
      'x-accel-buffering': 'no',
      ...origin(this.routed),
    });
  }
}

/** The headers of an answer as it goes to the application: what it varies by for a page, it varies by all the same. */
function handedOn(headers: IncomingHttpHeaders, to: ServerResponse): OutgoingHttpHeaders {
  const kept = replyHeaders(headers);
  const vary = to.getHeader('vary');
  return vary === undefined || kept.vary === undefined ? kept : { ...kept, vary: `${kept.vary}, ${String(vary)}` };
}

/**
 * Hands an answer through unread. One that breaks off is cut, so that nobody takes it for whole.
 *
 * @param before what the answer's end waits for
 */
export function relayUnread(
  { connection, reply }: Passed,
  to: ServerResponse,
  before: () => Promise<void> = () => Promise.resolve(),
): void {
  const { status, headers, body } = reply;
  to.once('close', () => {
    body.cancel();
  });
  to.writeHead(status, {
    ...handedOn(headers, to),
    'x-accel-buffering': 'no',
    'x-cloudtolocalllm-connection': connection.settings.id,
  });
  // Whoever waits for its first line is to see that it has begun.
  to.flushHeaders();
  to.on('drain', () => {
    body.resume();
  });
  body.begun();
  body.read({
    chunk(data) {
      if (!to.write(data)) body.pause();
    },
    end() {
      void before().then(() => to.end());
    },
    failed() {
      to.destroy();
    },
  });
}
