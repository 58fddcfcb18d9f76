import type { ConnectionSnapshot } from './contract.js';
import { RemoteObject } from './remoteObject.js';

/** One configured upstream as the service exports it. */
export class Connection extends RemoteObject {
  /** @param path - the connection's object path, its identity on the bus */
  constructor(readonly path: string) {
    super();
  }

  /** The connection at this moment, as plain data. */
  snapshot(): ConnectionSnapshot {
    return {
      path: this.path,
      id: this.read('Id', ''),
      name: this.read('Name', ''),
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
