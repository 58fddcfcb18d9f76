import Gtk from 'gi://Gtk';

/** Has a screen reader say more of a button than its label shows, for instance what it is that is added. */
export function speakAs(button: Gtk.Button, text: string): void {
  // A button is labelled by the label in it, which would win.
  button.reset_relation(Gtk.AccessibleRelation.LABELLED_BY);
  button.update_property([Gtk.AccessibleProperty.LABEL], [text]);
}
