import { type Clock, Life, systemClock } from './clock.js';
import {
  Denied,
  NotSignedIn,
  ProviderRefused,
  RenewalFailed,
  SessionExpired,
  SessionRefused,
  SignInCancelled,
  type SignInError,
  SignInReplaced,
  TokenNotAccepted,
} from './errors.js';
import type { Invitation } from './invitation.js';
import { Keeper, type SessionStore } from './keeper.js';
import type { Provider } from './provider.js';
import { parseSession, serialiseSession, type Session, type Tokens } from './session.js';
import type { SignInSettings } from './settings.js';

/**
 * Whether somebody is signed in. `expired`: they were, and there is nothing to renew it with; `refused`: the provider
 * doesn't renew it, or what was stored can't be used.
 */
export type SignInState = 'none' | 'signedIn' | 'expired' | 'refused';

/** What is shown of a sign-in. */
export interface SignInStatus {
  readonly state: SignInState;
  /** Who is signed in: their name, else their address, else what the provider calls them; '' if it doesn't say. */
  readonly account: string;
  /** What is wrong, also while somebody is signed in: '' if nothing is. */
  readonly problem: string;
}

/** A sign-in that waits for a person. */
export interface Pending {
  /** To be opened in a browser, or to be shown with the code. */
  readonly url: string;
  /** To be entered there; undefined where the browser comes back by itself. */
  readonly code: string | undefined;
  /**
   * Settles when somebody is signed in. May be left alone: nothing is thrown that nobody catches.
   *
   * @throws {SignInError}
   */
  readonly done: Promise<void>;
}

/** What a sign-in needs of its surroundings. */
export interface SignInOptions {
  readonly store: SessionStore;
  /** Is called after anything of `status` has changed. */
  readonly changed: () => void;
  readonly clock?: Clock;
}

/** How long a person has to sign in with the browser. Milliseconds. */
const personsTime = 5 * 60_000;

/** How long a provider that failed to renew a session, or a keyring that did not take it, is left alone. Seconds. */
const pause = 5;

/** An API that refuses a token got in the place of a refused one, and this young, would refuse the next. Milliseconds. */
const young = 30_000;

/** Seconds by which the provider's clock may differ from ours when somebody signs in. */
const signInTolerance = 300;

/** When a session is renewed its ID token is nothing new, and a wrong clock must not lose the tokens beside it. */
const renewalTolerance = Number.MAX_SAFE_INTEGER;

/** Somebody's being signed in to one provider for one connection: begun, kept, renewed and ended here. Owns its state. */
export class SignIn {
  readonly #keeper: Keeper;
  readonly #clock: Clock;
  #status: SignInStatus = { state: 'none', account: '', problem: '' };
  #session: Session | undefined;
  /** Of the session's access token. */
  #life: Life;
  /** Counts who is signed in: what was begun for somebody else must not become theirs. */
  #epoch = 0;
  /** The sign-in that waits for a person. */
  #running: AbortController | undefined;
  #done: Promise<void> | undefined;
  /** The renewal that runs: the new session, whatever became of the old one meanwhile. */
  #renewing: Promise<Session> | undefined;
  #failure: { readonly error: RenewalFailed; readonly rest: Life } | undefined;
  /** Where the session isn't kept: until when that isn't tried again. */
  #unkept: Life | undefined;
  /** The access token that was got in the place of a refused one. */
  #substitute: string | undefined;
  /** What the last renewal found of the provider, as long as it holds. */
  #provider: Provider | undefined;

  constructor(
    readonly settings: SignInSettings,
    private readonly options: SignInOptions,
  ) {
    this.#keeper = new Keeper(options.store);
    this.#clock = options.clock ?? systemClock;
    this.#life = this.#lasting(0);
  }

  get status(): SignInStatus {
    return this.#status;
  }

  /** Takes up what was kept. What can't be used is told, and stays where it is. @param stored undefined if nothing was */
  load(stored: string | undefined): void {
    this.#leave();
    if (stored === undefined) {
      this.#become('none', '', '');
      return;
    }
    try {
      this.#hold(parseSession(stored, this.settings));
      this.#become('signedIn', this.#session?.account ?? '', '');
    } catch (error) {
      this.#become('refused', '', (error as SignInError).message);
    }
  }

