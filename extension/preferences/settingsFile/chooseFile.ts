import Gio from 'gi://Gio';
import Gtk from 'gi://Gtk';
import { gettext as _ } from 'resource:///org/gnome/Shell/Extensions/js/extensions/prefs.js';

/** Has the person choose a file that there is. */
export function chooseFile(window: Gtk.Window, title: string): Promise<Gio.File> {
  const dialog = new Gtk.FileDialog({ title, modal: true, filters: onlyJson() });
  return new Promise((resolve, reject) => {
    dialog.open(window, null, (_dialog, result) => {
      try {
        resolve(chosen(dialog.open_finish(result)));
      } catch (error) {
        reject(error);
      }
    });
  });
}

/** Has the person choose where a file is to be. */
export function chooseNewFile(window: Gtk.Window, title: string, name: string): Promise<Gio.File> {
  const dialog = new Gtk.FileDialog({ title, modal: true, filters: onlyJson(), initial_name: name });
  return new Promise((resolve, reject) => {
    dialog.save(window, null, (_dialog, result) => {
      try {
        resolve(chosen(dialog.save_finish(result)));
      } catch (error) {
        reject(error);
      }
    });
  });
}

function onlyJson(): Gio.ListStore<Gtk.FileFilter> {
  const filter = new Gtk.FileFilter({ name: _('Settings (JSON)') });
  filter.add_suffix('json');
  const filters = new Gio.ListStore<Gtk.FileFilter>({ item_type: Gtk.FileFilter.$gtype });
  filters.append(filter);
  return filters;
}

/** GTK's types leave open what comes of a choice; an error tells that there was none. */
function chosen(file: Gio.File | null): Gio.File {
  if (file === null) throw new Error('A dialog ended without a file and without an error.');
  return file;
}
