import type GLib from 'gi://GLib';

import { RemoteObject } from './remoteObject.js';

/** One of many objects of the same kind that the service exports, with a snapshot that is made anew only after a change. */
export abstract class Exported<Snapshot extends object> extends RemoteObject {
  #snapshot: Snapshot | null = null;

  /** @param path - the object's path, its identity on the bus */
  constructor(readonly path: string) {
    super();
  }

  override update(changed: Readonly<Record<string, GLib.Variant>>): boolean {
    const different = super.update(changed);
    if (different) this.#snapshot = null;
    return different;
  }

  /** The object at this moment, as plain data. */
  snapshot(): Snapshot {
    this.#snapshot ??= this.take();
    return this.#snapshot;
  }

  /** Reads all of it. */
  protected abstract take(): Snapshot;
}
