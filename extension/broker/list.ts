/** Names as a sentence of the person's language lists them. */
export function listInWords(names: readonly string[]): string {
  return new Intl.ListFormat().format(names);
}
