import type GLib from 'gi://GLib';

/** The properties of one interface of one object on the bus, as last told. */
export class RemoteObject {
  readonly #values = new Map<string, GLib.Variant>();
  /** Unpacked at most once a change: much is told, and all of it is read again for each look. */
  readonly #plain = new Map<string, unknown>();

  /** Takes over changed properties and tells whether any of them is really different. */
  update(changed: Readonly<Record<string, GLib.Variant>>): boolean {
    let different = false;
    for (const [name, value] of Object.entries(changed)) {
      if (this.#values.get(name)?.equal(value)) continue;
      this.#values.set(name, value);
      this.#plain.delete(name);
      different = true;
    }
    return different;
  }

  /** A property as a plain value; the fallback stands in for one that was not told. */
  read<T>(name: string, fallback: T): T {
    if (this.#plain.has(name)) return this.#plain.get(name) as T;
    const value = this.#values.get(name)?.recursiveUnpack<T>() ?? fallback;
    if (this.#values.has(name)) this.#plain.set(name, value);
    return value;
  }
}
