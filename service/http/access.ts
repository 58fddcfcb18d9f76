import { isLoopback } from '../config/validate.js';

/** What of a request decides whether it may come in. */
export interface Caller {
  /** The Host header. */
  readonly host: string | undefined;
  /** The Origin header: only web pages and what is built like them send it. */
  readonly origin: string | undefined;
  /** Whether it came over the unix socket, which only its owner can open. */
  readonly overUnixSocket: boolean;
}

/**
 * Why a request may not come in, or undefined if it may. A web page can send requests to 127.0.0.1 from any browser of
 * this machine, directly (then it has an Origin) or under a name of its own that resolves to it (then the Host tells).
 */
export function refusal({ host, origin, overUnixSocket }: Caller): string | undefined {
  if (origin !== undefined) {
    return `web pages may not use this address (Origin: ${origin})`;
  }
  if (overUnixSocket) return undefined;
  const name = host?.replace(/:\d+$/, '').replace(/^\[|\]$/g, '') ?? '';
  if (!isLoopback(name.toLowerCase())) {
    return `this address must be called 127.0.0.1 or localhost (Host: ${host ?? 'missing'})`;
  }
  return undefined;
}
