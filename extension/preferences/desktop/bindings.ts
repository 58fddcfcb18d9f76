import Gio from 'gi://Gio';
import Gtk from 'gi://Gtk';

/** Where GNOME keeps the shortcuts of its own. */
const SCHEMAS = [
  'org.gnome.desktop.wm.keybindings',
  'org.gnome.shell.keybindings',
  'org.gnome.mutter.keybindings',
  'org.gnome.mutter.wayland.keybindings',
  'org.gnome.settings-daemon.plugins.media-keys',
];

/**
 * What GNOME itself does when these keys are struck, in the words of its settings.
 *
 * @param accelerator - as GTK writes keys
 * @returns "" if it does nothing
 */
export function userOf(accelerator: string): string {
  const wanted = normal(accelerator);
  for (const id of SCHEMAS) {
    const schema = Gio.SettingsSchemaSource.get_default()?.lookup(id, true);
    if (!schema) continue;
    const settings = new Gio.Settings({ settings_schema: schema });
    const key = schema.list_keys().find((name) => bindingsOf(settings, name).some((each) => normal(each) === wanted));
    if (key !== undefined) return schema.get_key(key).get_summary() ?? key;
  }
  return '';
}

function bindingsOf(settings: Gio.Settings, key: string): string[] {
  const value = settings.get_value(key);
  return value.get_type_string() === 'as' ? value.deepUnpack<string[]>() : [];
}

/** The one spelling among the many of the same keys; "" for what are none. */
function normal(accelerator: string): string {
  const [known, key, modifiers] = Gtk.accelerator_parse(accelerator);
  return known && key !== 0 ? Gtk.accelerator_name(key, modifiers) : '';
}
