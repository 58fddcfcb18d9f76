import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Certificate {
  readonly key: string;
  readonly cert: string;
  /** Where `cert` is, and where `key`, which only its owner may read. */
  readonly path: string;
  readonly keyPath: string;
}

/** Has something done after a test. */
type Release = (release: () => void) => void;

const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/** A certificate that is signed by itself. @param name as OpenSSL has it, for instance IP:127.0.0.1 @param subject its own */
export function selfSigned(name: string, release: Release, subject = 'itself'): Certificate {
  return made(release, (key, path) => {
    const named = ['-subj', `/CN=${subject}`, '-addext', `subjectAltName=${name}`];
    openssl('req', '-x509', ...kind, '-days', '2', ...named, '-keyout', key, '-out', path);
  });
}

/** An authority that nobody knows. @returns its certificate, and what has it sign one for a name */
export function authority(release: Release): Certificate & { issue(name: string): Certificate } {
  const root = made(release, (key, path) => {
    openssl('req', '-x509', ...kind, '-days', '2', '-subj', '/CN=an authority', '-keyout', key, '-out', path);
  });
  return {
    ...root,
    issue: (name) =>
      made(release, (key, path) => {
        const [asked, extra] = [`${path}.csr`, `${path}.ext`];
        writeFileSync(extra, `subjectAltName=${name}\n`);
        openssl('req', ...kind, '-subj', '/CN=a server', '-keyout', key, '-out', asked);
        const signer = ['-CA', root.path, '-CAkey', root.keyPath, '-CAcreateserial'];
        openssl('x509', '-req', '-in', asked, ...signer, '-days', '2', '-extfile', extra, '-out', path);
      }),
  };
}

function made(release: Release, make: (key: string, path: string) => void): Certificate {
  const folder = mkdtempSync(join(tmpdir(), 'certificate-'));
  release(() => {
    rmSync(folder, { recursive: true });
  });
  const [key, path] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  make(key, path);
  chmodSync(key, 0o600);
  return { key: readFileSync(key, 'utf8'), cert: readFileSync(path, 'utf8'), path, keyPath: key };
}

function openssl(...args: string[]): void {
  execFileSync('openssl', args, { stdio: 'ignore' });
}
