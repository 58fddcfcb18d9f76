import { readFileSync, realpathSync } from 'node:fs';
import type { Installation } from '../facts.js';

/** How the program that runs was installed, and whose packages this machine has. */
export function lookAtInstallation(environment: NodeJS.ProcessEnv, program: string): Installation {
  return { way: wayOf(environment, program), distribution: distributionIn(osRelease()) };
}

function wayOf(environment: NodeJS.ProcessEnv, program: string): Installation['way'] {
  if (environment.APPIMAGE !== undefined) return 'appimage';
  return /^\/(usr|opt|nix)\//.test(realpathSync(program)) ? 'package' : 'home';
}

/** The family of a distribution, by the text of its os-release(5). */
export function distributionIn(text: string): Installation['distribution'] {
  const values = [...text.matchAll(/^(?:ID|ID_LIKE)="?([^"\n]*)"?$/gm)].flatMap(([, value = '']) => value.split(' '));
  return (['debian', 'fedora', 'arch'] as const).find((one) => values.includes(one));
}

function osRelease(): string {
  for (const path of ['/etc/os-release', '/usr/lib/os-release']) {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      // The other one, or none: then nobody says.
    }
  }
  return '';
}
