import Clutter from 'gi://Clutter';
import GObject from 'gi://GObject';
import St from 'gi://St';
import { gettext as _ } from 'resource:///org/gnome/shell/extensions/extension.js';
import { Ornament, PopupMenuItem, PopupSubMenuMenuItem } from 'resource:///org/gnome/shell/ui/popupMenu.js';

import type { MenuModel, RouteChoiceModel } from './menuModel.js';

/** The route: the chosen one at the end of the line, all choices in a submenu, which scrolls when there are many. */
export class RouteItem extends PopupSubMenuMenuItem {
  static {
    GObject.registerClass({ GTypeName: 'CloudToLocalLLMRouteItem' }, this);
  }

  readonly #chosen = new St.Label({ opacity: 180, y_align: Clutter.ActorAlign.CENTER });
  readonly #choices = new Map<string, PopupMenuItem>();
  readonly #onChosen: (route: string) => void;

  /** @param onChosen - called with the route that a person chooses */
  constructor(onChosen: (route: string) => void) {
    super(_('Route'));
    this.#onChosen = onChosen;
    // Before the arrow, as Quick Settings and system menus show a current value.
    this.insert_child_below(this.#chosen, this.get_last_child());
  }

  /** Shows the choices in the model. Items stay the same as long as their route does. */
  sync(model: MenuModel): void {
    this.visible = model.routes.length > 0;
    this.#chosen.text = model.route;
    this.accessible_name = `${_('Route')}, ${model.route}`;

    const routes = new Set(model.routes.map((choice) => choice.route));
    for (const [route, item] of this.#choices) {
      if (routes.has(route)) continue;
      this.#choices.delete(route);
      item.destroy();
    }
    model.routes.forEach((choice, position) => {
      const item = this.#choices.get(choice.route) ?? this.#add(choice);
      if (this.menu._getMenuItems()[position] !== item) this.menu.moveMenuItem(item, position);
      item.label.text = choice.label;
      item.setOrnament(choice.chosen ? Ornament.DOT : Ornament.NO_DOT);
    });
  }

  #add(choice: RouteChoiceModel): PopupMenuItem {
    const item = new PopupMenuItem(choice.label);
    item.connect('activate', () => {
      this.#onChosen(choice.route);
    });
    this.#choices.set(choice.route, item);
    this.menu.addMenuItem(item);
    return item;
  }
}
