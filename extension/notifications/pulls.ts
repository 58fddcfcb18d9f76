import type { BrokerSnapshot, PullSnapshot } from '../broker/contract.js';
import { fill, type Translator } from '../broker/translator.js';
import { nameOf } from './names.js';
import type { Notice, ShownNotice } from './notice.js';

/** Follows pulls, and tells how those ended that weren’t over when the service was first looked at. */
export class Pulls {
  /** Paths of those that were looked at, true while they ran; null before the first look at a service. */
  #seen: ReadonlyMap<string, boolean> | null = null;
  readonly #ended = new Map<string, ShownNotice>();

  /** @param watched - whether the person sees all of it elsewhere at this moment */
  observe({ pulls, connections }: BrokerSnapshot, watched: boolean, translator: Translator): void {
    const seen = this.#seen;
    this.#seen = new Map(pulls.map(({ path, state }) => [path, state === 'running']));
    for (const pull of pulls) {
      // One may begin and end between two looks.
      const ran = seen !== null && (seen.get(pull.path) ?? true);
      if (pull.state === 'running') this.#ended.delete(keyOf(pull));
      else if (ran && pull.state !== 'cancelled') {
        const connection = connections.find(({ id }) => id === pull.connection) ?? { name: '', id: pull.connection };
        const notice = endNotice(pull, pull.state === 'done', nameOf(connection), translator);
        this.#ended.set(notice.key, { ...notice, quiet: watched, passing: false });
      }
    }
  }

  /** Another service doesn’t go on with the pulls of the last one, but may give them the same paths. */
  forget(): void {
    this.#seen = null;
  }

  /** How pulls ended, as far as it wasn’t put away. */
  get notices(): ShownNotice[] {
    return [...this.#ended.values()];
  }

  /** The person put it away. */
  dismiss(key: string): void {
    this.#ended.delete(key);
  }

  /** Nobody wants to know of those that ended. */
  dismissAll(): void {
    this.#ended.clear();
  }
}

function keyOf({ connection, model }: PullSnapshot): string {
  return `pull/${connection}/${model}`;
}

function endNotice(pull: PullSnapshot, done: boolean, connection: string, { gettext: _ }: Translator): Notice {
  const { model } = pull;
  const again = { act: 'pull', connection: pull.connection, model } as const;
  return {
    key: keyOf(pull),
    kind: 'pulls',
    // Translators: {model} is the name of a language model that a server has fetched
    title: fill(done ? _('“{model}” is there') : _('“{model}” wasn’t pulled'), { model }),
    // Translators: {connection} is the name of a server
    body: done ? fill(_('{connection} can answer with it now.'), { connection }) : pull.error,
    action: done ? null : { label: _('Try Again'), intent: again },
  };
}
