import { isUtf8 } from 'node:buffer';
import {
  createCipheriv,
  createDecipheriv,
  type DiffieHellmanGroup,
  getDiffieHellman,
  hkdfSync,
  randomBytes,
} from 'node:crypto';
import { KeyringFault, SessionGone } from './errors.js';

// Secrets on their way between us and a Secret Service (Secret Service API, "Transfer of Secrets"): Diffie-Hellman in
// the second Oakley group, whose result becomes a key of AES by HKDF; each secret goes with an initialization vector.

/** The algorithm's name. There is a weaker one, `plain`, that we never ask for. */
export const algorithm = 'dh-ietf1024-sha256-aes128-cbc-pkcs7';

/** Of a number of the group, in bytes. */
const groupSize = 128;

/** Of AES's key, its blocks and an initialization vector, in bytes. */
const blockSize = 16;

/** A secret as it is sent. */
export interface SealedSecret {
  readonly parameters: Buffer;
  readonly value: Buffer;
}

/** The first half of the agreement on a key. Making one takes some 50 ms: OpenSSL examines the group each time. */
export class KeyAgreement {
  /** For the service. KWallet wants it with its leading zeros. */
  readonly publicKey: Buffer;
  readonly #group: DiffieHellmanGroup;

  constructor() {
    this.#group = getDiffieHellman('modp2');
    this.publicKey = padded(this.#group.generateKeys());
  }

  /**
   * The other half.
   *
   * @param theirs the service's public key
   * @param owner the service
   * @param path the session's object
   * @throws {KeyringFault} if that is no public key
   */
  agree(theirs: Buffer, owner: string, path: string): SecretSession {
    this.#check(theirs);
    const computed = this.#group.computeSecret(theirs);
    const shared = padded(computed);
    const key = Buffer.from(hkdfSync('sha256', shared, Buffer.alloc(32), '', blockSize));
    computed.fill(0);
    shared.fill(0);
    return new SecretSession(owner, path, key);
  }

  /** Others than 2 to p - 2 make a shared secret that anybody knows. */
  #check(theirs: Buffer): void {
    const number = BigInt(`0x0${theirs.toString('hex')}`);
    const prime = BigInt(`0x${this.#group.getPrime('hex')}`);
    if (number < 2n || number > prime - 2n) throw new KeyringFault('gave a public key that is none');
  }
}

/** A session: secrets are sealed and opened with its key as long as it isn't forgotten. */
export class SecretSession {
  #forgotten = false;

  /**
   * @param owner whose session it is
   * @param path its object
   * @param key will be overwritten
   */
  constructor(
    readonly owner: string,
    readonly path: string,
    private readonly key: Buffer,
  ) {}

  /** Encrypts a secret. @throws {SessionGone} if it was forgotten */
  seal(secret: string): SealedSecret {
    this.#expectKey();
    const parameters = randomBytes(blockSize);
    const cipher = createCipheriv('aes-128-cbc', this.key, parameters);
    return { parameters, value: Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]) };
  }

  /** Decrypts a secret. @throws {KeyringFault} if it isn't one @throws {SessionGone} if it was forgotten */
  open({ parameters, value }: SealedSecret): string {
    this.#expectKey();
    if (parameters.length !== blockSize)
      throw new KeyringFault(`gave a secret without ${blockSize} bytes to begin with`);
    const clear = this.#decrypted(parameters, value);
    try {
      if (!isUtf8(clear)) throw new KeyringFault('gave a secret that is not text in UTF-8');
      return clear.toString('utf8');
    } finally {
      clear.fill(0);
    }
  }

  /** Overwrites the key. The session is over. */
  forget(): void {
    this.#forgotten = true;
    this.key.fill(0);
  }

  #decrypted(parameters: Buffer, value: Buffer): Buffer {
    const decipher = createDecipheriv('aes-128-cbc', this.key, parameters);
    const first = decipher.update(value);
    try {
      return Buffer.concat([first, decipher.final()]);
    } catch {
      // What OpenSSL says of it (wrong final block length, bad decrypt) tells people no more.
      throw new KeyringFault('gave a secret that can’t be decrypted');
    } finally {
      first.fill(0);
    }
  }

  #expectKey(): void {
    if (this.#forgotten) throw new SessionGone();
  }
}

function padded(number: Buffer): Buffer {
  return Buffer.concat([Buffer.alloc(groupSize - number.length), number]);
}
