import type { BrokerSnapshot, PullSnapshot } from '../broker/contract.js';
import { fill, type Translator } from '../broker/translator.js';
import { nameOf } from './names.js';
import type { Notice, ShownNotice } from './notice.js';

/** Follows pulls, and tells how those ended that were seen running. */
export class Pulls {
  readonly #running = new Set<string>();
  readonly #ended = new Map<string, ShownNotice>();

  /** @param watched - whether the person sees all of it elsewhere at this moment */
  observe({ pulls, connections }: BrokerSnapshot, watched: boolean, translator: Translator): void {
    const paths = new Set(pulls.map(({ path }) => path));
    for (const path of this.#running) if (!paths.has(path)) this.#running.delete(path);
    for (const pull of pulls) {
      if (pull.state === 'running') {
        this.#running.add(pull.path);
        this.#ended.delete(keyOf(pull));
      } else if (this.#running.delete(pull.path) && pull.state !== 'cancelled') {
        const connection = connections.find(({ id }) => id === pull.connection) ?? { name: '', id: pull.connection };
        const notice = endNotice(pull, pull.state === 'done', nameOf(connection), translator);
        this.#ended.set(notice.key, { ...notice, quiet: watched, passing: false });
      }
    }
  }

  /** Another service doesn’t go on with the pulls of the last one, but may give them the same paths. */
  forgetRunning(): void {
    this.#running.clear();
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
