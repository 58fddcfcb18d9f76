import { createHash, randomBytes } from 'node:crypto';

/** What is kept of an application's key: all but the key itself. */
export interface KeyRecord {
  /** What its owner calls it. */
  readonly name: string;
  /** SHA-256 of the key, 64 hexadecimal digits. */
  readonly hash: string;
  /** Ids of the connections that it may use; undefined for all. */
  readonly connections?: readonly string[];
  /** Requests a minute; undefined for no limit. */
  readonly rate?: number;
  /** When it was made, as in RFC 3339. */
  readonly created: string;
}

/** What every key begins with, so that people and scanners for leaked secrets know one. */
const prefix = 'ctl-';

/** Whether a token is meant to be a key of ours, valid or not. */
export function isOurs(token: string): boolean {
  return token.startsWith(prefix);
}

/** A new key: 256 random bits. */
export function newKey(): string {
  return `${prefix}${randomBytes(32).toString('base64url')}`;
}

/**
 * What is kept of a key. One plain hash is enough: slow hashes and salt make up for passwords that can be guessed, and of
 * 2^256 keys none can be. So a request costs microseconds, and whoever reads the file can't ask anything with it.
 */
export function hashOf(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}