  /**
   * Begins to sign in; one that runs is given up. Until somebody has signed in, who is signed in stays so.
   *
   * @param how with a browser on this machine, or by a code with one anywhere
   * @throws {SignInError}
   */
  async begin(how: 'browser' | 'device'): Promise<Pending> {
    this.#running?.abort(new SignInReplaced('Another sign-in was begun in its place'));
    const running = new AbortController();
    this.#running = running;
    try {
      const { url, code, tokens } = await this.#invite(how, running.signal);
      const done = this.#finish(running, tokens);
      // Who waits for it hears of it, and nobody has to.
      done.catch(() => undefined);
      this.#done = done;
      return { url, code, done };
    } catch (error) {
      this.#over(running);
      throw running.signal.aborted ? running.signal.reason : error;
    }
  }

  /** Gives up the sign-in that runs, if one does. */
  cancel(): void {
    this.#running?.abort(new SignInCancelled('Signing in was cancelled'));
  }

  /**
   * The access token for a request. One that is about to end is renewed meanwhile, one that has ended before.
   *
   * @throws {NotSignedIn | SessionExpired | SessionRefused} if somebody has to sign in first
   * @throws {RenewalFailed} if it has ended and can't be renewed now
   */
  async accessToken(): Promise<string> {
    const session = this.#valid();
    this.#keepAgain(session);
    if (this.#life.left <= 0) return this.#renewed(session);
    if (this.#life.ending && session.refreshToken !== undefined) {
      // How it went is told in the status; the token at hand is good.
      this.#renewal(session).catch(() => undefined);
    }
    return session.accessToken;
  }

  /**
   * Another access token in the place of one that an API has refused (status 401).
   *
   * @throws as `accessToken` does
   * @throws {TokenNotAccepted} if the refused one was itself got so, just now
   */
  async renew(refused: string): Promise<string> {
    const session = this.#valid();
    if (session.accessToken !== refused) return this.accessToken();
    if (refused === this.#substitute && this.#life.age < young) {
      throw new TokenNotAccepted(
        `The access token that ${this.settings.issuer} has just issued is not accepted; are the scopes and the audience right?`,
      );
    }
    const token = await this.#renewed(session);
    this.#substitute = token;
    return token;
  }

  /**
   * Ends it: removes what is kept, and tells the provider. Afterwards nobody is signed in, whatever fails.
   *
   * @returns what could not be done, in words; '' if all could
   */
  async signOut(): Promise<string> {
    this.cancel();
    const session = this.#session;
    const renewing = this.#renewing;
    this.#leave();
    this.#become('none', '', '');
    const unforgotten = await this.#keeper.forget();
    const problems = unforgotten === '' ? [] : [`The stored session could not be removed: ${unforgotten}`];
    if (session !== undefined) {
      // One that is on its way takes the place of what we have.
      const last = renewing === undefined ? session : await renewing.catch(() => session);
      const unrevoked = await this.#revoke(last);
      if (unrevoked !== '') problems.push(unrevoked);
    }
    return problems.join('. ');
  }

  /** Gives up what waits for people, and waits until tokens that are on their way are kept: nobody gets them twice. */
  async close(): Promise<void> {
    this.cancel();
    await Promise.allSettled([this.#renewing, this.#done]);
  }

  async #invite(how: 'browser' | 'device', signal: AbortSignal): Promise<Invitation> {
    const { Provider } = await import('./provider.js');
    const options = { signal, clockTolerance: signInTolerance };
    const provider = await Provider.discover(this.settings, options);
    signal.throwIfAborted();
    if (how === 'device') {
      const { inviteByDevice } = await import('./device.js');
      return inviteByDevice(provider, signal);
    }
    const { inviteByBrowser } = await import('./browser.js');
    return inviteByBrowser(provider, signal, personsTime);
  }

  async #finish(running: AbortController, invited: Promise<Tokens>): Promise<void> {
    try {
      const tokens = await invited;
      running.signal.throwIfAborted();
      const { issuer, clientId } = this.settings;
      this.#epoch += 1;
      const adopted = await this.#adopt({ ...tokens, issuer, clientId, gotAt: this.#clock.wall() });
      if (!adopted) throw new SignInCancelled('Somebody signed in or out meanwhile');
    } finally {
      this.#over(running);
    }
  }

  #over(running: AbortController): void {
    if (this.#running === running) this.#running = undefined;
  }

  #valid(): Session {
    const { state, problem } = this.#status;
    if (state === 'refused') throw new SessionRefused(problem);
    if (state === 'expired') throw new SessionExpired(problem);
    if (this.#session === undefined) {
      throw new NotSignedIn(`Nobody is signed in at ${this.settings.issuer}; sign in first`);
    }
    return this.#session;
  }

