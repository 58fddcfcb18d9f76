import Clutter from 'gi://Clutter';
import St from 'gi://St';

import type { AnswerLabel } from './answerLabel.js';
import { type Place, selectedPart, type Selection, wholeAt, wordAt } from './selection.js';

/** Selects with the pointer, over all texts of a column: press and draw, twice for a word, three times for a paragraph. */
export class Selecting {
  /** Called when a person begins to select. */
  onBegun: () => void = () => undefined;
  readonly #labels: () => AnswerLabel[];
  readonly #column: St.Widget;
  #selection: Selection | null = null;
  #grab: Clutter.Grab | null = null;
  /** The last press: when and where, and how many came before it at once. */
  #last = { time: 0, x: 0, y: 0, count: 0 };

  /**
   * @param column - has all the texts in it
   * @param labels - gives the texts in order, from top to bottom
   */
  constructor(column: St.Widget, labels: () => AnswerLabel[]) {
    this.#column = column;
    this.#labels = labels;
    column.connect('button-press-event', (_column, event: Clutter.Event) => this.#onPress(event));
    column.connect('motion-event', (_column, event: Clutter.Event) => this.#onMotion(event));
    column.connect('button-release-event', () => this.#release());
  }

  /** What is selected. */
  get selection(): Selection | null {
    return this.#selection;
  }

  /** Selects something, or nothing. */
  select(selection: Selection | null): void {
    this.#selection = selection;
    for (const [index, label] of this.#labels().entries()) {
      label.select(selectedPart(selection, index, label.text.length));
    }
  }

  /** Lets go of the pointer. */
  destroy(): void {
    this.#release();
  }

  #onPress(event: Clutter.Event): boolean {
    if (event.get_button() !== Clutter.BUTTON_PRIMARY || this.#isOnButton(event)) return Clutter.EVENT_PROPAGATE;
    const place = this.#placeOf(event);
    if (place === null) return Clutter.EVENT_PROPAGATE;
    this.onBegun();
    const labels = this.#labels();
    const count = this.#countOf(event);
    if (count === 1) this.select({ anchor: place, head: place });
    else this.select(count === 2 ? wordAt(place, labels) : wholeAt(place, labels));
    this.#grab ??= global.stage.grab(this.#column);
    return Clutter.EVENT_STOP;
  }

  #onMotion(event: Clutter.Event): boolean {
    if (this.#grab === null || this.#last.count > 1) return Clutter.EVENT_PROPAGATE;
    const head = this.#placeOf(event);
    if (head !== null && this.#selection !== null) this.select({ ...this.#selection, head });
    return Clutter.EVENT_STOP;
  }

  #release(): boolean {
    const held = this.#grab !== null;
    this.#grab?.dismiss();
    this.#grab = null;
    return held ? Clutter.EVENT_STOP : Clutter.EVENT_PROPAGATE;
  }

  #isOnButton(event: Clutter.Event): boolean {
    let actor: Clutter.Actor | null = global.stage.get_event_actor(event);
    while (actor !== null && actor !== this.#column) {
      if (actor instanceof St.Button) return true;
      actor = actor.get_parent();
    }
    return false;
  }

  /** How many times the pointer was pressed here at once: 1, 2 or 3. */
  #countOf(event: Clutter.Event): number {
    const [x, y] = event.get_coords();
    const time = event.get_time();
    // `Clutter.Settings.get_default()` is gone in GNOME 51.
    const settings = global.stage.get_context().get_settings();
    const { double_click_time: patience, double_click_distance: distance } = settings;
    const last = this.#last;
    const again = time - last.time <= patience && Math.abs(x - last.x) <= distance && Math.abs(y - last.y) <= distance;
    this.#last = { time, x, y, count: again ? (last.count % 3) + 1 : 1 };
    return this.#last.count;
  }

  /** The place of the texts that is nearest to the pointer. */
  #placeOf(event: Clutter.Event): Place | null {
    const [x, y] = event.get_coords();
    const labels = this.#labels();
    const below = labels.findIndex(
      (label) => y < label.get_transformed_position()[1] + label.get_transformed_size()[1],
    );
    const index = below < 0 ? labels.length - 1 : below;
    const label = labels[index];
    return label === undefined ? null : { index, offset: label.offsetAt(x, y) };
  }
}
