import { isProtected } from '../config/validate.js';
import { UnusableIssuer } from './errors.js';

/** With whom people sign in for a connection, and as which application: a public client, which has no secret. */
export interface SignInSettings {
  /** The provider's own name for itself, an https:// address; its discovery document is below it. */
  readonly issuer: string;
  /** As which the application is registered there. */
  readonly clientId: string;
  /** What is asked for: `openid` tells who signs in, `offline_access` gives a refresh token at most providers. */
  readonly scopes: readonly string[];
  /** The API that the access token is for, where the provider wants it named (`audience`, as Auth0 has it). */
  readonly audience?: string;
}

/**
 * The issuer as an address that may be asked.
 *
 * @throws {UnusableIssuer} if no issuer can have it (OpenID Connect Discovery 1.0, section 3), or it isn't encrypted
 */
export function issuerUrl(issuer: string): URL {
  if (!URL.canParse(issuer)) {
    throw new UnusableIssuer(`“${issuer}” is no issuer; expected an address like https://auth.example.org`);
  }
  const url = new URL(issuer);
  if (url.username !== '' || url.password !== '') {
    throw new UnusableIssuer(`The issuer at ${url.host} has a user name or password in it; write it without`);
  }
  if (url.search !== '' || url.hash !== '') {
    throw new UnusableIssuer(`${issuer} is no issuer: one has neither ? nor # in it`);
  }
  if (!isProtected(url)) {
    throw new UnusableIssuer(`${issuer} is not encrypted, and tokens would be read on their way; use https://`);
  }
  return url;
}
