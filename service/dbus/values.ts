/** As a string of D-Bus's, which holds no NUL (D-Bus specification, "Basic types"). What servers call things is theirs. */
export function text(value: string): string {
  return value.replaceAll('\0', '\uFFFD');
}

/** As an unsigned number; what a server says is one, but isn't, is 0. */
export function count(value: number): number {
  return Number.isFinite(value) ? Math.min(Math.max(0, Math.trunc(value)), Number.MAX_SAFE_INTEGER) : 0;
}
