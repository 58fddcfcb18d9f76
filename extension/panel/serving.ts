import type { BrokerSnapshot, ConnectionSnapshot } from '../broker/contract.js';

/** What a route means that isn't a connection's id; connections of such an id can't be chosen as a route. */
export const PLACES = ['automatic', 'local', 'cloud'];

/** The connection that would serve the next request, if any would. */
export function servingConnection({ connections, activeConnection }: BrokerSnapshot): ConnectionSnapshot | undefined {
  return connections.find(({ path }) => path === activeConnection);
}

/** Whether a route allows a connection. */
export function isOnRoute({ id, place }: ConnectionSnapshot, route: string): boolean {
  return route === 'automatic' || (PLACES.includes(route) ? place === route : id === route);
}

/** Connections that a person prefers to the one that serves, and has switched on. All of them if none serves. */
export function passedOver(broker: BrokerSnapshot): ConnectionSnapshot[] {
  const serving = broker.connections.findIndex(({ path }) => path === broker.activeConnection);
  const before = serving < 0 ? broker.connections : broker.connections.slice(0, serving);
  return before.filter(({ enabled }) => enabled);
}
