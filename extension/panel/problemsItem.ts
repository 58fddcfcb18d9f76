import GObject from 'gi://GObject';
import { ngettext } from 'resource:///org/gnome/shell/extensions/extension.js';

import { fill } from '../broker/translator.js';
import { Expander } from './expander.js';
import { KeyedItems } from './keyedItems.js';
import { secondaryLabel } from './labels.js';
import { TextItem } from './textItem.js';

/** What of the configuration was left out, each with its reason below; hidden when nothing was. */
export class ProblemsItem extends Expander {
  static {
    GObject.registerClass({ GTypeName: 'CloudToLocalLLMProblemsItem' }, this);
  }

  #problems: readonly string[] = [];
  readonly #items = new KeyedItems<string, TextItem>(this.menu, {
    keyOf: (problem) => problem,
    add: () => {
      const item = new TextItem([secondaryLabel()]);
      this.menu.addMenuItem(item);
      return item;
    },
    sync: (item, problem) => {
      item.syncLines([problem]);
    },
  });

  /** Shows these. */
  sync(problems: readonly string[]): void {
    this.#problems = problems;
    this.visible = problems.length > 0;
    if (!this.visible) this.setSubmenuShown(false);
    const text = ngettext(
      '{count} Problem of the Configuration',
      '{count} Problems of the Configuration',
      problems.length,
    );
    this.label.text = fill(text, { count: String(problems.length) });
    if (this.filled) this.#items.sync([...new Set(problems)]);
  }

  protected override fill(): void {
    this.#items.sync([...new Set(this.#problems)]);
  }
}
