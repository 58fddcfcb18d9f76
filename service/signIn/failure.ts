import {
  AuthorizationResponseError,
  ClientError,
  ResponseBodyError,
  WWWAuthenticateChallengeError,
} from 'openid-client';
import { Cancelled } from '../connections/upstream.js';
import {
  CodeExpired,
  Denied,
  ProviderBroken,
  ProviderRefused,
  ProviderUnreachable,
  SignInError,
  UnsupportedWay,
  WrongClock,
} from './errors.js';
import { duration, shown } from './words.js';

/**
 * What went wrong, as one of our own errors. Those of openid-client hold whole answers, tokens and all, in their
 * `cause`; nothing of that but what is picked here may go on.
 *
 * @param error as openid-client or `providerFetch` threw it
 * @param issuer for messages
 * @param secrets what must not be shown, should the provider repeat it
 */
export function failureOf(error: unknown, issuer: string, secrets: readonly string[]): Error {
  if (error instanceof SignInError || error instanceof Cancelled) return error;
  const { message, cause } = error as Error;
  // openid-client wraps what it doesn't know.
  if (cause instanceof SignInError || cause instanceof Cancelled) return cause;
  if (error instanceof ResponseBodyError || error instanceof AuthorizationResponseError) {
    return oauthError(error, issuer, secrets);
  }
  if (error instanceof WWWAuthenticateChallengeError) {
    return new ProviderRefused(`${issuer} refuses (status ${error.status}); is the client id right?`, '');
  }
  if (!(error instanceof ClientError)) return new ProviderBroken(`${issuer} answers what isn’t understood: ${message}`);
  switch (error.code) {
    case 'OAUTH_TIMEOUT':
    case 'OAUTH_ABORT':
      return new ProviderUnreachable(`${issuer} did not answer in time`);
    case 'OAUTH_MISSING_SERVER_METADATA':
      return new UnsupportedWay(`${issuer} has no endpoint for that (${(cause as Error).message})`);
    case 'OAUTH_RESPONSE_IS_NOT_CONFORM':
      return new ProviderBroken(`${issuer} answers with status ${(cause as { status: number }).status}`);
    case 'OAUTH_RESPONSE_IS_NOT_JSON':
      return new ProviderBroken(`${issuer} answers, but not with JSON; does something stand between, a login page?`);
    case 'OAUTH_JWT_TIMESTAMP_CHECK_FAILED':
      return clockFailure((cause as Error).cause as Timestamps, issuer);
    default:
      // Of the library's two sentences the inner one says what; both are its own and quote nothing.
      return new ProviderBroken(
        `${issuer} answers against the protocol: ${(cause as Error | undefined)?.message ?? message}`,
      );
  }
}

/** The errors of RFC 6749 (sections 4.1.2.1, 5.2) and RFC 8628 (section 3.5). */
function oauthError(
  told: ResponseBodyError | AuthorizationResponseError,
  issuer: string,
  secrets: readonly string[],
): Error {
  const code = shown(told.error, secrets);
  const description = shown(told.error_description, secrets);
  const words = description === '' ? code : `${description} (${code})`;
  switch (code) {
    case 'access_denied':
      return new Denied(`Signing in was declined at ${issuer}: ${words}`);
    case 'expired_token':
      return new CodeExpired(`The code was not entered at ${issuer} in time; begin again`);
    case 'server_error':
    case 'temporarily_unavailable':
      return new ProviderUnreachable(`${issuer} is out of order for now: ${words}`);
    default:
      return new ProviderRefused(`${issuer} refuses: ${words}`, code);
  }
}

/** What openid-client tells of times that don't fit: seconds since 1970. */
interface Timestamps {
  readonly now: number;
  readonly tolerance: number;
  readonly claims: { readonly iat?: unknown };
}

/** An ID token was issued just now; if it doesn't seem so, one of the clocks is wrong. */
function clockFailure({ now, tolerance, claims }: Timestamps, issuer: string): Error {
  const ahead = typeof claims.iat === 'number' ? now - claims.iat : 0;
  if (Math.abs(ahead) <= tolerance) return new ProviderBroken(`${issuer} issues ID tokens that aren’t valid`);
  const direction = ahead > 0 ? 'ahead of' : 'behind';
  return new WrongClock(
    `This machine’s clock is ${duration(Math.abs(ahead) * 1000)} ${direction} that of ${issuer}, so that what it signs isn’t ` +
      'valid here. Set the clock (timedatectl set-ntp true) and sign in again',
  );
}
