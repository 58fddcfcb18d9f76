import type { IncomingHttpHeaders } from 'node:http';
import type { Configuration } from '../config/configuration.js';
import { isLoopback, withoutBrackets } from '../config/validate.js';
import type { ErrorKind } from '../dialects/dialect.js';
import { type Arrival, plainAddress } from './arrival.js';

/** What is configured of who may come in, in the shape in which requests are compared with it. */
export class Rules {
  #hosts: ReadonlySet<string> = new Set();
  #origins: ReadonlySet<string> = new Set();
  #proxied = false;

  /** Takes over a configuration. */
  configure({ hosts, origins, proxy }: Pick<Configuration, 'hosts' | 'origins' | 'proxy'>): void {
    this.#hosts = new Set(hosts.map((host) => bare(host)));
    this.#origins = new Set(origins.map(canonicalOrigin));
    this.#proxied = proxy;
  }

  /** Whether web pages of an origin are let in. */
  lists(origin: string): boolean {
    return this.#origins.has(origin);
  }

  /** Whether the broker may be called that. */
  isCalled(host: string): boolean {
    return this.#hosts.has(host);
  }

  /** Whether every request that comes so needs a key: from other machines, and where a proxy passes those on. */
  needsKey(arrival: Arrival): boolean {
    return arrival !== 'unix' && (this.#proxied || !arrival.loopback);
  }
}

/** What of a request decides whether it may come in, whoever sends it. */
export interface Caller {
  readonly headers: IncomingHttpHeaders;
  /** Names and values in turn, as they came: `headers` has only the first Host. */
  readonly rawHeaders: readonly string[];
  readonly arrival: Arrival;
}

/** Why a request may not come in. */
export interface Refusal {
  readonly kind: ErrorKind;
  readonly message: string;
}

/**
 * Why a request may not come in, or undefined if its headers don't speak against it. A web page can send requests to
 * 127.0.0.1 from any browser of this machine: by scripts (then it has an Origin), as pictures, frames and forms (then
 * Sec-Fetch-Site tells, https://www.w3.org/TR/fetch-metadata), over a WebSocket, which no browser keeps to one's own
 * origin, or under a name of its own that resolves to 127.0.0.1 (then the Host tells).
 */
export function refusal({ headers, rawHeaders, arrival }: Caller, rules: Rules): Refusal | undefined {
  const { host, origin, upgrade } = headers;
  const site = headers['sec-fetch-site'];
  if (namesSeveralHosts(rawHeaders)) {
    return { kind: 'invalid', message: 'a request must have one Host header, and this one has several' };
  }
  if (arrival !== 'unix' && !isOurs(host, arrival, rules)) {
    const configured = 'other names are listed under "hosts" in the configuration';
    return forbidden(`this address must be called 127.0.0.1 or localhost (Host: ${host ?? 'missing'}); ${configured}`);
  }
  if (origin !== undefined && !rules.lists(origin)) {
    const configured = 'one that may is listed under "origins" in the configuration';
    return forbidden(`web pages may not use this address (Origin: ${origin}); ${configured}`);
  }
  if (origin === undefined && site !== undefined && !harmlessSites.has(site)) {
    return forbidden(`web pages may not use this address, nor lead here (Sec-Fetch-Site: ${site})`);
  }
  if (upgrade !== undefined && /\bwebsocket\b/i.test(upgrade)) {
    return { kind: 'invalid', message: 'there are no WebSockets here; answers are streamed over plain HTTP' };
  }
  return undefined;
}

/** Where what has no Origin may come from: our own answers, and what a person has entered or opened. */
const harmlessSites: ReadonlySet<string> = new Set(['same-origin', 'none']);

/**
 * Whether there are several Host headers, which must be refused (RFC 9112, 3.2): what stands in front of the broker may have
 * decided by another one.
 */
function namesSeveralHosts(rawHeaders: readonly string[]): boolean {
  return rawHeaders.filter((text, index) => index % 2 === 0 && text.toLowerCase() === 'host').length > 1;
}

function forbidden(message: string): Refusal {
  return { kind: 'forbidden', message };
}

/** Whether a Host header names the broker. No page can take a name that is an address: nothing resolves it. */
function isOurs(host: string | undefined, arrival: Exclude<Arrival, 'unix'>, rules: Rules): boolean {
  const name = bare(host?.replace(/:\d+$/, '') ?? '');
  if (isLoopback(name) || rules.isCalled(name)) return true;
  return arrival.ends !== undefined && name === plainAddress(arrival.ends.localAddress);
}

/** A host's name to be compared. */
function bare(host: string): string {
  return withoutBrackets(host).toLowerCase();
}

/** An origin as browsers send it: without the port that its scheme has anyway. */
function canonicalOrigin(origin: string): string {
  return /^https?:/.test(origin) ? new URL(origin).origin : origin;
}
