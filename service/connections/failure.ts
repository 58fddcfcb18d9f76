import { type Fields, isObject, numberIn } from '../dialects/fields.js';
import {
  Busy,
  CutOff,
  Declined,
  NotReady,
  Refused,
  TimedOut,
  Unreachable,
  Unsuitable,
  type UpstreamError,
} from './errors.js';

/**
 * The classes of failure, which decide what comes next:
 *
 * - `client`: the request itself is at fault, wherever it goes
 * - `unsuitable`: the server’s dialect has no words for it
 * - `policy`: refused for what it says
 * - `context`: too long for this model's window
 * - `missing`: the model isn't there
 * - `credentials`: our token isn't accepted
 * - `quota`: asked too often, or not paid for
 * - `busy`: its queue is full
 * - `loading`: it loads its model
 * - `transient`: refused, reset, DNS, TLS, an error of the server's
 * - `silence`: a time-out
 * - `broken`: an answer that is none
 */
export type Failure =
  | 'client'
  | 'unsuitable'
  | 'policy'
  | 'context'
  | 'missing'
  | 'credentials'
  | 'quota'
  | 'busy'
  | 'loading'
  | 'transient'
  | 'silence'
  | 'broken';

/** The class of a failed attempt. */
export function failureOf(error: UpstreamError): Failure {
  if (error instanceof Declined) return error.failure;
  if (error instanceof Unreachable || error instanceof CutOff) return 'transient';
  if (error instanceof TimedOut) return error.phase === 'connect' ? 'transient' : 'silence';
  if (error instanceof Busy) return 'busy';
  if (error instanceof NotReady) return 'loading';
  if (error instanceof Refused) return 'credentials';
  if (error instanceof Unsuitable) return 'unsuitable';
  return 'broken';
}

/** An error that a server told, as far as it can be told apart. */
export interface Told {
  readonly failure: Failure;
  /** In the server's own words, '' if it gave none. */
  readonly reason: string;
}

/**
 * Codes and types with which providers mark a refusal for what the request says (OpenAI's error codes, Azure's
 * `innererror`, OpenRouter's moderation), and words where there is no code.
 */
const policyCode = /content_?(policy|filter)|responsible_?ai|moderation|safety/i;
const policyWords = /content (management )?policy|content filter|flagged|moderation|safety system|usage policies/i;

/**
 * The same for a prompt that is longer than the window: OpenAI's `context_length_exceeded`, llama.cpp's
 * `exceed_context_size_error`, and the words of vLLM, Ollama and Anthropic.
 */
const contextCode = /context_length|exceed_context_size|string_above_max_length/i;
const contextWords =
  /(context|prompt|input|tokens?)\b.{0,60}\b(too long|exceed\w*|maximum|larger than|longer than)|(exceed\w*|maximum|too long)\b.{0,60}\bcontext/i;

/** Ollama's full queue (server/sched.go there, ErrMaxQueue), which is back-pressure and no death. */
const busyWords = /server busy|maximum pending requests/i;

/** llama.cpp while it loads (its server's ERROR_TYPE_UNAVAILABLE). */
const loadingWords = /\bloading\b.{0,20}\bmodel|\bmodel\b.{0,30}\bloading\b/i;

/**
 * What an error means that a server told.
 *
 * @param status of HTTP; undefined for an error inside an answer, which may name one itself
 * @param fields the JSON that came, undefined if none did
 */
export function classify(status: number | undefined, fields: Fields | undefined): Told {
  const reason = fields === undefined ? '' : reasonIn(fields);
  const code = fields === undefined ? '' : codesIn(fields);
  const told = (failure: Failure): Told => ({ failure, reason });
  const number = status ?? statusIn(fields);

  // What is left of a quota is told in words that resemble those of a window: "Prompt tokens limit exceeded".
  const quota = number === 402 || number === 429;
  if (number === undefined || (number >= 400 && number < 500 && !quota)) {
    if (policyCode.test(code) || policyWords.test(reason)) return told('policy');
    if (contextCode.test(code) || contextWords.test(reason)) return told('context');
  }
  switch (number) {
    case undefined:
      return told('broken');
    case 401:
    case 403:
      return told('credentials');
    case 402:
    case 429:
      return told('quota');
    case 404:
      // Whoever has the API says in JSON what it misses; anything else is the wrong address.
      return told(fields === undefined ? 'broken' : 'missing');
    case 408:
    case 409:
    case 425:
      return told('transient');
    case 451:
      return told('policy');
    case 503:
      if (busyWords.test(reason)) return told('busy');
      return told(loadingWords.test(reason) ? 'loading' : 'transient');
    default:
      if (number >= 500) return told('transient');
      return told(number >= 400 ? 'client' : 'broken');
  }
}

/**
 * The reason inside an error of any dialect, '' if there is none.
 *
 * @param fields the answer that is an error, or the frame that holds one
 */
export function reasonIn({ error, message, detail }: Fields): string {
  if (typeof error === 'string') return error;
  if (isObject(error) && typeof error.message === 'string') return error.message;
  if (typeof message === 'string') return message;
  return typeof detail === 'string' ? detail : '';
}

function codesIn({ error, code, type }: Fields): string {
  const places = isObject(error)
    ? [error.code, error.type, isObject(error.innererror) ? error.innererror.code : undefined]
    : [code, type];
  return places.filter((value) => typeof value === 'string').join(' ');
}

/** The status that an error inside an answer names, as OpenRouter's and llama.cpp's do in `code`. */
function statusIn(fields: Fields | undefined): number | undefined {
  const code = isObject(fields?.error) ? numberIn(fields.error.code) : Number.NaN;
  return Number.isInteger(code) && code >= 400 && code < 600 ? code : undefined;
}

/**
 * The time for which a server wants to be left alone. Milliseconds, undefined if it doesn't say.
 *
 * @param value of the header Retry-After: seconds or a date (RFC 9110, 10.2.3)
 * @param now the time of day, milliseconds since 1970
 */
export function retryAfterOf(value: string | undefined, now: number): number | undefined {
  if (value === undefined || value.trim() === '') return undefined;
  const seconds = Number(value);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
