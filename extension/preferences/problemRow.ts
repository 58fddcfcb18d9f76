import Adw from 'gi://Adw';
import GObject from 'gi://GObject';
import Gtk from 'gi://Gtk';

/** Why something that was wanted didn't come true; hidden while there is nothing to say. */
export class ProblemRow extends Adw.ActionRow {
  static {
    GObject.registerClass({ GTypeName: 'CloudToLocalLLMProblemRow' }, this);
  }

  constructor() {
    super({ use_markup: false, visible: false, title_selectable: true, css_classes: ['error'] });
    this.add_prefix(new Gtk.Image({ icon_name: 'dialog-warning-symbolic' }));
  }

  /** Says this, also to a screen reader; "" takes back what was said. */
  say(problem: string): void {
    this.title = problem;
    this.visible = problem !== '';
    if (problem !== '') this.announce(problem, Gtk.AccessibleAnnouncementPriority.MEDIUM);
  }
}
