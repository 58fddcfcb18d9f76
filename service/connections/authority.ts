import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { AuthorityUnusable } from './errors.js';

const certificate = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/**
 * The certificates of a private authority. What else is in the file, comments for instance, is passed over.
 *
 * @param path of a file in PEM
 * @returns them in PEM
 * @throws {AuthorityUnusable} if it can't be read, or there is no certificate in it, or one that is none
 */
export function readAuthority(path: string): string[] {
  const found = contentOf(path).match(certificate) ?? [];
  if (found.length === 0) {
    throw new AuthorityUnusable(
      `${path} holds no certificate in PEM; “ca” expects the certificate of the authority there`,
    );
  }
  for (const one of found) {
    try {
      new X509Certificate(one);
    } catch {
      throw new AuthorityUnusable(`${path} holds a certificate that is damaged; put that of the authority there again`);
    }
  }
  return [...found];
}

function contentOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    const words: Record<string, string> = {
      ENOENT: 'does not exist; put the certificate of its authority there',
      EACCES: 'may not be read by this user; change its mode',
      EISDIR: 'is a folder; name the file inside that has the certificate of its authority',
    };
    throw new AuthorityUnusable(`${path}, which “ca” names, ${words[code] ?? `can’t be read (${code})`}`);
  }
}
