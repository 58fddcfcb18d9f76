/** A configuration that can't be used. The message names the source, the key's path and what was expected. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';

  /**
   * @param source the file or settings schema it was read from
   * @param path the key's path, for instance `connections/1/url`, or '' for the whole
   * @param expectation what is wrong and what was expected
   * @param inWords the same for people, who know a connection by its id and not by its number, where that is known
   */
  constructor(
    readonly source: string,
    readonly path: string,
    readonly expectation: string,
    private readonly inWords?: string,
  ) {
    super(path === '' ? `${source}: ${expectation}` : `${source}: ${path}: ${expectation}`);
  }

  /** What can't be used and why, in words for people. */
  get problem(): string {
    return this.inWords ?? this.message;
  }
}

/** GSettings can't be read here. The message says why and what to do. */
export class SettingsUnavailable extends Error {
  override readonly name = 'SettingsUnavailable';
}
