import Gio from 'gi://Gio';
import GLib from 'gi://GLib';
import { gettext as _ } from 'resource:///org/gnome/Shell/Extensions/js/extensions/prefs.js';

/** Bytes. No settings come near it, and what is larger would only be waited for. */
const LARGEST = 4_000_000;

/** Reads a file as text. */
export async function readText(file: Gio.File): Promise<string> {
  if ((await sizeOf(file)) > LARGEST) throw new Error(_('The file is too large to hold settings.'));
  return new Promise((resolve, reject) => {
    file.load_contents_async(null, (_file, result) => {
      try {
        const [, bytes] = file.load_contents_finish(result);
        resolve(new TextDecoder().decode(bytes));
      } catch (error) {
        reject(error);
      }
    });
  });
}

/** Writes a file, all of it or nothing. */
export function writeText(file: Gio.File, text: string): Promise<void> {
  const bytes = new GLib.Bytes(new TextEncoder().encode(text));
  return new Promise((resolve, reject) => {
    file.replace_contents_bytes_async(bytes, null, false, Gio.FileCreateFlags.NONE, null, (_file, result) => {
      try {
        file.replace_contents_finish(result);
        resolve();
      } catch (error) {
        reject(error);
      }
    });
  });
}

function sizeOf(file: Gio.File): Promise<number> {
  const { NONE } = Gio.FileQueryInfoFlags;
  return new Promise((resolve, reject) => {
    file.query_info_async('standard::size', NONE, GLib.PRIORITY_DEFAULT, null, (_file, result) => {
      try {
        resolve(file.query_info_finish(result).get_size());
      } catch (error) {
        reject(error);
      }
    });
  });
}
