import type { ConnectionSnapshot } from './contract.js';
import { Exported } from './exported.js';

/** One configured upstream as the service exports it. */
export class Connection extends Exported<ConnectionSnapshot> {
  protected override take(): ConnectionSnapshot {
    return {
      path: this.path,
      id: this.read('Id', ''),
      name: this.read('Name', ''),
      kind: this.read('Kind', 'openai'),
      place: this.read('Place', 'local'),
      version: this.read('Version', ''),
      models: this.read('Models', []),
      loaded: this.read('Loaded', []),
      enabled: this.read('Enabled', true),
      state: this.read('State', 'connecting'),
      latency: this.read('Latency', 0),
      lastError: this.read('LastError', ''),
      nextTry: this.read('NextTry', 0),
      tokenState: this.read('TokenState', 'none'),
      tokenSource: this.read('TokenSource', 'fixed'),
      account: this.read('Account', ''),
      signIn: this.read('SignIn', ''),
    };
  }
}
