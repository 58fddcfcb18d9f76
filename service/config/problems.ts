import { EventEmitter } from 'node:events';
import { isDeepStrictEqual } from 'node:util';

/** What of the configuration isn't in force, and why, in words for people. Emits `changed` when it is something else. */
export class Problems extends EventEmitter<{ changed: [] }> {
  #list: readonly string[] = [];

  /** One thing an element, in the order in which they were found. */
  get list(): readonly string[] {
    return this.#list;
  }

  /** What there is now, in place of what was before. */
  become(list: readonly string[]): void {
    if (isDeepStrictEqual(list, this.#list)) return;
    this.#list = list;
    this.emit('changed');
  }
}
