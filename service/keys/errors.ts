/** The file of keys can't be used. The message names it, what is wrong, and the way out. */
export class KeyFileError extends Error {
  override readonly name = 'KeyFileError';

  constructor(path: string, problem: string) {
    super(`${path}: ${problem}`);
  }
}

/** A key can't be made or taken back as it was asked for. The message says why. */
export class KeyRefused extends Error {
  override readonly name = 'KeyRefused';
}
