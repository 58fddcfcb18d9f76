/** What keeps a text from being a connection's address. */
export type AddressProblem = 'scheme' | 'credentials' | 'host' | 'tail';

/**
 * Looks at an address as a person typed it.
 *
 * @returns what is wrong with it, null when nothing is
 */
export function addressProblem(text: string): AddressProblem | null {
  const [, authority, tail = ''] = /^https?:\/\/([^/?#\s]*)(.*)$/i.exec(text) ?? [];
  if (authority === undefined) return 'scheme';
  // A password would end up readable in the settings; there is a keyring for that.
  if (authority.includes('@')) return 'credentials';

  const host = /^(?:\[[0-9a-f:.]+\]|[^:[\]]+)(?::(\d{1,5}))?$/i.exec(authority);
  const port = Number(host?.[1] ?? 80);
  if (host === null || port < 1 || port > 65535) return 'host';
  return /[?#\s]/.test(tail) ? 'tail' : null;
}
