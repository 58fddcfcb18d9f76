import type { FastifyError, FastifyRequest } from 'fastify';
import { Declined, UpstreamError } from '../connections/errors.js';
import { type Failure, failureOf } from '../connections/failure.js';
import { anthropicError, anthropicStatusOf } from '../dialects/anthropic/errors.js';
import { Untranslatable } from '../dialects/codec.js';
import { type Dialect, type ErrorKind, statusOf } from '../dialects/dialect.js';
import { InvalidRequest } from '../dialects/errors.js';
import type { Fields } from '../dialects/fields.js';
import { ollamaError } from '../dialects/ollama/errors.js';
import { openaiError } from '../dialects/openai/errors.js';
import { AllFailed, ModelMissing, NoConnection, PullRefused, RouteForbidden, UnknownRoute } from '../routing/errors.js';

/** A request that may not come in, or to which there is nothing. The message says what is allowed. */
export class RequestRefused extends Error {
  override readonly name = 'RequestRefused';

  constructor(
    readonly kind: ErrorKind,
    message: string,
    /** Milliseconds after which it may come in, if it is only too early. */
    readonly retryAfter?: number,
  ) {
    super(message);
  }
}

/**
 * The dialect that a request belongs to, in whose shape its errors are told. OpenAI's and Anthropic's clients ask below the
 * same path; only the latter say which version they speak.
 */
export function dialectOf({ url, headers }: Pick<FastifyRequest, 'url' | 'headers'>): Dialect {
  if (!url.startsWith('/v1/') && url !== '/v1') return 'ollama';
  return /^\/v1\/messages\b/.test(url) || headers['anthropic-version'] !== undefined ? 'anthropic' : 'openai';
}

/** An error's body in the shape of a dialect. */
export function errorBody(dialect: Dialect, kind: ErrorKind, message: string): Fields {
  switch (dialect) {
    case 'ollama':
      return ollamaError(message);
    case 'openai':
      return openaiError(kind, message);
    case 'anthropic':
      return anthropicError(kind, message);
  }
}

/** The HTTP status of an error, as a dialect has it. */
export function statusIn(dialect: Dialect, kind: ErrorKind): number {
  return (dialect === 'anthropic' ? anthropicStatusOf : statusOf)[kind];
}

/** What classes of failure are called; any other is one of the upstream's. */
const kinds: Partial<Record<Failure, ErrorKind>> = {
  policy: 'policy',
  unsuitable: 'invalid',
  context: 'tooLong',
  missing: 'notFound',
  quota: 'limited',
  busy: 'unavailable',
  loading: 'unavailable',
  silence: 'timedOut',
};

/** Failures of the request, of which the upstream's own words tell most. */
const passed = new Set<Failure>(['policy', 'context', 'missing']);

/** An error as an application is told it. */
export interface Explained {
  readonly kind: ErrorKind;
  readonly message: string;
  /** Where it isn't the usual one for its kind. */
  readonly status?: number | undefined;
  /** Milliseconds after which asking again makes sense. */
  readonly retryAfter?: number | undefined;
}

/** What an error means to the application that asked, in words. `internal` ones are faults of our own. */
export function explained(error: unknown): Explained {
  const { message } = error as Error;
  if (error instanceof RequestRefused) return { kind: error.kind, message, retryAfter: error.retryAfter };
  const unreadable = [InvalidRequest, UnknownRoute, Untranslatable];
  if (unreadable.some((kind) => error instanceof kind)) return { kind: 'invalid', message };
  if (error instanceof RouteForbidden) return { kind: 'forbidden', message };
  if (error instanceof ModelMissing) return { kind: 'notFound', message };
  if (error instanceof PullRefused) return { kind: 'upstream', message, status: error.status };
  if (error instanceof NoConnection) return { kind: 'unavailable', message };
  if (error instanceof Declined && error.failure === 'client') {
    const kind = error.status === 413 ? 'tooLarge' : 'invalid';
    return { kind, message: error.reason || message, status: error.status >= 400 ? error.status : undefined };
  }
  if (error instanceof UpstreamError) {
    const kind = kinds[failureOf(error)] ?? 'upstream';
    // The request is at fault, and its sender is told what it would have been told directly.
    const passedOn = error instanceof Declined && error.reason !== '' && passed.has(error.failure);
    return { kind, message: passedOn ? error.reason : message };
  }
  if (error instanceof AllFailed) {
    const kind = (error.failure === undefined ? undefined : kinds[error.failure]) ?? 'upstream';
    return { kind, message, retryAfter: error.retryAfter };
  }
  const { code, statusCode } = error as Partial<FastifyError>;
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return { kind: 'tooLarge', message: 'the request is larger than 64 MiB' };
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) return { kind: 'invalid', message };
  return { kind: 'internal', message: 'the broker failed; its log says why' };
}
