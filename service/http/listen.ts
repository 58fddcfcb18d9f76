import { connect } from 'node:net';
import { chmodSync, mkdirSync, unlinkSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { dirname } from 'node:path';
import { hostAndPort } from '../config/validate.js';

/** Nobody can be served at an address. The message says why and what to do. */
export class CannotListen extends Error {
  override readonly name = 'CannotListen';
}

/** The first descriptor that systemd hands over (sd_listen_fds(3)). */
const firstInherited = 3;

/** Takes the sockets that systemd listens on for us; none if it does not. Their variables are not for our children. */
export function inheritedSockets(environment: NodeJS.ProcessEnv, pid: number): readonly number[] {
  const { LISTEN_PID, LISTEN_FDS } = environment;
  if (Number(LISTEN_PID) !== pid) return [];
  delete environment.LISTEN_PID;
  delete environment.LISTEN_FDS;
  delete environment.LISTEN_FDNAMES;
  return Array.from({ length: Number(LISTEN_FDS) }, (_, index) => firstInherited + index);
}

/** Where to listen. */
export type Endpoint = { readonly fd: number } | { readonly address: string } | { readonly path: string };

/**
 * The HTTP servers of the local API. Requests that come before there is an application to answer them wait; it is made
 * when the first one comes, since a broker at rest needs none.
 */
export class LocalServer {
  readonly #servers: Server[] = [];
  #application: Promise<RequestListener> | undefined;
  #listener: RequestListener | undefined;
  readonly #make: Promise<() => Promise<RequestListener>>;
  #serve!: (make: () => Promise<RequestListener>) => void;

  constructor() {
    this.#make = new Promise((resolve) => {
      this.#serve = resolve;
    });
  }

  /** Says what makes the application. */
  serve(make: () => Promise<RequestListener>): void {
    this.#serve(make);
  }

  /** @throws {CannotListen} */
  async listen(endpoint: Endpoint): Promise<void> {
    const server = createServer((request, response) => {
      if (this.#listener) {
        this.#listener(request, response);
        return;
      }
      this.#application ??= this.#make.then((make) => make());
      void this.#application.then((listener) => {
        this.#listener = listener;
        listener(request, response);
      });
    });
    if ('path' in endpoint) await prepareUnixSocket(endpoint.path);
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error: NodeJS.ErrnoException) => {
        reject(new CannotListen(reason(endpoint, error)));
      });
      server.listen('address' in endpoint ? hostAndPort(endpoint.address) : endpoint, resolve);
    });
    if ('path' in endpoint) chmodSync(endpoint.path, 0o600);
    this.#servers.push(server);
  }

  /** The address to give to applications: http://HOST:PORT, or '' if there is only a unix socket. */
  get address(): string {
    for (const server of this.#servers) {
      const bound = server.address();
      if (bound !== null && typeof bound === 'object' && 'port' in bound) {
        return `http://${bound.address.includes(':') ? `[${bound.address}]` : bound.address}:${bound.port}`;
      }
    }
    return '';
  }

  /**
   * Takes no more requests and settles when those that run have ended, or were cut.
   *
   * @param patience milliseconds that running requests are given
   */
  async close(patience: number): Promise<void> {
    const timer = setTimeout(() => {
      for (const server of this.#servers) server.closeAllConnections();
    }, patience);
    await Promise.all(
      this.#servers.map((server) => {
        return new Promise((resolve) => {
          server.close(resolve);
          server.closeIdleConnections();
        });
      }),
    );
    clearTimeout(timer);
  }
}

/** Makes the folder of a unix socket, and takes away one that a dead process left. @throws {CannotListen} */
async function prepareUnixSocket(path: string): Promise<void> {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const outcome = await new Promise<string>((resolve) => {
    const probe = connect(path)
      .once('connect', () => {
        probe.destroy();
        resolve('in use');
      })
      .once('error', (error: NodeJS.ErrnoException) => {
        resolve(error.code ?? '');
      });
  });
  if (outcome === 'in use') throw new CannotListen(`${path} is in use by another broker; stop that one first`);
  if (outcome === 'ECONNREFUSED') unlinkSync(path);
}

function reason(endpoint: Endpoint, { code, message }: NodeJS.ErrnoException): string {
  const where =
    'address' in endpoint ? endpoint.address : 'path' in endpoint ? endpoint.path : `the socket handed over by systemd`;
  switch (code) {
    case 'EADDRINUSE':
      return (
        `${where} is already in use, perhaps by a broker that runs as a service (systemctl --user stop ` +
        `cloudtolocalllm.socket cloudtolocalllm.service ends it); or choose another one with --listen HOST:PORT`
      );
    case 'EACCES':
      return `${where} may not be used by this user; choose a port above 1023 with --listen HOST:PORT`;
    case 'EADDRNOTAVAIL':
      return `${where} is no address of this machine; choose another one with --listen HOST:PORT`;
    default:
      return `${where} can't be listened on: ${message}`;
  }
}
