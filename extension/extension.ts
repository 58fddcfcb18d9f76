import { Extension } from 'resource:///org/gnome/shell/extensions/extension.js';
import * as Main from 'resource:///org/gnome/shell/ui/main.js';
import type { PopupMenu } from 'resource:///org/gnome/shell/ui/popupMenu.js';

import { Asking } from './ask/asking.js';
import { Broker } from './broker/broker.js';
import { Notifications } from './notifications/notifications.js';
import { Indicator } from './panel/indicator.js';

/**
 * The extension in the shell: the service as objects, the indicator that shows them, what is told of them to who doesn't
 * look, and the dialog that asks.
 */
export default class CloudToLocalLLMExtension extends Extension {
  #broker: Broker | null = null;
  #asking: Asking | null = null;
  #indicator: Indicator | null = null;
  #notifications: Notifications | null = null;

  /** Appears in the panel. Nothing is started by that. */
  override enable(): void {
    const broker = new Broker();
    const asking = new Asking(this, broker);
    const indicator = new Indicator(this, broker, () => {
      asking.open();
    });
    Main.panel.addToStatusArea(this.uuid, indicator);
    this.#broker = broker;
    this.#asking = asking;
    this.#indicator = indicator;
    this.#notifications = new Notifications(this, broker, () => (indicator.menu as PopupMenu).isOpen);
  }

  /** Leaves nothing behind. The service runs on: applications use it without the panel, too. */
  override disable(): void {
    this.#notifications?.destroy();
    this.#notifications = null;
    this.#indicator?.destroy();
    this.#indicator = null;
    this.#asking?.destroy();
    this.#asking = null;
    this.#broker?.destroy();
    this.#broker = null;
  }
}
