import GLib from 'gi://GLib';

/** Milliseconds that requests must take to be told of: what is over at once would only flicker. */
const PATIENCE = 200;
/** Milliseconds that it is told of after the last one, so that one request after another looks like one. */
const AFTERGLOW = 600;

/** Whether the service is at work, without haste. Runs no timer while nothing changes. */
export class Busyness {
  readonly #onChanged: () => void;
  #answering = false;
  #shown = false;
  #timer = 0;

  /** @param onChanged - called when it is another */
  constructor(onChanged: () => void) {
    this.#onChanged = onChanged;
  }

  /** Whether it is to be told of. */
  get shown(): boolean {
    return this.#shown;
  }

  /** Takes note of whether requests are being answered. */
  update(answering: boolean): void {
    if (answering === this.#answering) return;
    this.#answering = answering;
    this.stop();
    if (answering === this.#shown) return;
    this.#timer = GLib.timeout_add(GLib.PRIORITY_DEFAULT, answering ? PATIENCE : AFTERGLOW, () => {
      this.#timer = 0;
      this.#shown = answering;
      this.#onChanged();
      return GLib.SOURCE_REMOVE;
    });
  }

  /** Waits for nothing any more. */
  stop(): void {
    if (this.#timer > 0) GLib.source_remove(this.#timer);
    this.#timer = 0;
  }
}
