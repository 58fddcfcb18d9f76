import { Extension } from 'resource:///org/gnome/shell/extensions/extension.js';
import * as Main from 'resource:///org/gnome/shell/ui/main.js';

import { Broker } from './broker/broker.js';
import { Indicator } from './panel/indicator.js';

/** The extension in the shell: the service as objects, and the indicator that shows them. */
export default class CloudToLocalLLMExtension extends Extension {
  #broker: Broker | null = null;
  #indicator: Indicator | null = null;

  /** Appears in the panel. Nothing is started by that. */
  override enable(): void {
    this.#broker = new Broker();
    this.#indicator = new Indicator(this, this.#broker);
    Main.panel.addToStatusArea(this.uuid, this.#indicator);
  }

  /** Leaves nothing behind. The service runs on: applications use it without the panel, too. */
  override disable(): void {
    this.#indicator?.destroy();
    this.#indicator = null;
    this.#broker?.destroy();
    this.#broker = null;
  }
}
