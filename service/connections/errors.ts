/**
 * The ways in which an upstream fails to answer, one class each. They are made where they are known; their messages are
 * for people and name the address, what happened, and where it helps the way out. None holds a token or a prompt.
 */

import type { Failure } from './failure.js';

/** Base of all of them, so that routing can tell a failed attempt from a fault of our own. */
export abstract class UpstreamError extends Error {
  /** What of the message anybody may read, and logs may keep: nothing in the server's own words, which may repeat a prompt. */
  get brief(): string {
    return this.message;
  }
}

/** It can't be reached at all: nothing listens there, the name is unknown, TLS failed. */
export class Unreachable extends UpstreamError {
  override readonly name: string = 'Unreachable';
}

/** The proxy that leads to it can't be used, or doesn't lead there. */
export class ProxyFailed extends Unreachable {
  override readonly name = 'ProxyFailed';
}

/** The file with the private authority that is to vouch for it can't be used. */
export class AuthorityUnusable extends Unreachable {
  override readonly name = 'AuthorityUnusable';
}

/** It took the request, and closed the connection before it began to answer. */
export class CutOff extends UpstreamError {
  override readonly name = 'CutOff';
}

/** The upstream was silent for longer than its settings allow. */
export class TimedOut extends UpstreamError {
  override readonly name = 'TimedOut';

  constructor(
    message: string,
    /** In which phase of the request. */
    readonly phase: 'connect' | 'firstByte' | 'idle' | 'total',
  ) {
    super(message);
  }
}

/** It answered, but not in the protocol that was expected of it: HTML, wrong JSON, a stream cut short. */
export class BrokenAnswer extends UpstreamError {
  override readonly name = 'BrokenAnswer';

  /** @param told what of the message may be logged, where not all may */
  constructor(
    message: string,
    private readonly told = message,
  ) {
    super(message);
  }

  override get brief(): string {
    return this.told;
  }
}

/** It doesn't accept our token, or we have none for it. */
export class Refused extends UpstreamError {
  override readonly name = 'Refused';
}

/** It is there but not ready: it says so itself, for instance while it loads its model. */
export class NotReady extends UpstreamError {
  override readonly name = 'NotReady';
}

/** It has as much to do as it takes, or as we give it, and the queue did not move in time. */
export class Busy extends UpstreamError {
  override readonly name = 'Busy';
}

/** It can't be asked that: its dialect has no words for something in the request that can't be left out. */
export class Unsuitable extends UpstreamError {
  override readonly name = 'Unsuitable';
}

/** It answered a request with an error of its own: with a status, or inside an answer that had begun as a good one. */
export class Declined extends UpstreamError {
  override readonly name = 'Declined';

  /**
   * @param told for people: who answered with what
   * @param failure what it means for routing
   * @param status of HTTP, 200 if the error came inside an answer
   * @param reason in the upstream's own words, '' if it gave none
   * @param retryAfter milliseconds for which it wants to be left alone, if it said so
   */
  constructor(
    private readonly told: string,
    readonly failure: Failure,
    readonly status: number,
    readonly reason: string,
    readonly retryAfter: number | undefined,
  ) {
    super(reason === '' ? told : `${told}: ${reason}`);
  }

  override get brief(): string {
    const words = inWords[this.failure];
    return words === undefined ? this.told : `${this.told}: ${words}`;
  }

  /** The same without something secret that the server may have repeated. @param redact takes it out of a text */
  redacted(redact: (text: string) => string): Declined {
    const reason = redact(this.reason);
    return reason === this.reason ? this : new Declined(this.told, this.failure, this.status, reason, this.retryAfter);
  }
}

/** What it means that a server declines, where its status alone doesn't say it. */
const inWords: Partial<Record<Failure, string>> = {
  policy: 'it refuses the request for what it says',
  context: 'the request is too long for the model',
  missing: 'it doesn’t have what was asked for',
  credentials: 'it doesn’t accept the token, or wants one',
  quota: 'its quota is used up, or it was asked too often',
  busy: 'its queue is full',
  loading: 'it is loading the model',
};

/** What the codes of Node, OpenSSL and undici mean to a person who reads where something failed. */
const meanings: Record<string, string> = {
  ECONNREFUSED: 'nothing is listening there',
  ECONNRESET: 'it closed the connection',
  EPIPE: 'it closed the connection',
  UND_ERR_SOCKET: 'it closed the connection',
  ENOTFOUND: 'that host name is not known',
  EAI_AGAIN: 'host names can’t be looked up now; is the network there?',
  EHOSTUNREACH: 'that host can’t be reached',
  ENETUNREACH: 'there is no network to it',
  ETIMEDOUT: 'it does not answer',
  UND_ERR_CONNECT_TIMEOUT: 'it does not answer',
  CERT_HAS_EXPIRED: 'its TLS certificate has expired',
  CERT_NOT_YET_VALID: 'its TLS certificate is not valid yet; is this machine’s clock right?',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its TLS certificate is self-signed; “ca” can name it as one to trust',
  SELF_SIGNED_CERT_IN_CHAIN: 'its TLS certificate is signed by an unknown authority; “ca” can name a private one',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its TLS certificate is signed by an unknown authority; “ca” can name a private one',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    'its TLS certificate is signed by an unknown authority; “ca” can name a private one',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its TLS certificate is for another name',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS; is it http:// instead of https://?',
  HPE_INVALID_CONSTANT: 'it does not speak HTTP; is it https:// instead of http://?',
};

/** The code of an error of Node's or undici's, also of the first one inside an AggregateError (several addresses). */
export function errorCode(error: unknown): string {
  const { code, errors } = error as { code?: unknown; errors?: unknown[] };
  if (typeof code === 'string') return code;
  return errors && errors.length > 0 ? errorCode(errors[0]) : '';
}

/** What a low-level error means, in words. */
export function meaning(error: unknown): string {
  return meanings[errorCode(error)] ?? ((error as Error).message || 'it failed without saying why');
}
