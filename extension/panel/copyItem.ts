import Clutter from 'gi://Clutter';
import GObject from 'gi://GObject';
import St from 'gi://St';
import { gettext as _ } from 'resource:///org/gnome/shell/extensions/extension.js';

import { valueLabel } from './labels.js';
import { StayingItem } from './stayingItem.js';

/** Copies the address that applications are given, which it shows, and says that it did. */
export class CopyItem extends StayingItem {
  static {
    GObject.registerClass({ GTypeName: 'CloudToLocalLLMCopyItem' }, this);
  }

  readonly #address = valueLabel();

  constructor() {
    super(_('Copy Address'), () => {
      St.Clipboard.get_default().set_text(St.ClipboardType.CLIPBOARD, this.#address.text);
      this.label.text = _('Address Copied');
      this.#name();
    });
    this.#address.set({ x_expand: true, x_align: Clutter.ActorAlign.END });
    this.add_child(this.#address);
  }

  /** Shows this address, and nothing without one. */
  sync(address: string): void {
    this.#address.text = address;
    this.visible = address !== '';
    this.#name();
  }

  /** Forgets that it copied something. */
  reset(): void {
    this.label.text = _('Copy Address');
    this.#name();
  }

  #name(): void {
    this.accessible_name = `${this.label.text}, ${this.#address.text}`;
  }
}
