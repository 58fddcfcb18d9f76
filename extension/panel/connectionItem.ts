import GObject from 'gi://GObject';
import St from 'gi://St';
import { gettext as _ } from 'resource:///org/gnome/shell/extensions/extension.js';

import type { ConnectionItemModel } from './connectionModel.js';
import { Expander } from './expander.js';
import { secondaryLabel, wrapped } from './labels.js';
import { StayingItem } from './stayingItem.js';
import { SwitchItem } from './switchItem.js';
import { TextItem } from './textItem.js';

/** What can be wanted of a connection at any time. */
export interface ConnectionWishes {
  readonly test: (id: string) => void;
  readonly setEnabled: (id: string, enabled: boolean) => void;
}

/** What is below a connection's line. */
interface Below {
  readonly text: TextItem;
  readonly test: StayingItem;
  readonly enabled: SwitchItem;
}

/** One connection: its name, its state at the end of the line and what is wrong under it; below, what can be done with it. */
export class ConnectionItem extends Expander {
  static {
    GObject.registerClass({ GTypeName: 'CloudToLocalLLMConnectionItem' }, this);
  }

  readonly #error = wrapped(secondaryLabel());
  readonly #id: string;
  readonly #wishes: ConnectionWishes;
  #model: ConnectionItemModel | null = null;
  #below: Below | null = null;

  /** @param id - the connection's */
  constructor(id: string, wishes: ConnectionWishes) {
    super();
    this.#id = id;
    this.#wishes = wishes;

    this.addLine(this.#error);
  }

  /** Shows the connection in the model. */
  sync(model: ConnectionItemModel): void {
    this.#model = model;
    this.label.text = model.name;
    this.#error.text = model.error;
    this.#error.visible = model.error !== '';
    this.label.opacity = model.enabled ? 255 : 130;
    this.showValue(model.state);
    this.accessible_name = [model.name, model.state, model.error].filter(Boolean).join(', ');
    this.#syncBelow();
  }

  protected override fill(): void {
    this.#below = {
      text: new TextItem([new St.Label(), secondaryLabel()]),
      test: new StayingItem(_('Test Now'), () => {
        this.#wishes.test(this.#id);
      }),
      enabled: new SwitchItem(_('Use This Connection'), (enabled) => {
        this.#wishes.setEnabled(this.#id, enabled);
      }),
    };
    const { text, test, enabled } = this.#below;
    for (const item of [text, test, enabled]) this.menu.addMenuItem(item);
    this.#syncBelow();
  }

  #syncBelow(): void {
    if (this.#below === null || this.#model === null) return;
    const { text, test, enabled } = this.#below;
    text.syncLines([this.#model.error, this.#model.details]);
    test.visible = this.#model.enabled;
    enabled.sync(this.#model.enabled);
    for (const item of [test, enabled]) item.accessible_name = `${item.label.text}, ${this.#model.name}`;
  }
}
