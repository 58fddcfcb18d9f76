import GObject from 'gi://GObject';
import { gettext as _ } from 'resource:///org/gnome/shell/extensions/extension.js';
import { Ornament, PopupMenuItem } from 'resource:///org/gnome/shell/ui/popupMenu.js';

import { Expander } from './expander.js';
import { KeyedItems } from './keyedItems.js';
import type { RouteChoiceModel, RouteModel } from './routeModel.js';

/** The route: the chosen one at the end of the line, all choices below. */
export class RouteItem extends Expander {
  static {
    GObject.registerClass({ GTypeName: 'CloudToLocalLLMRouteItem' }, this);
  }

  #model: RouteModel | null = null;
  readonly #choices: KeyedItems<RouteChoiceModel, PopupMenuItem>;

  /** @param onChosen - called with the route that a person chooses */
  constructor(onChosen: (route: string) => void) {
    super(_('Route'));
    this.#choices = new KeyedItems<RouteChoiceModel, PopupMenuItem>(this.menu, {
      keyOf: ({ route }) => route,
      add: (route) => {
        const item = new PopupMenuItem('');
        item.connect('activate', () => {
          onChosen(route);
        });
        this.menu.addMenuItem(item);
        return item;
      },
      sync: (item, choice) => {
        item.label.text = choice.label;
        item.setOrnament(choice.chosen ? Ornament.DOT : Ornament.NO_DOT);
      },
    });
  }

  /** Shows the route in the model, and nothing without one. */
  sync(model: RouteModel | null): void {
    this.#model = model;
    this.visible = model !== null;
    if (model === null) {
      this.setSubmenuShown(false);
      return;
    }
    this.showValue(model.chosen);
    if (this.filled) this.#choices.sync(model.choices);
  }

  protected override fill(): void {
    if (this.#model) this.#choices.sync(this.#model.choices);
  }
}