  async #renewed(session: Session): Promise<string> {
    const renewed = await this.#renewal(session);
    // Somebody may have signed in or out meanwhile.
    return renewed === this.#session ? renewed.accessToken : this.accessToken();
  }

  /** However many ask for it at a time, it is one: a refresh token may be valid only once. */
  #renewal(session: Session): Promise<Session> {
    if (this.#renewing === undefined) {
      if (this.#failure !== undefined && this.#failure.rest.left > 0) return Promise.reject(this.#failure.error);
      this.#renewing = this.#renew(session).finally(() => {
        this.#renewing = undefined;
      });
    }
    return this.#renewing;
  }

  async #renew(session: Session): Promise<Session> {
    const epoch = this.#epoch;
    const { refreshToken } = session;
    if (refreshToken === undefined) {
      const expired = new SessionExpired(`The session at ${this.settings.issuer} is over; sign in again`);
      this.#become('expired', session.account, expired.message);
      throw expired;
    }
    const gotAt = this.#clock.wall();
    let tokens: Tokens;
    try {
      tokens = await (await this.#known()).refresh(refreshToken);
    } catch (error) {
      throw this.#renewalFailure(error as Error, session, epoch);
    }
    const renewed: Session = {
      ...session,
      ...tokens,
      refreshToken: tokens.refreshToken ?? refreshToken,
      account: tokens.account === '' ? session.account : tokens.account,
      gotAt,
    };
    if (epoch === this.#epoch) await this.#adopt(renewed);
    return renewed;
  }

  #renewalFailure(error: Error, session: Session, epoch: number): Error {
    const { issuer } = this.settings;
    // What was found of it may have changed.
    this.#provider = undefined;
    if (error instanceof ProviderRefused || error instanceof Denied) {
      const refused = new SessionRefused(`The session is over, sign in again. ${error.message}`);
      if (epoch === this.#epoch) this.#become('refused', session.account, refused.message);
      return refused;
    }
    const failed = new RenewalFailed(
      `The session at ${issuer} could not be renewed, which is tried again with the next request: ${error.message}`,
    );
    if (epoch === this.#epoch) {
      this.#failure = { error: failed, rest: this.#lasting(pause) };
      this.#become('signedIn', session.account, failed.message);
    }
    return failed;
  }

  async #revoke({ refreshToken, accessToken }: Session): Promise<string> {
    const { issuer } = this.settings;
    try {
      const provider = await this.#known();
      if (!provider.revokes) return `${issuer} has no way to be told that the session is over; it ends there by itself`;
      if (refreshToken === undefined) await provider.revoke(accessToken, 'access_token');
      else await provider.revoke(refreshToken, 'refresh_token');
      return '';
    } catch (error) {
      this.#provider = undefined;
      return `The provider could not be told, and the session may go on there: ${(error as Error).message}`;
    }
  }

  async #known(): Promise<Provider> {
    if (this.#provider === undefined) {
      const { Provider } = await import('./provider.js');
      this.#provider = await Provider.discover(this.settings, { clockTolerance: renewalTolerance });
    }
    return this.#provider;
  }

  /** Has a session kept, and then used. @returns false if it is nobody's any more by then */
  async #adopt(session: Session): Promise<boolean> {
    const epoch = this.#epoch;
    this.#unkept = undefined;
    const problem = await this.#keeper.keep(serialiseSession(session));
    if (epoch !== this.#epoch) return false;
    this.#hold(session);
    this.#kept(problem);
    return true;
  }

  /** Tries again what the keyring did not take: it was locked. */
  #keepAgain(session: Session): void {
    // A renewal that runs has a newer one kept.
    if (this.#unkept === undefined || this.#unkept.left > 0 || this.#renewing !== undefined) return;
    const epoch = this.#epoch;
    this.#unkept = this.#lasting(pause);
    void this.#keeper.keep(serialiseSession(session)).then((problem) => {
      if (epoch === this.#epoch && session === this.#session) this.#kept(problem);
    });
  }

  #kept(problem: string): void {
    const words = `The session could not be kept, and is lost when the broker ends: ${problem}`;
    this.#unkept = problem === '' ? undefined : this.#lasting(pause);
    this.#become('signedIn', this.#session?.account ?? '', problem === '' ? '' : words);
  }

  #hold(session: Session): void {
    this.#session = session;
    this.#life = new Life(this.#clock, session.expiresIn, session.gotAt);
    this.#failure = undefined;
  }

  #leave(): void {
    this.#epoch += 1;
    this.#session = undefined;
    this.#failure = undefined;
    this.#unkept = undefined;
    this.#substitute = undefined;
  }

  #lasting(seconds: number): Life {
    return new Life(this.#clock, seconds, this.#clock.wall());
  }

  #become(state: SignInState, account: string, problem: string): void {
    this.#status = { state, account, problem };
    this.options.changed();
  }
}
