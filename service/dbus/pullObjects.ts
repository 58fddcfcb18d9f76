import pull1 from '../../schemas/online.cloudtolocalllm.Pull1.xml';
import type { Pull } from '../routing/pull.js';
import type { Pulls } from '../routing/pulls.js';
import { stepInWords } from '../routing/pullWords.js';
import type { Exporter } from './exporter.js';
import { count, text } from './values.js';

/** How far a pull is, is told as often. Milliseconds. */
const pace = 200;

/** So long a pull that has ended stays, so that whoever looks late learns of it. Milliseconds. */
const keeping = 60_000;

interface Shown {
  readonly path: string;
  properties: Readonly<Record<string, unknown>>;
  timer: NodeJS.Timeout | undefined;
}

/** The pulls on the session bus, an object each, whoever began it. */
export class PullObjects {
  readonly #shown = new Map<Pull, Shown>();
  #count = 0;

  /** @param folder path that theirs begin with */
  constructor(
    private readonly exporter: Exporter,
    private readonly folder: string,
    private readonly pulls: Pulls,
  ) {
    pulls.on('begun', this.#show);
  }

  /** Where a pull is. */
  pathOf(pull: Pull): string | undefined {
    return this.#shown.get(pull)?.path;
  }

  /** Shows and tells nothing any more. */
  close(): void {
    this.pulls.off('begun', this.#show);
    for (const { timer } of this.#shown.values()) clearTimeout(timer);
    this.#shown.clear();
  }

  readonly #show = (pull: Pull): void => {
    this.#forgetEnded(pull);
    this.#count += 1;
    const shown: Shown = {
      path: `${this.folder}/${this.#count}`,
      properties: propertiesOf(pull),
      timer: undefined,
    };
    this.#shown.set(pull, shown);
    this.exporter.add(shown.path, pull1, {
      // As they were told: whatever else is announced in between leaves them alone.
      properties: () => shown.properties,
      call: () => {
        if (pull.state === 'running') pull.cancel();
        else this.#forget(pull);
        return Promise.resolve([]);
      },
    });
    pull.on('changed', () => {
      if (pull.state === 'running')
        shown.timer ??= setTimeout(() => {
          this.#tell(pull, shown);
        }, pace);
      else this.#tellEnd(pull, shown);
    });
  };

  #tell(pull: Pull, shown: Shown): void {
    shown.timer = undefined;
    shown.properties = propertiesOf(pull);
    this.exporter.announce(shown.path);
  }

  #tellEnd(pull: Pull, shown: Shown): void {
    clearTimeout(shown.timer);
    this.#tell(pull, shown);
    shown.timer = setTimeout(() => {
      this.#forget(pull);
    }, keeping).unref();
  }

  /** What came of an earlier pull of the same model is old with another one. */
  #forgetEnded({ connection, model }: Pull): void {
    for (const earlier of this.#shown.keys()) {
      const same = earlier.connection.settings.id === connection.settings.id && earlier.model === model;
      if (same && earlier.state !== 'running') this.#forget(earlier);
    }
  }

  #forget(pull: Pull): void {
    const shown = this.#shown.get(pull);
    if (shown === undefined) return;
    clearTimeout(shown.timer);
    this.#shown.delete(pull);
    this.exporter.remove(shown.path);
  }
}

function propertiesOf({ connection, model, state, progress, error }: Pull): Record<string, unknown> {
  return {
    Connection: connection.settings.id,
    Model: text(model),
    State: state,
    Step: stepInWords(progress.step),
    Completed: count(progress.completed),
    Total: count(progress.total),
    Error: text(error),
  };
}
