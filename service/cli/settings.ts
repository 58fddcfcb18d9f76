import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import packageJson from '../../package.json';
import { ConfigurationError } from '../config/errors.js';
import { settingsFrom, settingsText } from '../config/settingsFile.js';
import { readSettings, replaceSettings } from '../config/settingsStore.js';
import { overBus } from './sessionBus.js';
import { RequestFailed } from './client.js';

/** `settings export`: into a file, or onto standard output. @throws {SettingsUnavailable | RequestFailed} */
export async function exportSettings(
  file: string | undefined,
  environment: NodeJS.ProcessEnv,
  print: (text: string) => void,
): Promise<void> {
  const text = settingsText(await readSettings(environment), packageJson.version);
  if (file === undefined) {
    print(text);
    return;
  }
  // Whoever reads it meanwhile, and who runs out of space, keeps the one that was there.
  const fresh = `${file}.new`;
  try {
    writeFileSync(fresh, text, { mode: 0o600 });
    renameSync(fresh, file);
  } catch (error) {
    rmSync(fresh, { force: true });
    throw new RequestFailed(`${file} can’t be written (${String((error as NodeJS.ErrnoException).code)})`);
  }
}

/** `settings import`: all of a file or nothing. @throws {SettingsUnavailable | ConfigurationError} */
export async function importSettings(
  file: string,
  environment: NodeJS.ProcessEnv,
  print: (text: string) => void,
): Promise<void> {
  const settings = settingsFrom(textOf(file), file);
  await overBus(environment, (bus) => replaceSettings(settings, bus, environment));
  const count = settings.connections.length;
  print(`All settings are those of ${file} now (${count} ${count === 1 ? 'connection' : 'connections'}).\n`);
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new ConfigurationError(
      file,
      '',
      code === 'ENOENT' ? 'there is no such file' : `it can’t be read (${String(code)})`,
    );
  }
}
