import GLib from 'gi://GLib';
import Gtk from 'gi://Gtk';

/** Whether a dialog ended because the person closed it without a choice, which is nobody's problem. */
export function isDismissed(error: unknown): boolean {
  return error instanceof GLib.Error && error.matches(Gtk.DialogError, Gtk.DialogError.DISMISSED);
}
