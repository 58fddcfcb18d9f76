import { SignInTimedOut } from './errors.js';
import { type Invitation, unlessAborted } from './invitation.js';
import { LoopbackRedirect } from './loopback.js';
import type { Provider } from './provider.js';
import type { Tokens } from './session.js';
import { duration } from './words.js';

/**
 * Invites to sign in with a browser on this machine.
 *
 * @param signal ends it, with its reason
 * @param limit milliseconds that a person has for it
 * @throws {SignInError}
 */
export async function inviteByBrowser(provider: Provider, signal: AbortSignal, limit: number): Promise<Invitation> {
  const redirect = await LoopbackRedirect.open();
  const over = new AbortController();
  const timer = setTimeout(() => {
    over.abort(new SignInTimedOut(`Nobody signed in within ${duration(limit)}; begin again`));
  }, limit);
  const ended = AbortSignal.any([signal, over.signal]);

  const close = async (failure?: Error): Promise<void> => {
    clearTimeout(timer);
    await redirect.close(
      failure === undefined
        ? { status: 200, title: 'Signed in', words: 'CloudToLocalLLM has what it needs. You can close this page.' }
        : { status: 400, title: 'Not signed in', words: `${failure.message}. You can close this page.` },
    );
  };
  try {
    const authorization = await provider.authorize(redirect.uri);
    redirect.expect(new URL(authorization.url).searchParams.get('state') ?? '');
    const exchange = async (): Promise<Tokens> => {
      try {
        const answer = await unlessAborted(redirect.answer, ended);
        clearTimeout(timer);
        const tokens = await unlessAborted(authorization.redeem(answer), signal);
        await close();
        return tokens;
      } catch (error) {
        await close(error as Error);
        throw error;
      }
    };
    return { url: authorization.url, code: undefined, tokens: exchange() };
  } catch (error) {
    await close(error as Error);
    throw error;
  }
}
