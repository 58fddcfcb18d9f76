/** The most that is shown of what a provider says. Characters. */
const longest = 200;

/**
 * What a provider says, as it can be shown to people: in one line, of a length, without control characters and those
 * that turn the direction of what follows, and without secrets that it repeats.
 *
 * @param secrets what must not be shown
 */
export function shown(text: unknown, secrets: readonly string[]): string {
  if (typeof text !== 'string') return '';
  const open = secrets.filter((secret) => secret !== '').reduce((rest, secret) => rest.replaceAll(secret, '…'), text);
  const line = open.replace(/[\p{C}\p{Z}]+/gu, ' ').trim();
  const characters = Array.from(line);
  return characters.length > longest ? `${characters.slice(0, longest - 1).join('')}…` : line;
}

/** A length of time as people say it, in one unit. @param milliseconds more than nothing */
export function duration(milliseconds: number): string {
  const minutes = Math.round(milliseconds / 60_000);
  if (minutes < 120) return minutes === 1 ? '1 minute' : `${minutes} minutes`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} hours` : `${Math.round(hours / 24)} days`;
}
