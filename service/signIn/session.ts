import { isObject } from '../dialects/fields.js';
import { UnusableSession } from './errors.js';
import type { SignInSettings } from './settings.js';

/** What a provider gave. */
export interface Tokens {
  readonly accessToken: string;
  /** undefined where the provider gave none; after a refresh: where the old one stays. */
  readonly refreshToken: string | undefined;
  /** Seconds that the access token is valid, undefined where the provider doesn't say. */
  readonly expiresIn: number | undefined;
  /** Who signed in, for people; '' where the provider doesn't say. */
  readonly account: string;
}

/** Somebody's being signed in, as it is kept in the keyring. */
export interface Session extends Tokens {
  /** Whose it is: no other provider may ever see its tokens. */
  readonly issuer: string;
  readonly clientId: string;
  /** When the access token was asked for, by this machine's clock. Milliseconds since 1970. */
  readonly gotAt: number;
}

/** Of the stored form. Another one is a later program's. */
const version = 1;

/** The session as one text, for the keyring. */
export function serialiseSession(session: Session): string {
  const { issuer, clientId, accessToken, refreshToken, expiresIn, account, gotAt } = session;
  return JSON.stringify({ version, issuer, clientId, accessToken, refreshToken, expiresIn, account, gotAt });
}

/**
 * The session that a text from the keyring is.
 *
 * @throws {UnusableSession} if it is none, or was made for another provider or client; the message holds nothing of it
 */
export function parseSession(text: string, settings: SignInSettings): Session {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw unusable('it is not JSON');
  }
  if (!isObject(value)) throw unusable('it is no JSON object');
  if (value.version !== version) throw unusable(`it is not of version ${version}; a newer program may have stored it`);
  const { issuer, clientId, accessToken, refreshToken, expiresIn, account, gotAt } = value;
  if (issuer !== settings.issuer || clientId !== settings.clientId) {
    throw unusable(`it was made by another provider than ${settings.issuer}, or for another client id`);
  }
  if (!isToken(accessToken)) throw unusable('its access token is none');
  if (refreshToken !== undefined && !isToken(refreshToken)) throw unusable('its refresh token is none');
  if (expiresIn !== undefined && !isDuration(expiresIn)) throw unusable('how long it is valid is no number of seconds');
  if (typeof account !== 'string') throw unusable('the name in it is no text');
  if (!isDuration(gotAt)) throw unusable('when it was made is no time');
  return { issuer, clientId, accessToken, refreshToken, expiresIn, account, gotAt };
}

/** Whether it can be sent as a token: visible characters of ASCII (RFC 6749, appendix A). */
export function isToken(value: unknown): value is string {
  return typeof value === 'string' && /^[\x21-\x7e]+$/.test(value);
}

function isDuration(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

function unusable(reason: string): UnusableSession {
  return new UnusableSession(`The stored session can’t be used: ${reason}. Sign in again to replace it.`);
}
