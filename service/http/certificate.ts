import { fstatSync, openSync, closeSync, readFileSync } from 'node:fs';
import type { TlsFiles } from '../config/configuration.js';
import { ConfigurationError } from '../config/errors.js';

/** With what the broker proves to other machines who it is, in PEM. */
export interface Certificate {
  /** Its own, and behind it those that vouch for it. */
  readonly cert: string;
  readonly key: string;
}

/** The oldest version of TLS that is spoken: those before it are withdrawn (RFC 8996). */
export const minVersion = 'TLSv1.2';

/** Reads a certificate and its key. @throws {ConfigurationError} if they can't be used */
export async function readCertificate({ certificate, key }: TlsFiles): Promise<Certificate> {
  const pair = { cert: contents(certificate, 'certificate', false), key: contents(key, 'key', true) };
  // Only what answers other machines needs it.
  const { createSecureContext } = await import('node:tls');
  try {
    createSecureContext({ ...pair, minVersion });
  } catch (error) {
    const { message } = error as Error;
    const problem = `no certificate and the key that belongs to it, in PEM: ${certificate}, ${key} (${message})`;
    throw new ConfigurationError('configuration', 'tls', problem);
  }
  return pair;
}

function contents(path: string, name: keyof TlsFiles, secret: boolean): string {
  const misfit = (problem: string): ConfigurationError =>
    new ConfigurationError('configuration', `tls/${name}`, `${path} ${problem}`);
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw misfit(code === 'ENOENT' ? 'does not exist' : `can't be read (${String(code)})`);
  }
  try {
    const { mode, uid } = fstatSync(file);
    // Where it is root's, who administers the machine has said which group may read it (Debian's ssl-cert, systemd).
    if (secret && (mode & (uid === 0 ? 0o007 : 0o077)) !== 0) {
      throw misfit(`may be read by other users; run: chmod 600 ${path}`);
    }
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw code === undefined || error instanceof ConfigurationError ? error : misfit(`can't be read (${code})`);
  } finally {
    closeSync(file);
  }
}
