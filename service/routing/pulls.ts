import { EventEmitter } from 'node:events';
import type { Connection } from '../connections/connection.js';
import type { Fields } from '../dialects/fields.js';
import { canonicalModelName } from '../dialects/ollama/modelName.js';
import type { Log } from '../telemetry/log.js';
import { Pull, type PullState } from './pull.js';

/** The pulls that run, each once, however many ask for it. Emits `begun` with each new one. */
export class Pulls extends EventEmitter<{ begun: [Pull] }> {
  readonly #running = new Map<string, Pull>();

  constructor(private readonly log: Log) {
    super();
  }

  /**
   * Starts a pull, or joins the one that runs.
   *
   * @param connection that can be told to fetch models
   * @param fields of the request, as Ollama's API has them
   */
  pull(connection: Connection, model: string, fields: Fields): Pull {
    const key = `${connection.settings.id} ${canonicalModelName(model)}`;
    const running = this.#running.get(key);
    if (running !== undefined) return running;
    const pull = new Pull(connection, model, fields, async (state) => {
      await this.#over(connection, model, state);
      this.#running.delete(key);
    });
    this.#running.set(key, pull);
    pull.begun.then(
      () => {
        this.log.info(`${connection.settings.name} pulls ${model}`);
      },
      () => undefined,
    );
    this.emit('begun', pull);
    return pull;
  }

  async #over(connection: Connection, model: string, state: PullState): Promise<void> {
    const { name } = connection.settings;
    if (state === 'done') {
      this.log.info(`${name} has pulled ${model}`);
      // Who hears that it is there asks for it next.
      await connection.checkAgain();
      return;
    }
    if (state === 'cancelled') this.log.info(`${name} pulls ${model} no more: that was cancelled`);
    // Why, in the server's own words, is for those who asked.
    else this.log.warn(`${name} could not pull ${model}`);
    void connection.check();
  }
}
