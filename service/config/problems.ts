import { EventEmitter } from 'node:events';
import { isDeepStrictEqual } from 'node:util';

/** What of the configuration isn't in force, and why, in words for people. Emits `changed` when it is something else. */
export class Problems extends EventEmitter<{ changed: [] }> {
  #lasting: readonly string[] = [];
  #list: readonly string[] = [];

  /** One thing an element, in the order in which they were found. */
  get list(): readonly string[] {
    return [...this.#lasting, ...this.#list];
  }

  /** One that no other configuration mends: it stays as long as this process runs. */
  keep(problem: string): void {
    this.#lasting = [...this.#lasting, problem];
    this.emit('changed');
  }

  /** One more of what there is now. */
  add(problem: string): void {
    this.become([...this.#list, problem]);
  }

  /** What there is now, in place of what was before. */
  become(list: readonly string[]): void {
    if (isDeepStrictEqual(list, this.#list)) return;
    this.#list = list;
    this.emit('changed');
  }
}
