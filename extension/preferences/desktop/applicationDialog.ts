import Adw from 'gi://Adw';
import Gio from 'gi://Gio';
import GObject from 'gi://GObject';
import Gtk from 'gi://Gtk';
import { gettext as _ } from 'resource:///org/gnome/Shell/Extensions/js/extensions/prefs.js';

import { type Application, applicationsLike } from './applications.js';

interface Installed extends Application {
  readonly icon: Gio.Icon | null;
}

/** Asks for one of the applications that are installed. */
export class ApplicationDialog extends Adw.Dialog {
  static {
    GObject.registerClass({ GTypeName: 'CloudToLocalLLMApplicationDialog' }, this);
  }

  readonly #installed = installed();
  readonly #onChosen: (id: string) => void;
  readonly #search = new Gtk.SearchEntry({ placeholder_text: _('Search Applications') });
  readonly #list = new Gtk.ListBox({
    selection_mode: Gtk.SelectionMode.NONE,
    valign: Gtk.Align.START,
    css_classes: ['boxed-list'],
  });
  readonly #pages = new Gtk.Stack();

  /** @param onChosen - called with the desktop file of the application that was chosen */
  constructor(onChosen: (id: string) => void) {
    super({ title: _('Chat Application'), content_width: 440, content_height: 560 });
    this.#onChosen = onChosen;
    this.#search.connect('search-changed', () => {
      this.#sync();
    });
    this.child = this.#layOut();
    this.focus_widget = this.#search;
    this.#sync();
  }

  #layOut(): Gtk.Widget {
    const clamp = new Adw.Clamp({
      child: this.#list,
      ...{ margin_top: 12, margin_bottom: 24, margin_start: 12, margin_end: 12 },
    });
    const none = new Adw.StatusPage({ icon_name: 'edit-find-symbolic', title: _('No Such Application') });
    this.#pages.add_named(new Gtk.ScrolledWindow({ child: clamp, hscrollbar_policy: Gtk.PolicyType.NEVER }), 'some');
    this.#pages.add_named(none, 'none');
    const view = new Adw.ToolbarView({ content: this.#pages });
    view.add_top_bar(new Adw.HeaderBar());
    view.add_top_bar(new Gtk.SearchBar({ search_mode_enabled: true, child: this.#search }));
    return view;
  }

  #sync(): void {
    const applications = applicationsLike(this.#installed, this.#search.text);
    this.#list.remove_all();
    for (const application of applications) this.#list.append(this.#newRow(application));
    this.#pages.visible_child_name = applications.length > 0 ? 'some' : 'none';
  }

  #newRow({ id, name, description, icon }: Installed): Adw.ActionRow {
    const row = new Adw.ActionRow({ title: name, subtitle: description, use_markup: false, activatable: true });
    row.subtitle_lines = 1;
    const image = new Gtk.Image({ icon_size: Gtk.IconSize.LARGE });
    if (icon === null) image.icon_name = 'application-x-executable-symbolic';
    else image.gicon = icon;
    row.add_prefix(image);
    row.connect('activated', () => {
      this.#onChosen(id);
      this.close();
    });
    return row;
  }
}

/** What the desktop's own list of applications shows. */
function installed(): Installed[] {
  return Gio.AppInfo.get_all()
    .filter((application) => application.should_show())
    .map((application) => ({
      id: application.get_id() ?? '',
      name: application.get_display_name(),
      description: application.get_description() ?? '',
      icon: application.get_icon(),
    }))
    .filter(({ id }) => id !== '');
}
