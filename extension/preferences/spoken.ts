import Gtk from 'gi://Gtk';

/** Has a screen reader say more of a button than its label, which stays its name: for instance what it is that is added. */
export function explain(button: Gtk.Button, text: string): void {
  button.update_property([Gtk.AccessibleProperty.DESCRIPTION], [text]);
}
