/**
 * The translating functions that a caller hands in: the shell and the preferences process each have their own,
 * and tests have none.
 */
export interface Translator {
  readonly gettext: (text: string) => string;
  readonly ngettext: (singular: string, plural: string, count: number) => string;
}

/** Puts values in the place of `{name}` in a translated text. */
export function fill(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\{(\w+)\}/g, (placeholder, name: string) => values[name] ?? placeholder);
}
