import GLib from 'gi://GLib';
import Meta from 'gi://Meta';

/** Milliseconds between two looks: more than a frame, so that a storm of changes leaves most frames alone. */
const PACE = 100;

/** Has somebody look at what has changed: before the screen is drawn next, but not again before a person could have read it. */
export class Looking {
  readonly #look: () => void;
  #later = 0;
  #timer = 0;
  /** Whether something has changed since the last look. */
  #changed = false;

  /** @param look - called once for any number of changes */
  constructor(look: () => void) {
    this.#look = look;
  }

  /** Something has changed. */
  queue(): void {
    this.#changed = true;
    if (this.#timer > 0) return;
    this.#later ||= global.compositor.get_laters().add(Meta.LaterType.BEFORE_REDRAW, () => {
      this.#later = 0;
      this.#changed = false;
      this.#rest();
      this.#look();
      return GLib.SOURCE_REMOVE;
    });
  }

  /** Nobody looks any more. */
  stop(): void {
    if (this.#later > 0) global.compositor.get_laters().remove(this.#later);
    if (this.#timer > 0) GLib.source_remove(this.#timer);
    this.#later = 0;
    this.#timer = 0;
  }

  #rest(): void {
    this.#timer = GLib.timeout_add(GLib.PRIORITY_DEFAULT, PACE, () => {
      this.#timer = 0;
      if (this.#changed) this.queue();
      return GLib.SOURCE_REMOVE;
    });
  }
}
