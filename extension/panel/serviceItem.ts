import GObject from 'gi://GObject';
import { gettext as _ } from 'resource:///org/gnome/shell/extensions/extension.js';
import { PopupMenuItem } from 'resource:///org/gnome/shell/ui/popupMenu.js';

import { Expander } from './expander.js';

/** What can be wanted of the service's process. */
export interface ServiceWishes {
  readonly restart: () => void;
  readonly openLog: () => void;
}

/** What can be done with the service itself. */
export class ServiceItem extends Expander {
  static {
    GObject.registerClass({ GTypeName: 'CloudToLocalLLMServiceItem' }, this);
  }

  readonly #wishes: ServiceWishes;
  #restart: PopupMenuItem | null = null;
  #restartable = false;

  /** @param wishes - what a person can want */
  constructor(wishes: ServiceWishes) {
    super(_('Service'));
    this.#wishes = wishes;
    this.showValue('');
  }

  /** Shows whether the service can be started anew. */
  sync(restartable: boolean): void {
    this.#restartable = restartable;
    this.#restart?.setSensitive(restartable);
  }

  protected override fill(): void {
    this.#restart = new PopupMenuItem(_('Restart'));
    this.#restart.connect('activate', this.#wishes.restart);
    this.#restart.setSensitive(this.#restartable);
    const log = new PopupMenuItem(_('Open Its Log'));
    log.connect('activate', this.#wishes.openLog);
    this.menu.addMenuItem(this.#restart);
    this.menu.addMenuItem(log);
  }
}
