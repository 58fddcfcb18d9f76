/** An item for what a person can do about something that isn't as it should be. */
export interface RemedyModel<Intent> {
  readonly intent: Intent;
  readonly label: string;
  /** What a screen reader says, where the label alone doesn't tell what it is about. */
  readonly accessibleName: string;
  readonly sensitive: boolean;
}

/**
 * A remedy that can be chosen.
 *
 * @param about - the name of what it is about, "" if the label tells
 */
export function remedy<Intent>(intent: Intent, label: string, about = ''): RemedyModel<Intent> {
  return { intent, label, accessibleName: [label, about].filter(Boolean).join(', '), sensitive: true };
}
