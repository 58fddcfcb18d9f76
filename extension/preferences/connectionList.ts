import Gio from 'gi://Gio';

import { uniqueId } from './ids.js';
import type { NewConnection } from './kinds.js';

const SCHEMA = 'org.gnome.shell.extensions.cloudtolocalllm.connection';
const PATH = '/org/gnome/shell/extensions/cloudtolocalllm/connections/';

/** The configured connections in the settings: their order, and each one's own keys. */
export class ConnectionList {
  readonly #settings: Gio.Settings;
  /** What each connection's own keys are. */
  readonly schema: Gio.SettingsSchema;
  /** Removed connections whose keys are still there for an undo. */
  readonly #removed = new Set<string>();

  /**
   * @param settings - the extension's settings
   * @param folder - where the extension is installed, which may bring its own schemas
   */
  constructor(settings: Gio.Settings, folder: Gio.File) {
    this.#settings = settings;
    const schema = schemaSource(folder.get_child('schemas')).lookup(SCHEMA, true);
    if (schema === null) throw new Error(`The settings schema ${SCHEMA} is not installed.`);
    this.schema = schema;
  }

  /** Ids in order of preference. */
  get ids(): string[] {
    return this.#settings.get_strv('connections');
  }

  /** One connection's own settings. */
  settingsFor(id: string): Gio.Settings {
    return new Gio.Settings({ settings_schema: this.schema, path: `${PATH}${id}/` });
  }

  /** Adds a connection of a kind, as the least preferred one, and returns its id. */
  add(description: NewConnection): string {
    const id = uniqueId(description.name, [...this.ids, ...this.#removed]);
    this.#reset(id);
    const settings = this.settingsFor(id);
    settings.set_string('name', description.name);
    settings.set_string('kind', description.kind);
    settings.set_string('place', description.place);
    if (description.url) settings.set_string('url', description.url);
    if (description.provider) {
      const { issuer, client, audience } = description.provider;
      settings.set_string('sign-in-issuer', issuer);
      settings.set_string('sign-in-client', client);
      settings.set_string('sign-in-audience', audience);
    }
    this.#settings.set_strv('connections', [...this.ids, id]);
    return id;
  }

  /** Moves a connection to a place in the order. */
  move(id: string, position: number): void {
    const ids = this.ids.filter((other) => other !== id);
    ids.splice(position, 0, id);
    this.#settings.set_strv('connections', ids);
  }

  /**
   * Takes a connection out of use. Its own settings stay until `forget()`, so that `restore()` can bring it back.
   *
   * @returns what `restore()` needs
   */
  remove(id: string): RemovedConnection {
    const removed = { id, position: this.ids.indexOf(id), route: this.#settings.get_string('route') };
    this.#removed.add(id);
    // A route to a connection that isn't there would leave applications without any.
    if (removed.route === id) this.#settings.reset('route');
    this.#settings.set_strv(
      'connections',
      this.ids.filter((other) => other !== id),
    );
    return removed;
  }

  /** Brings a removed connection back to where it was. */
  restore({ id, position, route }: RemovedConnection): void {
    this.#removed.delete(id);
    this.move(id, position);
    if (route === id) this.#settings.set_string('route', route);
  }

  /** Deletes what is left of a removed connection; nothing if it was brought back. */
  forget({ id }: RemovedConnection): void {
    if (this.#removed.delete(id)) this.#reset(id);
  }

  /** Deletes what is left of all removed connections, as when nobody can undo it any more. */
  forgetAll(): void {
    for (const id of this.#removed) this.#reset(id);
    this.#removed.clear();
  }

  #reset(id: string): void {
    const settings = this.settingsFor(id);
    for (const key of this.schema.list_keys()) settings.reset(key);
  }
}

/** A removed connection, and where it was. */
export interface RemovedConnection {
  readonly id: string;
  readonly position: number;
  readonly route: string;
}

/** Where to find schemas: beside the extension, or with the system's when a package installed them there. */
function schemaSource(folder: Gio.File): Gio.SettingsSchemaSource {
  const system = Gio.SettingsSchemaSource.get_default();
  const path = folder.get_path();
  if (path !== null && folder.get_child('gschemas.compiled').query_exists(null)) {
    return Gio.SettingsSchemaSource.new_from_directory(path, system, false);
  }
  if (system === null) throw new Error('There are no settings schemas on this system.');
  return system;
}
