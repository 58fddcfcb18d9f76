import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { watchFile } from '../config/file.js';
import type { Log } from '../telemetry/log.js';
import { readKeyFile } from './file.js';
import type { KeyRecord } from './key.js';

/** The keys of a file, as they hold now: its changes are followed, and what can't be used of them changes nothing. */
export class FollowedKeys {
  /** Another list after every change. */
  records: readonly KeyRecord[] = [];
  #path: string | undefined;
  #stop = (): void => undefined;

  constructor(private readonly log: Log) {}

  /** Reads a file, and from then on whenever it has changed. One that is followed already is only read. */
  follow(path: string): void {
    if (path !== this.#path) {
      this.#path = path;
      this.#stop();
      this.#stop = this.#watch(path);
    }
    this.#read(path);
  }

  #read(path: string): void {
    try {
      this.records = readKeyFile(path);
    } catch (error) {
      this.log.error(`${(error as Error).message}; what was in force before stays`);
    }
  }

  #watch(path: string): () => void {
    try {
      // The folder is watched, since the file may not be there yet.
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      return watchFile(path, () => {
        this.#read(path);
      });
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      this.log.warn(`${path}: changes can't be followed (${String(code)}); a reload (SIGHUP) reads it again`);
      return () => undefined;
    }
  }
}
