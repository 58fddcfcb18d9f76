import { readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { startsOldDaemon } from './autostart.js';
import { type OldFile, oldFormats } from './oldFiles.js';

/** What the old program's files say. None of them need be there. */
export function readOldFiles(folder: string): readonly OldFile[] {
  return oldFormats.flatMap(({ file, read }) => {
    try {
      return [read(readFileSync(join(folder, file), 'utf8'))];
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT' || code === 'ENOTDIR') return [];
      return [{ servers: [], problems: [`${file} can’t be read (${String(code)})`] }];
    }
  });
}

/** The user's autostart entries that start the old daemon, by their paths. */
export function oldAutostart(environment: NodeJS.ProcessEnv): string[] {
  const settings = environment.XDG_CONFIG_HOME ?? join(environment.HOME ?? homedir(), '.config');
  const folder = join(settings, 'autostart');
  return namesIn(folder)
    .filter((name) => name.endsWith('.desktop'))
    .map((name) => join(folder, name))
    .filter((path) => startsOldDaemon(textOf(path)));
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
