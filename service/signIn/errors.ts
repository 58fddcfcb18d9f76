/**
 * The ways in which signing in and staying signed in fail, one class each. Their messages are for people, and hold no
 * token, no code and no verifier; none has a `cause`, since what the library reports holds whole answers.
 */

/** Base of all of them. */
export abstract class SignInError extends Error {}

/** The issuer isn't one: no address of one, no discovery document, or that of another issuer. */
export class UnusableIssuer extends SignInError {
  override readonly name = 'UnusableIssuer';
}

/** The provider lacks what the chosen way needs, for instance a device authorization endpoint. */
export class UnsupportedWay extends SignInError {
  override readonly name = 'UnsupportedWay';
}

/** What came to our loopback address is no answer to what we asked. */
export class WrongRedirect extends SignInError {
  override readonly name = 'WrongRedirect';
}

/** The person said no, or the provider did in their place (`access_denied`). */
export class Denied extends SignInError {
  override readonly name = 'Denied';
}

/** Nobody finished signing in within the time there is for it. */
export class SignInTimedOut extends SignInError {
  override readonly name = 'SignInTimedOut';
}

/** Nobody entered the code of the device flow while it was valid. */
export class CodeExpired extends SignInError {
  override readonly name = 'CodeExpired';
}

/** It was given up by who began it. */
export class SignInCancelled extends SignInError {
  override readonly name = 'SignInCancelled';
}

/** Another sign-in for the same connection was begun. */
export class SignInReplaced extends SignInError {
  override readonly name = 'SignInReplaced';
}

/** The provider can't be reached, did not answer in time, or is out of order for now. Passes. */
export class ProviderUnreachable extends SignInError {
  override readonly name = 'ProviderUnreachable';
}

/** The provider answers, but not as OAuth 2.0 and OpenID Connect have it. */
export class ProviderBroken extends SignInError {
  override readonly name = 'ProviderBroken';
}

/** The provider refuses with an error of OAuth 2.0. */
export class ProviderRefused extends SignInError {
  override readonly name = 'ProviderRefused';

  /**
   * @param message for people
   * @param code of OAuth 2.0 (RFC 6749, section 5.2), for instance `invalid_grant`; '' if it named none
   */
  constructor(
    message: string,
    readonly code: string,
  ) {
    super(message);
  }
}

/** This machine's clock and the provider's differ so much that what it signs isn't valid here. */
export class WrongClock extends SignInError {
  override readonly name = 'WrongClock';
}

/** A stored session can't be read, or is another provider's. */
export class UnusableSession extends SignInError {
  override readonly name = 'UnusableSession';
}

/** Nobody is signed in. */
export class NotSignedIn extends SignInError {
  override readonly name = 'NotSignedIn';
}

/** The session is over, and there is nothing to renew it with. */
export class SessionExpired extends SignInError {
  override readonly name = 'SessionExpired';
}

/** The provider doesn't renew the session any more, or the stored one can't be used: somebody has to sign in again. */
export class SessionRefused extends SignInError {
  override readonly name = 'SessionRefused';
}

/** The session could not be renewed now; it may be later. */
export class RenewalFailed extends SignInError {
  override readonly name = 'RenewalFailed';
}

/** The API doesn't accept an access token that the provider has just issued. */
export class TokenNotAccepted extends SignInError {
  override readonly name = 'TokenNotAccepted';
}
