import { Bus, BusError, type MethodCall, type MethodResult, variant } from '../../service/dbus/bus.js';
import { KeyAgreement, type SecretSession } from '../../service/secrets/secretSession.js';
import type { PrivateBus } from './bus.ts';

const root = '/org/freedesktop/secrets';
export const collectionPath = `${root}/collection/c`;
export const itemPath = `${collectionPath}/1`;
export const promptPath = `${root}/prompt/p1`;
export const sessionPath = `${root}/session/s1`;
/** For an object that isn't. */
export const none = '/';

/** What the scripted keyring keeps in its one item. */
export const kept = 'sk-kept';

type Answer = MethodResult | Promise<MethodResult>;

/** An answer with any signature. */
export const answer = (signature: string, ...body: unknown[]): MethodResult => ({ signature, body });

/** An answer with an error. */
export function refusal(name: string, message = 'no'): never {
  throw new BusError(name, message);
}

/** An answer that never comes. */
export const silence = (): Promise<never> => new Promise(() => undefined);

/**
 * A Secret Service that does what no real one does. By itself it is a good one with an unlocked collection and an item;
 * a test says what it answers else.
 */
export class ScriptedKeyring {
  /** Methods that were called, in order. */
  readonly calls: string[] = [];
  /** Labels of collections that were made. */
  readonly made: unknown[] = [];
  /** Whether its collection is locked. */
  locked = false;
  /** What it answers instead, by method. */
  answers: Readonly<Record<string, (call: MethodCall) => Answer>> = {};
  #session: SecretSession | undefined;

  private constructor(private readonly bus: Bus) {
    bus.answerCalls((call) => this.#answer(call));
  }

  static async start(privateBus: PrivateBus): Promise<ScriptedKeyring> {
    const bus = await Bus.connect(privateBus.address);
    const keyring = new ScriptedKeyring(bus);
    await bus.ownName('org.freedesktop.secrets');
    return keyring;
  }

  /** A secret, sealed in the session that was opened. */
  sealed(secret: string): [session: string, parameters: Buffer, value: Buffer, contentType: string] {
    const { parameters, value } = this.#session?.seal(secret) ?? { parameters: Buffer.of(), value: Buffer.of() };
    return [sessionPath, parameters, value, 'text/plain'];
  }

  /** Tells that a prompt is over. */
  complete(signature: string, ...body: unknown[]): void {
    this.send(promptPath, 'org.freedesktop.Secret.Prompt', 'Completed', signature, body);
  }

  /** Sends a signal. */
  send(path: string, name: string, member: string, signature: string, body: readonly unknown[]): void {
    this.bus.send(path, name, member, signature, body);
  }

  /** Ends it. */
  async stop(): Promise<void> {
    await this.bus.close();
  }

  async #answer(call: MethodCall): Promise<MethodResult> {
    this.calls.push(call.member);
    const good = this.#good(call);
    return (await this.answers[call.member]?.(call)) ?? good;
  }

  #good({ member, body }: MethodCall): MethodResult {
    const items: [string[], string[]] = this.locked ? [[], [itemPath]] : [[itemPath], []];
    switch (member) {
      case 'OpenSession': {
        const agreement = new KeyAgreement();
        this.#session = agreement.agree(body[1] as Buffer, '', sessionPath);
        return answer('vo', variant('ay', agreement.publicKey), sessionPath);
      }
      case 'SearchItems':
        return answer('aoao', ...items);
      case 'ReadAlias':
        return answer('o', collectionPath);
      case 'Get':
        return answer('v', variant('b', this.locked));
      case 'GetSecret':
        return answer('(oayays)', this.sealed(kept));
      case 'CreateItem':
        return answer('oo', itemPath, none);
      case 'CreateCollection':
        this.made.push(body[0]);
        return answer('oo', none, promptPath);
      case 'Unlock':
        return answer('aoo', [], promptPath);
      case 'Delete':
        return answer('o', none);
      default:
        return answer('');
    }
  }
}
