import type { ServerResponse } from 'node:http';
import type { UpstreamError } from '../connections/errors.js';
import type { BodyReader } from '../connections/upstream.js';
import { type Dialect, statusOf } from '../dialects/dialect.js';
import type { RoutedReply } from '../routing/router.js';
import { errorBody, explained } from './errors.js';
import { replyHeaders } from './headers.js';

/** A trailer that names the connections that went on with an answer where another broke off. */
const continuedHeader = 'x-cloudtolocalllm-continued';

const newline = 10;

/**
 * Hands an upstream's answer on to the application as it comes: chunk by chunk, no faster than the application reads.
 *
 * An answer that breaks off before its first byte becomes an error with a status. One that breaks off later ends with an
 * error in the dialect's stream and a connection that is cut, so that nobody takes it for whole.
 */
export function relay(routed: RoutedReply, dialect: Dialect, to: ServerResponse): void {
  const { body } = routed;
  to.on('drain', () => {
    body.resume();
  });
  to.socket?.setNoDelay(true);
  body.read(new Relay(routed, dialect, to));
}

class Relay implements BodyReader {
  #lastByte: number | undefined = newline;

  constructor(
    private readonly routed: RoutedReply,
    private readonly dialect: Dialect,
    private readonly to: ServerResponse,
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
    const { kind, message } = explained(error);
    const fields = JSON.stringify(errorBody(this.dialect, kind, message));
    if (!to.headersSent) {
      to.writeHead(statusOf[kind], { 'content-type': 'application/json; charset=utf-8' }).end(fields);
      return;
    }
    const type = this.routed.headers['content-type'] ?? '';
    // What came last may be half an event, or half a line.
    const frame = type.includes('event-stream')
      ? `\n\ndata: ${fields}\n\n`
      : type.includes('ndjson')
        ? `${this.#lastByte === newline ? '' : '\n'}${fields}\n`
        : '';
    if (frame === '') to.destroy();
    else to.write(frame, () => to.destroy());
  }

  #begin(): void {
    if (this.to.headersSent) return;
    const { connection, attempts, status, headers, continuedBy } = this.routed;
    const { 'content-length': length, ...others } = replyHeaders(headers);
    this.to.writeHead(status, {
      ...others,
      // What goes on may be longer, and what comes whole has its own.
      ...(continuedBy === undefined && length !== undefined ? { 'content-length': length } : {}),
      ...(continuedBy === undefined ? {} : { trailer: continuedHeader }),
      'x-accel-buffering': 'no',
      'x-cloudtolocalllm-connection': connection.settings.id,
      'x-cloudtolocalllm-attempts': attempts,
    });
  }
}
