import { CodeExpired, ProviderUnreachable } from './errors.js';
import { type Invitation, unlessAborted } from './invitation.js';
import type { Provider } from './provider.js';
import type { Tokens } from './session.js';

/** Seconds that a code is waited for at most, whatever the provider says. */
const longest = 3600;

/**
 * Invites to sign in with a browser somewhere else, by a code.
 *
 * @param signal ends it, with its reason
 * @throws {SignInError}
 */
export async function inviteByDevice(provider: Provider, signal: AbortSignal): Promise<Invitation> {
  const authorization = await provider.authorizeDevice();
  const { url, code, expiresIn } = authorization;
  const over = new AbortController();
  const timer = setTimeout(
    () => {
      over.abort(new CodeExpired(`The code was not entered at ${url} in time; begin again`));
    },
    Math.min(expiresIn, longest) * 1000,
  );
  const ended = AbortSignal.any([signal, over.signal]);

  const poll = async (): Promise<Tokens> => {
    for (;;) {
      try {
        return await authorization.tokens(ended);
      } catch (error) {
        // The person is still at it (RFC 8628, section 3.5); each round begins with a pause.
        if (!(error instanceof ProviderUnreachable) || ended.aborted) throw error;
      }
    }
  };
  const tokens = unlessAborted(poll(), ended).finally(() => {
    clearTimeout(timer);
  });
  return { url, code, tokens };
}
