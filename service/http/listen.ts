import { connect, type Socket } from 'node:net';
import { chmodSync, mkdirSync, unlinkSync } from 'node:fs';
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from 'node:http';
import type * as Https from 'node:https';
import { dirname } from 'node:path';
import type { Configuration } from '../config/configuration.js';
import { hostAndPort, isLoopback, unguarded } from '../config/validate.js';
import { Arrivals, plainAddress } from './arrival.js';
import { type Certificate, minVersion } from './certificate.js';

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

/**
 * How long a client may take for the head of a request. A whole request has no limit: models are uploaded, and who sends
 * one slowly holds a socket and nothing else. Milliseconds.
 */
const limits: ServerOptions = { headersTimeout: 30_000, requestTimeout: 0 };

/** Connections at a time, by which a flood of them ends before the process's memory does. */
const maxConnections = 4096;

/** Where to listen. */
export type Endpoint = { readonly fd: number } | { readonly address: string } | { readonly path: string };

/**
 * The HTTP servers of the local API. Requests that come before there is an application to answer them wait; it is made
 * when the first one comes, since a broker at rest needs none.
 */
export class LocalServer {
  readonly #servers: Server[] = [];
  readonly #secure: Https.Server[] = [];
  /** How each connection came in. */
  readonly arrivals = new Arrivals();
  readonly #closing = new AbortController();
  #application: Promise<RequestListener> | undefined;
  #listener: RequestListener | undefined;
  readonly #make: Promise<() => Promise<RequestListener>>;
  #certificate: Certificate | undefined;
  #serve!: (make: () => Promise<RequestListener>) => void;

  /**
   * @param guards what stands between it and other machines
   * @param certificate of `guards.tls`
   */
  constructor(
    private readonly guards: Pick<Configuration, 'tls' | 'proxy'>,
    certificate: Certificate | undefined,
  ) {
    this.#certificate = certificate;
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
    if ('path' in endpoint) await prepareUnixSocket(endpoint.path);
    // Only what answers other machines needs it.
    const https = this.#certificate && (await import('node:https'));
    const plain = createServer(limits);
    await new Promise<void>((resolve, reject) => {
      plain.once('error', (error: NodeJS.ErrnoException) => {
        reject(new CannotListen(reason(endpoint, error)));
      });
      plain.listen('address' in endpoint ? hostAndPort(endpoint.address) : endpoint, () => {
        // Where a socket that systemd hands over is bound is known only now.
        const host = hostOf(plain);
        const problem = host === undefined ? undefined : unguarded(host, this.guards);
        if (problem === undefined) {
          this.#serveOn(plain, host, https);
          resolve();
        } else {
          plain.close();
          reject(new CannotListen(problem));
        }
      });
    });
    if ('path' in endpoint) chmodSync(endpoint.path, 0o600);
  }

  /** Answers what comes over a socket: with TLS if other machines can reach it and no proxy does that. */
  #serveOn(plain: Server, host: string | undefined, https: typeof Https | undefined): void {
    let server = plain;
    if (https !== undefined && host !== undefined && !isLoopback(host)) {
      const secure = https.createServer({ ...limits, ...this.#certificate, minVersion });
      this.#secure.push(secure);
      // It takes the socket over, in the turn in which that was opened: nobody has come yet.
      server = secure.listen(plain);
    }
    server.maxConnections = maxConnections;
    // One that was left out could be the one that keeps a request out; how many there can be, their size limits.
    server.maxHeadersCount = 0;
    server.on(server === plain ? 'connection' : 'secureConnection', (socket: Socket) => {
      this.arrivals.note(socket, host === undefined);
    });
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      this.#answer(request, response);
    });
    this.#servers.push(server);
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    if (this.#listener) {
      this.#listener(request, response);
      return;
    }
    this.#application ??= this.#make.then((make) => make());
    void this.#application.then((listener) => {
      this.#listener = listener;
      listener(request, response);
    });
  }

  /** Shows another certificate to whoever connects from now on. */
  renew(certificate: Certificate): void {
    this.#certificate = certificate;
    for (const server of this.#secure) server.setSecureContext({ ...certificate, minVersion });
  }

  /** The address to give to applications: http://HOST:PORT, or '' if there is only a unix socket. */
  get address(): string {
    for (const server of this.#servers) {
      const bound = server.address();
      if (bound !== null && typeof bound === 'object') {
        const scheme = (this.#secure as Server[]).includes(server) ? 'https' : 'http';
        return `${scheme}://${bound.address.includes(':') ? `[${bound.address}]` : bound.address}:${bound.port}`;
      }
    }
    return '';
  }

  /** Tells that it closes: what would go on for ever is to end then. */
  get closing(): AbortSignal {
    return this.#closing.signal;
  }

  /**
   * Takes no more requests and settles when those that run have ended, or were cut.
   *
   * @param patience milliseconds that running requests are given
   */
  async close(patience: number): Promise<void> {
    this.#closing.abort();
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

/** The address that a socket is bound to; undefined for a unix socket. */
function hostOf(server: Server): string | undefined {
  const bound = server.address();
  return bound !== null && typeof bound === 'object' && 'port' in bound ? plainAddress(bound.address) : undefined;
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
