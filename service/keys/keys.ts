import { timingSafeEqual } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { Bucket } from './bucket.js';
import { hashOf, type KeyRecord } from './key.js';

/** A key that is in force. */
export interface Key {
  readonly record: KeyRecord;
  /** Its limit, if it has one. */
  readonly bucket: Bucket | undefined;
}

/** The keys that are in force. */
export class Keys {
  #records: readonly KeyRecord[] | undefined;
  #keys: readonly (Key & { readonly hash: Buffer })[] = [];

  /** @param inForce tells the records that hold now; another list means that they have changed */
  constructor(private readonly inForce: () => readonly KeyRecord[]) {}

  /** The key that a token is; undefined if it is none that holds. */
  find(token: string): Key | undefined {
    const records = this.inForce();
    if (records !== this.#records) this.#take(records);
    const hash = Buffer.from(hashOf(token), 'hex');
    return this.#keys.find((key) => timingSafeEqual(key.hash, hash));
  }

  /** Whether a key that was found holds still, as it was. */
  holds(record: KeyRecord): boolean {
    return this.inForce().some((one) => isDeepStrictEqual(one, record));
  }

  /** What was used of a limit stays used when the file of keys has changed. */
  #take(records: readonly KeyRecord[]): void {
    const before = new Map(this.#keys.map(({ record, bucket }) => [record.hash, bucket]));
    this.#keys = records.map((record) => {
      const { hash, rate } = record;
      const old = before.get(hash);
      const bucket = rate === undefined ? undefined : old?.rate === rate ? old : new Bucket(rate);
      return { record, hash: Buffer.from(hash, 'hex'), bucket };
    });
    this.#records = records;
  }
}
