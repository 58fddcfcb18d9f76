import GObject from 'gi://GObject';
import St from 'gi://St';
import { gettext as _ } from 'resource:///org/gnome/shell/extensions/extension.js';
import { Ornament, PopupBaseMenuItem } from 'resource:///org/gnome/shell/ui/popupMenu.js';

import { fill } from '../broker/translator.js';
import { Expander } from './expander.js';
import { KeyedItems } from './keyedItems.js';
import { secondaryLabel } from './labels.js';
import type { PullFormModel, PullTarget } from './pullModel.js';
import { StayingItem } from './stayingItem.js';
import { TextItem } from './textItem.js';

/** What is below the form's line. */
interface Below {
  readonly entry: St.Entry;
  readonly error: TextItem;
}

/** Where a model's name is typed to have it fetched, and the server chosen if there are several. */
export class PullForm extends Expander {
  static {
    GObject.registerClass({ GTypeName: 'CloudToLocalLLMPullForm' }, this);
  }

  readonly #targets: KeyedItems<PullTarget, StayingItem>;
  readonly #onWanted: (connection: string, model: string) => void;
  #model: PullFormModel | null = null;
  /** Id of the server that a person has chosen; the first one until they do, and when that one is gone. */
  #chosen = '';
  #below: Below | null = null;

  /** @param onWanted - called with the model that a person wants, and the id of the connection that is to fetch it */
  constructor(onWanted: (connection: string, model: string) => void) {
    super(_('Pull a Model…'));
    this.#onWanted = onWanted;
    this.#targets = new KeyedItems<PullTarget, StayingItem>(this.menu, {
      keyOf: ({ id }) => id,
      add: (id) => {
        const item = new StayingItem('', () => {
          this.#chosen = id;
          this.#syncBelow();
        });
        this.menu.addMenuItem(item);
        return item;
      },
      sync: (item, { id, name }) => {
        item.label.text = fill(_('On {connection}'), { connection: name });
        item.setOrnament(id === this.#target ? Ornament.DOT : Ornament.NO_DOT);
      },
    });
  }

  /** Shows the servers in the model, and nothing without one. */
  sync(model: PullFormModel | null): void {
    this.#model = model;
    this.visible = model !== null;
    if (!this.visible) this.setSubmenuShown(false);
    this.showValue(model?.error && !this.menu.isOpen ? _('Failed') : '');
    this.#syncBelow();
  }

  /** What was typed is forgotten. */
  reset(): void {
    if (this.#below) this.#below.entry.text = '';
  }

  override setSubmenuShown(open: boolean): void {
    super.setSubmenuShown(open);
    if (open) this.#below?.entry.grab_key_focus();
  }

  protected override fill(): void {
    const entry = new St.Entry({
      hint_text: _('Name, for instance llama3.2'),
      accessible_name: _('Name of the Model'),
      can_focus: true,
      x_expand: true,
    });
    entry.clutter_text.connect('activate', () => {
      const name = entry.text.trim();
      if (name === '') return;
      this.#onWanted(this.#target, name);
      entry.text = '';
    });
    const error = new TextItem([secondaryLabel()]);
    const line = new PopupBaseMenuItem({ reactive: false, can_focus: false });
    line.add_child(entry);
    this.menu.addMenuItem(line);
    this.menu.addMenuItem(error);
    this.#below = { entry, error };
    this.#syncBelow();
  }

  get #target(): string {
    const targets = this.#model?.targets ?? [];
    return (targets.find(({ id }) => id === this.#chosen) ?? targets[0])?.id ?? '';
  }

  #syncBelow(): void {
    if (this.#below === null || this.#model === null) return;
    const { targets, error } = this.#model;
    this.#below.error.syncLines([error]);
    // With one server there is nothing to choose.
    this.#targets.sync(targets.length > 1 ? targets : []);
  }
}
