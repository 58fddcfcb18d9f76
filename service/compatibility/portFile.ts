import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Files by which an installation of the old program is known: its own, and the one that we leave for it. */
const signs = ['connection_config.json', 'tunnel_config.json', 'tray_port'];

/** Whether the old program was ever used by this user. */
export function hasOldInstallation(folder: string): boolean {
  return signs.some((name) => existsSync(join(folder, name)));
}

/** The file in which applications of the old program look for the port of their daemon. */
export class PortFile {
  readonly #path: string;
  #written: string | undefined;

  constructor(folder: string) {
    this.#path = join(folder, 'tray_port');
  }

  /** Names a port. Whoever reads it meanwhile finds the old or the new one. @throws if it can't be written */
  write(port: number): void {
    const fresh = `${this.#path}.new`;
    // As the old one was: digits, and no newline.
    const text = String(port);
    writeFileSync(fresh, text, { mode: 0o600 });
    renameSync(fresh, this.#path);
    this.#written = text;
  }

  /** Takes it away, unless somebody else has written it meanwhile. */
  remove(): void {
    if (this.#written === undefined) return;
    try {
      if (readFileSync(this.#path, 'utf8') === this.#written) rmSync(this.#path);
    } catch {
      // It has gone before us.
    }
  }
}
