/** Where the caller keeps a session; the keyring. */
export interface SessionStore {
  /** Keeps the session in the place of the one before. @param session opaque, and secret */
  keep(session: string): Promise<void>;
  /** Removes it. */
  forget(): Promise<void>;
}

/** A keyring may wait for a person, who may be away; requests don't. Milliseconds. */
const patience = 5000;

/** Has the store do one thing after the other, and nobody wait for it for ever. */
export class Keeper {
  #last: Promise<unknown> = Promise.resolve();

  constructor(private readonly store: SessionStore) {}

  /** @returns why it was not kept, as far as is known; '' when it was */
  keep(session: string): Promise<string> {
    return this.#next(() => this.store.keep(session));
  }

  /** @returns why it is not removed, as far as is known; '' when it is */
  forget(): Promise<string> {
    return this.#next(() => this.store.forget());
  }

  async #next(act: () => Promise<void>): Promise<string> {
    const done = this.#last.then(act).then(
      () => '',
      (error: unknown) => (error as Error).message,
    );
    this.#last = done;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<string>((resolve) => {
      timer = setTimeout(resolve, patience, `it has not answered for ${patience / 1000} s; is the keyring locked?`);
    });
    const problem = await Promise.race([done, late]);
    clearTimeout(timer);
    return problem;
  }
}
