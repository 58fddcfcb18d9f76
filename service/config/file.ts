import { readFileSync, watch } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import type { Configuration } from './configuration.js';
import { ConfigurationError } from './errors.js';
import { misfitOfJson } from './json.js';
import { validated } from './validate.js';

/**
 * The configuration in a JSON file.
 *
 * @throws {ConfigurationError} if it can't be read, isn't JSON or doesn't fit
 */
export function readConfigurationFile(path: string): Configuration {
  return validated(parsed(text(path), path), path);
}

function text(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code;
    const words: Record<string, string> = {
      ENOENT: 'there is no such file',
      EACCES: 'it may not be read by this user',
      EISDIR: 'it is a folder, not a file',
    };
    throw new ConfigurationError(path, '', words[reason ?? ''] ?? `it can't be read (${String(reason)})`);
  }
}

function parsed(json: string, path: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw new ConfigurationError(path, '', misfitOfJson(json, error));
  }
}

/** How long a file is left alone after a change, so that an editor can finish writing it. Milliseconds. */
const settleTime = 100;

/**
 * Calls back whenever the file was written or replaced.
 *
 * @returns what ends the watching
 */
export function watchFile(path: string, changed: () => void): () => void {
  // The folder is watched, not the file: editors replace files, and the old one would be watched for ever.
  const name = basename(resolve(path));
  let timer: NodeJS.Timeout | undefined;
  const watcher = watch(dirname(resolve(path)), { persistent: false }, (_event, changedName) => {
    if (changedName !== name) return;
    clearTimeout(timer);
    timer = setTimeout(changed, settleTime);
  });
  return () => {
    clearTimeout(timer);
    watcher.close();
  };
}
