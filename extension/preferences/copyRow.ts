import Adw from 'gi://Adw';
import GObject from 'gi://GObject';
import Gtk from 'gi://Gtk';

/** A value that can be selected, and copied with a button. */
export class CopyRow extends Adw.ActionRow {
  static {
    GObject.registerClass({ GTypeName: 'CloudToLocalLLMCopyRow' }, this);
  }

  /**
   * @param title - what the value is
   * @param copyLabel - what its button is called
   * @param onCopied - called after it was copied
   */
  constructor(title: string, copyLabel: string, onCopied: () => void) {
    super({ title, use_markup: false, subtitle_selectable: true, css_classes: ['property'] });
    const copy = new Gtk.Button({
      icon_name: 'edit-copy-symbolic',
      tooltip_text: copyLabel,
      valign: Gtk.Align.CENTER,
      css_classes: ['flat'],
    });
    copy.connect('clicked', () => {
      this.get_clipboard().set(this.subtitle);
      onCopied();
    });
    this.add_suffix(copy);
  }
}
