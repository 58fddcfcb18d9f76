import type { Clock } from '../../../service/signIn/clock.ts';
import type { SessionStore } from '../../../service/signIn/keeper.ts';
import { SignIn } from '../../../service/signIn/signIn.ts';
import type { SignInSettings } from '../../../service/signIn/settings.ts';
import { Browser } from './browser.ts';
import type { RunningProvider } from './provider.ts';

/** A clock that goes only when it is told to. */
export class TurnedClock implements Clock {
  #wall = Date.now();
  #monotonic = 0;

  wall(): number {
    return this.#wall;
  }

  monotonic(): number {
    return this.#monotonic;
  }

  /** Time passes. @param seconds that both clocks count */
  pass(seconds: number): void {
    this.#wall += seconds * 1000;
    this.#monotonic += seconds * 1000;
  }

  /** The machine sleeps, or somebody sets the clock. @param seconds that only the clock on the wall shows */
  set(seconds: number): void {
    this.#wall += seconds * 1000;
  }
}

/** A keyring in memory. */
export class Shelf implements SessionStore {
  stored: string | undefined;
  /** Everything that was kept, in its order. */
  readonly kept: string[] = [];
  /** Why nothing can be kept or removed. */
  problem: string | undefined;
  /** Is waited for before anything is done. */
  held: Promise<void> | undefined;

  #awaited: (() => void) | undefined;

  async keep(session: string): Promise<void> {
    this.#awaited?.();
    await this.#ready();
    this.stored = session;
    this.kept.push(session);
  }

  /** Settles when it is next asked to keep something. */
  next(): Promise<void> {
    return new Promise((resolve) => {
      this.#awaited = resolve;
    });
  }

  async forget(): Promise<void> {
    await this.#ready();
    this.stored = undefined;
  }

  async #ready(): Promise<void> {
    await this.held;
    if (this.problem !== undefined) throw new Error(this.problem);
  }
}

/** Somebody with a keyring, a clock and a browser. */
export class Person {
  readonly shelf = new Shelf();
  readonly clock = new TurnedClock();
  readonly browser = new Browser();
  readonly signIn: SignIn;
  #changed: (() => void)[] = [];

  constructor(settings: SignInSettings) {
    const changed = (): void => {
      for (const tell of this.#changed.splice(0)) tell();
    };
    this.signIn = new SignIn(settings, {
      store: this.shelf,
      clock: this.clock,
      changed,
    });
  }

  /** Somebody who has signed in. */
  static async signedIn(provider: RunningProvider, settings = provider.settings): Promise<Person> {
    const person = new Person(settings);
    const { url, done } = await person.signIn.begin('browser');
    const back = await person.browser.signIn(url);
    await person.browser.open(back.url);
    await done;
    return person;
  }

  /** Settles when the status is one that is waited for. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      await new Promise<void>((resolve) => {
        this.#changed.push(resolve);
      });
    }
  }

  /** The refresh token that is kept. */
  get refreshToken(): string {
    return (JSON.parse(this.shelf.stored ?? '{}') as { refreshToken: string }).refreshToken;
  }
}
