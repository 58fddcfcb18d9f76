import type { PullSnapshot } from './contract.js';
import { Exported } from './exported.js';

/** One model that a server fetches, as the service exports it. */
export class Pull extends Exported<PullSnapshot> {
  protected override take(): PullSnapshot {
    return {
      path: this.path,
      connection: this.read('Connection', ''),
      model: this.read('Model', ''),
      state: this.read('State', 'running'),
      step: this.read('Step', ''),
      completed: this.read('Completed', 0),
      total: this.read('Total', 0),
      error: this.read('Error', ''),
    };
  }
}
