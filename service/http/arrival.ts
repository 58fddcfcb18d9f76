import type { Socket } from 'node:net';
import { isLoopback } from '../config/validate.js';
import type { Ends } from './socketTable.js';

/** How a connection came in. */
export type Arrival =
  /** Over a unix socket, which only its owner can open. */
  | 'unix'
  /** Over TCP; `ends` undefined if it was over before it was looked at. */
  | { readonly ends: Ends | undefined; readonly loopback: boolean };

/** An address as Node tells it, of IPv4 also where an IPv6 socket took it. */
export function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '');
}

/**
 * How each connection came in. It is noted when it does: a socket that is closed doesn't tell its addresses any more, and
 * would look like a unix socket to whoever asks it later.
 */
export class Arrivals {
  readonly #noted = new WeakMap<Socket, Arrival>();

  /** Notes a connection that has just come. */
  note(socket: Socket, unix: boolean): void {
    this.#noted.set(socket, unix ? 'unix' : overTcp(socket));
  }

  /** How it came; one that nobody noted came from anywhere. */
  of(socket: Socket): Arrival {
    return this.#noted.get(socket) ?? { ends: undefined, loopback: false };
  }
}

function overTcp({ remoteAddress, remotePort, localAddress, localPort }: Socket): Arrival {
  if (
    remoteAddress === undefined ||
    remotePort === undefined ||
    localAddress === undefined ||
    localPort === undefined
  ) {
    return { ends: undefined, loopback: false };
  }
  const loopback = [remoteAddress, localAddress].every((address) => isLoopback(plainAddress(address)));
  return { ends: { remoteAddress, remotePort, localAddress, localPort }, loopback };
}
