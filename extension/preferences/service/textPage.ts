import Adw from 'gi://Adw';
import GObject from 'gi://GObject';
import Gtk from 'gi://Gtk';
import { gettext as _ } from 'resource:///org/gnome/Shell/Extensions/js/extensions/prefs.js';

/** A text that can be read, selected and copied as a whole. */
export class TextPage extends Adw.NavigationPage {
  static {
    GObject.registerClass({ GTypeName: 'CloudToLocalLLMTextPage' }, this);
  }

  /** For further buttons. */
  protected readonly header = new Adw.HeaderBar();
  readonly #view = new Gtk.TextView({
    editable: false,
    cursor_visible: false,
    monospace: true,
    wrap_mode: Gtk.WrapMode.WORD_CHAR,
    ...{ top_margin: 12, bottom_margin: 12, left_margin: 12, right_margin: 12 },
  });
  readonly #scroller = new Gtk.ScrolledWindow({ child: this.#view, vexpand: true });
  readonly #status = new Adw.StatusPage({ icon_name: 'text-x-generic-symbolic' });
  readonly #pages = new Gtk.Stack();
  readonly #copy = new Gtk.Button({ label: _('Copy'), css_classes: ['suggested-action'] });
  /** Whether the end of what is added is looked at, which then stays in view. */
  #atEnd = false;

  /**
   * @param title - what the text is
   * @param onCopied - called after it was copied
   */
  constructor(title: string, onCopied: () => void) {
    super({ title });
    this.#view.update_property([Gtk.AccessibleProperty.LABEL], [title]);
    this.#pages.add_named(this.#scroller, 'text');
    this.#pages.add_named(this.#status, 'status');
    this.#copy.connect('clicked', () => {
      this.get_clipboard().set(this.#view.buffer.text);
      onCopied();
    });
    this.header.pack_end(this.#copy);
    this.#keepEndInView();
    const view = new Adw.ToolbarView({ content: this.#pages });
    view.add_top_bar(this.header);
    this.child = view;
    this.say(_('Please wait…'), '');
  }

  /** Shows a text in the place of what is there. */
  show_text(text: string): void {
    this.#view.buffer.text = text;
    this.#pages.visible_child_name = 'text';
    this.#copy.sensitive = true;
  }

  /** Adds to the text, which then ends with at most so many lines; who looks at its end keeps doing that. */
  append(text: string, most: number): void {
    const { buffer } = this.#view;
    if (buffer.get_char_count() === 0) this.#atEnd = true;
    buffer.insert(buffer.get_end_iter(), text, -1);
    const surplus = buffer.get_line_count() - most;
    if (surplus > 0) buffer.delete(buffer.get_start_iter(), buffer.get_iter_at_line(surplus)[1]);
    this.#pages.visible_child_name = 'text';
    this.#copy.sensitive = true;
  }

  /** Says why there is no text. */
  say(title: string, description: string): void {
    this.#status.title = title;
    this.#status.description = description;
    this.#pages.visible_child_name = 'status';
    this.#copy.sensitive = false;
  }

  /** The text's height is known only some time after it was added. */
  #keepEndInView(): void {
    const { vadjustment } = this.#scroller;
    vadjustment.connect('value-changed', () => {
      this.#atEnd = vadjustment.value + vadjustment.page_size >= vadjustment.upper - 1;
    });
    vadjustment.connect('changed', () => {
      if (this.#atEnd) vadjustment.value = vadjustment.upper - vadjustment.page_size;
    });
  }
}
