import Gio from 'gi://Gio';
import GLib from 'gi://GLib';

import type { ConnectionList } from '../connectionList.js';
import { type KeyShape, LEFT_OUT, type Plain, type SavedSettings, type Shapes, type Values } from './model.js';

/** All settings as a file holds them, and back. */
export class StoredSettings {
  readonly #settings: Gio.Settings;
  readonly #list: ConnectionList;

  /**
   * @param settings - the extension's settings
   * @param list - the connections in the settings
   */
  constructor(settings: Gio.Settings, list: ConnectionList) {
    this.#settings = settings;
    this.#list = list;
  }

  /** What can be stored. */
  get shapes(): Shapes {
    return { settings: shapesOf(this.#settings.settings_schema), connection: shapesOf(this.#list.schema) };
  }

  /** Everything as it is. */
  read(): SavedSettings {
    const { settings, connection } = this.shapes;
    return {
      settings: valuesOf(this.#settings, settings),
      connections: this.#list.ids.map((id) => ({ id, values: valuesOf(this.#list.settingsFor(id), connection) })),
    };
  }

  /** Puts these in the place of all settings. What they leave out is as it is by default. */
  write({ settings, connections }: SavedSettings): void {
    const { settings: shapes, connection: connectionShapes } = this.shapes;
    for (const { id, values } of connections) put(this.#list.settingsFor(id), connectionShapes, values);
    const ids = connections.map(({ id }) => id);
    const gone = this.#list.ids.filter((id) => !ids.includes(id));
    put(new Gio.Settings({ settings_schema: this.#settings.settings_schema }), shapes, settings);
    this.#settings.set_strv('connections', ids);
    for (const id of gone) put(this.#list.settingsFor(id), connectionShapes, {});
  }
}

function shapesOf(schema: Gio.SettingsSchema): KeyShape[] {
  return schema
    .list_keys()
    .filter((name) => !LEFT_OUT.includes(name))
    .sort()
    .map((name) => shapeOf(schema.get_key(name)));
}

function shapeOf(key: Gio.SettingsSchemaKey): KeyShape {
  const shape = { name: key.get_name(), type: key.get_value_type().dup_string() as KeyShape['type'] };
  const [kind, detail] = key.get_range().deepUnpack<[string, GLib.Variant]>();
  if (kind === 'enum') return { ...shape, choices: detail.deepUnpack<string[]>() };
  return kind === 'range' ? { ...shape, range: detail.deepUnpack<[number, number]>() } : shape;
}

function valuesOf(settings: Gio.Settings, shapes: readonly KeyShape[]): Values {
  return Object.fromEntries(shapes.map(({ name }) => [name, settings.get_value(name).recursiveUnpack<Plain>()]));
}

/** All at once, since the service follows each change. These settings write nothing by themselves any more after that. */
function put(settings: Gio.Settings, shapes: readonly KeyShape[], values: Values): void {
  settings.delay();
  for (const { name, type } of shapes) {
    const value = values[name];
    if (value === undefined) settings.reset(name);
    else settings.set_value(name, new GLib.Variant(type, value as never));
  }
  settings.apply();
}
