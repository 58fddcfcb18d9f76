import Atk from 'gi://Atk';
import Clutter from 'gi://Clutter';
import GObject from 'gi://GObject';
import Pango from 'gi://Pango';
import St from 'gi://St';
import { gettext as _, ngettext } from 'resource:///org/gnome/shell/extensions/extension.js';
import { ensureActorVisibleInScrollView } from 'resource:///org/gnome/shell/misc/animationUtils.js';

import { listInWords } from '../broker/list.js';
import { fill } from '../broker/translator.js';
import { matching, type ModelChoice } from './modelChoices.js';

/** Models that are shown at a time. Whoever has more types a part of a name. */
const most = 50;

/** The list of models to choose from, with a field that finds some of many. */
export class ModelChooser extends St.BoxLayout {
  static {
    GObject.registerClass({ GTypeName: 'CloudToLocalLLMModelChooser' }, this);
  }

  readonly #field = new St.Entry({
    hint_text: _('Find a model…'),
    can_focus: true,
    x_expand: true,
  });
  readonly #list = new St.BoxLayout({
    style_class: 'cloudtolocalllm-ask-choices',
    orientation: Clutter.Orientation.VERTICAL,
    x_expand: true,
  });
  readonly #scroll: St.ScrollView;
  readonly #more = new St.Label({ style_class: 'cloudtolocalllm-secondary', opacity: 180 });
  readonly #onChosen: (model: string) => void;
  #choices: readonly ModelChoice[] = [];
  #chosen = '';
  #shown = '';

  /** @param onChosen - called with the model that a person chooses */
  constructor(onChosen: (model: string) => void) {
    super({ style_class: 'cloudtolocalllm-ask-chooser', orientation: Clutter.Orientation.VERTICAL, x_expand: true });
    this.#onChosen = onChosen;
    this.#list.accessible_role = Atk.Role.LIST;
    this.#list.accessible_name = _('Models');
    this.#scroll = new St.ScrollView({
      style_class: 'cloudtolocalllm-ask-transcript',
      hscrollbar_policy: St.PolicyType.NEVER,
      overlay_scrollbars: true,
      x_expand: true,
      child: this.#list,
    });
    for (const child of [this.#field, this.#scroll, this.#more]) this.add_child(child);
    this.#field.clutter_text.get_accessible().set_name(_('Find a Model'));
    this.#field.clutter_text.connect('text-changed', () => {
      this.#fill();
    });
    this.#field.clutter_text.connect('activate', () => {
      const [first] = matching(this.#choices, this.#field.text);
      if (first !== undefined) this.#onChosen(first.name);
    });
  }

  /** Shows all models anew, with the cursor in the field. */
  open(): void {
    this.#field.text = '';
    this.#fill();
    this.visible = true;
    this.#field.clutter_text.grab_key_focus();
  }

  /** Takes the models there are, and the one that is asked. */
  sync(choices: readonly ModelChoice[], chosen: string): void {
    this.#choices = choices;
    this.#chosen = chosen;
    if (this.visible) this.#fill();
  }

  #fill(): void {
    const found = matching(this.#choices, this.#field.text);
    const wanted = JSON.stringify([this.#chosen, found]);
    if (wanted === this.#shown) return;
    this.#shown = wanted;
    this.#list.destroy_all_children();
    for (const choice of found.slice(0, most)) this.#list.add_child(this.#rowOf(choice));
    const left = Math.max(0, found.length - most);
    const text = ngettext('{count} more. Type a part of its name.', '{count} more. Type a part of a name.', left);
    this.#more.text = found.length === 0 ? _('No model is called that.') : fill(text, { count: String(left) });
    this.#more.visible = found.length === 0 || left > 0;
  }

  #rowOf({ name, connections }: ModelChoice): St.Button {
    const from = listInWords(connections);
    const line = new St.BoxLayout({ style_class: 'cloudtolocalllm-line', x_expand: true });
    const title = new St.Label({
      text: name,
      x_expand: true,
      x_align: Clutter.ActorAlign.START,
      y_align: Clutter.ActorAlign.CENTER,
    });
    title.clutter_text.ellipsize = Pango.EllipsizeMode.MIDDLE;
    const place = new St.Label({
      style_class: 'cloudtolocalllm-secondary',
      text: from,
      opacity: 180,
      y_align: Clutter.ActorAlign.CENTER,
    });
    const chosen = name === this.#chosen;
    const check = new St.Icon({ icon_name: 'object-select-symbolic', style_class: 'popup-menu-icon' });
    check.opacity = chosen ? 255 : 0;
    for (const child of [check, title, place]) line.add_child(child);
    const row = new St.Button({
      style_class: 'button flat cloudtolocalllm-ask-choice',
      child: line,
      can_focus: true,
      x_expand: true,
      toggle_mode: true,
      checked: chosen,
      accessible_role: Atk.Role.RADIO_BUTTON,
      accessible_name: fill(_('{model}, {connections}'), { model: name, connections: from }),
    });
    row.connect('clicked', () => {
      this.#onChosen(name);
    });
    row.connect('key-focus-in', () => {
      ensureActorVisibleInScrollView(this.#scroll, row);
    });
    return row;
  }
}
