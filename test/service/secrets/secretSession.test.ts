import { createCipheriv, createHmac } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { KeyAgreement, SecretSession } from '../../../service/secrets/secretSession.js';

// The second Oakley group (RFC 2409, 6.2).
const prime = BigInt(
  '0xffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22514a08798e3404ddef9519b3cd3a431b' +
    '302b0a6df25f14374fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7edee386bfb5a899fa5ae9f24117c4b1fe6' +
    '49286651ece65381ffffffffffffffff',
);
const numberOf = (bytes: Buffer): bigint => BigInt(`0x${bytes.toString('hex')}`);
const bytesOf = (number: bigint): Buffer => Buffer.from(number.toString(16).padStart(256, '0'), 'hex');

/** HKDF with SHA-256, no salt and no info, for one block (RFC 5869, 2.2 and 2.3). */
function derived(shared: Buffer): Buffer {
  const key = createHmac('sha256', Buffer.alloc(32)).update(shared).digest();
  return createHmac('sha256', key).update(Buffer.of(1)).digest().subarray(0, 16);
}

/** The group's number 2, again and again multiplied, until the shared secret is as wanted. */
function otherSide(publicKey: Buffer, wanted: (shared: Buffer) => boolean): { publicKey: Buffer; key: Buffer } {
  const theirs = numberOf(publicKey);
  let ours = 2n;
  let shared = theirs;
  while (!wanted(bytesOf(shared))) {
    ours = (ours * 2n) % prime;
    shared = (shared * theirs) % prime;
  }
  return { publicKey: bytesOf(ours), key: derived(bytesOf(shared)) };
}

describe('an agreement on a key', () => {
  it.each<[what: string, wanted: (shared: Buffer) => boolean]>([
    ['usual', (shared) => shared[0] !== 0],
    ['begins with a zero', (shared) => shared[0] === 0],
  ])('is the other side’s, where the shared secret %s', (_what, wanted) => {
    const agreement = new KeyAgreement();
    expect(agreement.publicKey).toHaveLength(128);
    const { publicKey, key } = otherSide(agreement.publicKey, wanted);
    const session = agreement.agree(publicKey, ':1.1', '/session');
    const start = Buffer.alloc(16, 7);
    const cipher = createCipheriv('aes-128-cbc', key, start);
    const value = Buffer.concat([cipher.update('sk-1'), cipher.final()]);
    expect(session.open({ parameters: start, value })).toBe('sk-1');
  });
});

describe('a session', () => {
  let ours: SecretSession;
  let theirs: SecretSession;

  beforeAll(() => {
    const [mine, other] = [new KeyAgreement(), new KeyAgreement()];
    ours = mine.agree(other.publicKey, ':1.1', '/session');
    theirs = other.agree(mine.publicKey, ':1.2', '/session');
  });

  it('opens what the other side has sealed, of any length, padded to whole blocks', () => {
    for (let length = 0; length <= 4096; length += 1) {
      const secret = 'sk-0123456789'.repeat(Math.ceil(length / 13)).slice(0, length);
      const sealed = ours.seal(secret);
      expect(sealed.value).toHaveLength((Math.floor(length / 16) + 1) * 16);
      expect(theirs.open(sealed)).toBe(secret);
    }
  });

  it('never seals the same twice alike', () => {
    expect(ours.seal('sk-1').value).not.toEqual(ours.seal('sk-1').value);
  });

  it('keeps no key once it is forgotten, and says so', () => {
    const key = Buffer.alloc(16, 9);
    const session = new SecretSession(':1.1', '/session', key);
    const sealed = session.seal('sk-1');
    session.forget();
    expect(key).toEqual(Buffer.alloc(16));
    expect(() => session.seal('sk-1')).toThrow(/ended the session .*; try again/);
    expect(() => session.open(sealed)).toThrow(/ended the session .*; try again/);
  });
});
