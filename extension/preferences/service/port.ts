import type { Translator } from '../../broker/translator.js';

/** Ports below are the administrator's. */
const FIRST = 1024;
const LAST = 65535;

/** The port that the service has where nobody has chosen another. */
export const DEFAULT_PORT = 11435;

/** What a port should be like instead of a text, "" if it is right. */
export function expectedPort(text: string, { gettext: _ }: Translator): string {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return port >= FIRST && port <= LAST ? '' : _('A number from 1024 to 65535');
}

/** The port among what a socket unit listens at, 0 if there is none. */
export function portAmong(listens: readonly string[]): number {
  const address = listens.find((each) => !each.startsWith('/'));
  return Number(/:(\d+)$/.exec(address ?? '')?.[1] ?? 0);
}

/** What the service's socket unit needs beside itself to have another port. */
export function portDropIn(port: number): string {
  return `# Written by the preferences of CloudToLocalLLM. Without this file the port is ${DEFAULT_PORT} again.
[Socket]
# Forgets the address of the unit itself.
ListenStream=
ListenStream=127.0.0.1:${port}
`;
}
