import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Evidence } from './evidence.ts';

/** Programs that tell what they were started with before they do what they do. */
export class Children {
  readonly #told: string;
  readonly #bin: string;

  /** @param programs by their names; those of the machine are run in the end */
  constructor(folder: string, programs: readonly string[]) {
    this.#told = join(folder, 'told');
    this.#bin = join(folder, 'bin');
    mkdirSync(this.#told);
    mkdirSync(this.#bin);
    for (const name of programs) {
      const real = execFileSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim();
      // What it is started with is the kernel's word; the shell's own may lack what is no name of a variable.
      const script = `#!/bin/sh\ncat /proc/$$/cmdline /proc/$$/environ > ${this.#told}/${name}.$$.new
mv ${this.#told}/${name}.$$.new ${this.#told}/${name}.$$\nexec ${real} "$@"\n`;
      writeFileSync(join(this.#bin, name), script, { mode: 0o755 });
    }
  }

  /** In which they are found first. */
  get environment(): { readonly PATH: string } {
    return { PATH: `${this.#bin}:${process.env.PATH ?? ''}` };
  }

  /** What each was started with: its command line and environment, with NUL between. */
  get told(): readonly string[] {
    const names = readdirSync(this.#told).filter((name) => !name.endsWith('.new'));
    return names.map((name) => readFileSync(join(this.#told, name), 'latin1'));
  }

  note(evidence: Evidence): void {
    for (const one of this.told) evidence.note('what a child was started with', one);
  }
}
