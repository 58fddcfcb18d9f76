import Gio from 'gi://Gio';
import GLib from 'gi://GLib';
import GObject from 'gi://GObject';
import St from 'gi://St';

import type { IndicatorIcon as Picture } from './indicatorModel.js';

/** Pictures that, one after the other, show that something is being written. The last one stands for all of them. */
const WRITING = ['writing-1', 'writing-2', 'writing-3', 'busy'];
/** Milliseconds that each is shown. */
const PACE = 350;

/** The panel's icon. It moves only while it shows that the service is at work, and never where animations are off. */
export class IndicatorIcon extends St.Icon {
  static {
    GObject.registerClass({ GTypeName: 'CloudToLocalLLMIndicatorIcon' }, this);
  }

  readonly #folder: Gio.File;
  readonly #icons = new Map<string, Gio.Icon>();
  #picture: Picture = 'idle';
  #timer = 0;

  /** @param folder - where the pictures are */
  constructor(folder: Gio.File) {
    super({ style_class: 'system-status-icon' });
    this.#folder = folder;
    St.Settings.get().connectObject(
      'notify::enable-animations',
      () => {
        this.sync(this.#picture);
      },
      this,
    );
    this.connect('destroy', () => {
      this.#stand();
    });
  }

  /** Shows a picture. */
  sync(picture: Picture): void {
    this.#picture = picture;
    const moving = picture === 'busy' && St.Settings.get().enable_animations;
    if (moving) {
      this.#move();
    } else {
      this.#stand();
      this.#show(picture);
    }
  }

  #move(): void {
    if (this.#timer > 0) return;
    let step = 0;
    this.#show(WRITING[step] ?? 'busy');
    this.#timer = GLib.timeout_add(GLib.PRIORITY_DEFAULT, PACE, () => {
      step = (step + 1) % WRITING.length;
      this.#show(WRITING[step] ?? 'busy');
      return GLib.SOURCE_CONTINUE;
    });
  }

  #stand(): void {
    if (this.#timer > 0) GLib.source_remove(this.#timer);
    this.#timer = 0;
  }

  #show(name: string): void {
    const file = this.#folder.get_child(`cloudtolocalllm-${name}-symbolic.svg`);
    const icon = this.#icons.get(name) ?? new Gio.FileIcon({ file });
    this.#icons.set(name, icon);
    this.gicon = icon;
  }
}
