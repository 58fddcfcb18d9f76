/** What went wrong with the user's keyring. The message is for people, says the way out, and never holds a secret. */
export abstract class KeyringError extends Error {}

/** There is no keyring that could be asked, or it doesn't answer. */
export class KeyringUnavailable extends KeyringError {
  override readonly name = 'KeyringUnavailable';
}

/** What was asked for needs a person, whom the keyring wants to ask first: it is locked, or it wants a confirmation. */
export class KeyringLocked extends KeyringError {
  override readonly name = 'KeyringLocked';

  /** @param uncertain whether nobody can say what it keeps */
  constructor(readonly uncertain = false) {
    super('the keyring is locked, or wants to ask you first; unlock it, and what it keeps is used again');
  }
}

/** A new account has no keyring of its own before a person has chosen a password for one. */
export class KeyringMissing extends KeyringError {
  override readonly name = 'KeyringMissing';

  constructor() {
    super('there is no default keyring yet; store something yourself, and choose a password for it when you are asked');
  }
}

/** A person has closed what the keyring asked them. */
export class PromptDismissed extends KeyringError {
  override readonly name = 'PromptDismissed';

  constructor() {
    super('the keyring’s question was dismissed, or could not be shown; nothing was changed');
  }
}

/** Nobody has answered what the keyring asked. */
export class PromptUnanswered extends KeyringError {
  override readonly name = 'PromptUnanswered';

  /** @param limit milliseconds that were waited */
  constructor(limit: number) {
    super(`the keyring’s question was not answered within ${limit / 1000} seconds, and taken back; try again`);
  }
}

/** The keyring answers what the Secret Service API doesn't allow, or refuses what it should do. */
export class KeyringFault extends KeyringError {
  override readonly name = 'KeyringFault';

  /** @param what it did, without anything that it sent but names of errors */
  constructor(what: string) {
    super(`the keyring ${what}; what it keeps was left as it is. If that stays so, restart it or log in anew`);
  }
}

/** A session that the keyring doesn't know any more. Another one can be opened. */
export class SessionGone extends KeyringError {
  override readonly name = 'SessionGone';

  constructor() {
    super('the keyring has ended the session in which secrets are sent; try again');
  }
}

/** An item or a collection that isn't there any more. */
export class ObjectGone extends KeyringError {
  override readonly name = 'ObjectGone';

  constructor() {
    super('what was asked of the keyring is not in it any more; try again');
  }
}
