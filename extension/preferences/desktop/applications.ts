/** An application that is installed, as far as a choice needs it. */
export interface Application {
  /** Its desktop file. */
  readonly id: string;
  readonly name: string;
  /** What it says of itself, "" for nothing. */
  readonly description: string;
}

/** The applications that a person may mean who has typed this much, in the order of the alphabet. */
export function applicationsLike<T extends Application>(applications: readonly T[], typed: string): T[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  return applications
    .filter(({ id, name, description }) => {
      const text = `${name} ${description} ${id}`.toLowerCase();
      return words.every((word) => text.includes(word));
    })
    .sort((one, other) => one.name.localeCompare(other.name));
}
