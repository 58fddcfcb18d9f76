import Adw from 'gi://Adw';
import GObject from 'gi://GObject';
import Gtk from 'gi://Gtk';
import { gettext as _ } from 'resource:///org/gnome/Shell/Extensions/js/extensions/prefs.js';

import { type ModelMap, type ModelName, modelsLike, type NameProblem, nameProblem } from './modelMap.js';

/** More would only be scrolled past; what is typed narrows them down. */
const OFFERED = 50;

/** Asks for a name, and for the model that is meant by it. */
export class NameDialog extends Adw.Dialog {
  static {
    GObject.registerClass({ GTypeName: 'CloudToLocalLLMNameDialog' }, this);
  }

  readonly #map: ModelMap;
  readonly #before: ModelName | null;
  readonly #models: readonly string[];
  readonly #asked = new Adw.EntryRow({ title: _('Asked For') });
  readonly #model = new Adw.EntryRow({ title: _('Model') });
  readonly #save = new Gtk.Button({ label: _('Save'), css_classes: ['suggested-action'] });
  readonly #offers = new Adw.PreferencesGroup({ title: _('Models There') });
  #rows: Adw.ActionRow[] = [];

  /**
   * @param map - the names that there are
   * @param before - the name that is changed, null for a new one
   * @param models - what the server has, as far as is known
   * @param onSave - what to do with the name in the end
   */
  constructor(map: ModelMap, before: ModelName | null, models: readonly string[], onSave: (name: ModelName) => void) {
    super({ title: before === null ? _('Add a Name') : _('Change a Name'), content_width: 440, content_height: 520 });
    this.#map = map;
    this.#before = before;
    this.#models = models;
    this.#asked.text = before?.asked ?? '';
    this.#model.text = before?.model ?? '';
    const save = () => {
      if (!this.#save.sensitive) return;
      onSave(this.#name);
      this.close();
    };
    this.#save.connect('clicked', save);
    for (const entry of [this.#asked, this.#model]) {
      entry.connect('entry-activated', save);
      entry.connect('changed', () => {
        this.#sync();
      });
    }
    this.child = this.#layOut();
    this.focus_widget = this.#asked;
    this.#sync();
  }

  get #name(): ModelName {
    return { asked: this.#asked.text.trim(), model: this.#model.text.trim() };
  }

  #layOut(): Gtk.Widget {
    const cancel = new Gtk.Button({ label: _('Cancel') });
    cancel.connect('clicked', () => {
      this.close();
    });
    const header = new Adw.HeaderBar({ show_start_title_buttons: false, show_end_title_buttons: false });
    header.pack_start(cancel);
    header.pack_end(this.#save);
    const entries = new Adw.PreferencesGroup({
      description: _('Whoever asks for this name is served by that model, as the server calls it.'),
    });
    entries.add(this.#asked);
    entries.add(this.#model);
    const page = new Adw.PreferencesPage();
    page.add(entries);
    page.add(this.#offers);
    const view = new Adw.ToolbarView({ content: page });
    view.add_top_bar(header);
    return view;
  }

  #sync(): void {
    const problem = nameProblem(this.#map, this.#before?.asked ?? null, this.#name);
    this.#save.sensitive = problem === null;
    // What hasn't been entered yet is no mistake.
    const doubled = problem === 'doubled';
    this.#asked.title = doubled ? inWords(problem) : _('Asked For');
    if (doubled) this.#asked.add_css_class('error');
    else this.#asked.remove_css_class('error');
    this.#asked.update_state([Gtk.AccessibleState.INVALID], [Number(doubled)]);
    this.#save.tooltip_text = problem === null ? '' : inWords(problem);
    this.#offer();
  }

  #offer(): void {
    const typed = this.#model.text.trim();
    const offers = modelsLike(this.#models, this.#models.includes(typed) ? '' : typed).slice(0, OFFERED);
    for (const row of this.#rows) this.#offers.remove(row);
    this.#rows = offers.map((model) => this.#newOffer(model, model === typed));
    for (const row of this.#rows) this.#offers.add(row);
    this.#offers.visible = offers.length > 0;
  }

  #newOffer(model: string, chosen: boolean): Adw.ActionRow {
    const row = new Adw.ActionRow({ title: model, use_markup: false, activatable: true });
    if (chosen) row.add_suffix(new Gtk.Image({ icon_name: 'object-select-symbolic' }));
    row.connect('activated', () => {
      this.#model.text = model;
      this.#model.grab_focus();
    });
    return row;
  }
}

function inWords(problem: NameProblem): string {
  switch (problem) {
    case 'noName':
      return _('A name is needed');
    case 'noModel':
      return _('A model is needed');
    case 'doubled':
      return _('This name is taken');
  }
}
