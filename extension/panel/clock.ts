import Gio from 'gi://Gio';
import GLib from 'gi://GLib';

/** Writes moments as the panel's clock writes its own. */
export class Clock {
  readonly #settings = new Gio.Settings({ schema_id: 'org.gnome.desktop.interface' });

  /** A moment, seconds since 1970, as a time of day, with its date unless that is today's. */
  write(moment: number): string {
    const time = GLib.DateTime.new_from_unix_local(moment);
    const format = this.#settings.get_string('clock-format') === '12h' ? '%-l:%M %p' : '%H:%M';
    const today = GLib.DateTime.new_now_local().format('%F') === time.format('%F');
    return time.format(today ? format : `%x ${format}`) ?? '';
  }
}
