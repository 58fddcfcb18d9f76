import type { ConnectionSnapshot } from '../broker/contract.js';

/** What people call a connection. */
export function nameOf({ name, id }: ConnectionSnapshot): string {
  return name || id;
}

/** What people call the connection of this id; the id if there is none. */
export function nameOfId(id: string, connections: readonly ConnectionSnapshot[]): string {
  const connection = connections.find((each) => each.id === id);
  return connection ? nameOf(connection) : id;
}
