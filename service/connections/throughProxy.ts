import type { ClientRequest } from 'node:http';
import type { RequestOptions } from 'node:https';
import { isIP, type Socket } from 'node:net';
import type { Dispatcher } from 'undici';
import { withoutBrackets } from '../config/validate.js';
import type { Connector } from './dispatcher.js';
import { meaning, ProxyFailed } from './errors.js';
import type { HttpProxy } from './proxy.js';

/**
 * Opens TLS to a server through a tunnel that a proxy makes (CONNECT; RFC 9110, 9.3.6), so that the proxy sees its name
 * and nothing else.
 *
 * @param secure begins TLS over a socket
 * @param timeout until the tunnel stands, milliseconds, 0 for no limit
 */
export async function tunnelled(proxy: HttpProxy, secure: Connector, timeout: number): Promise<Connector> {
  // An import at the top would be one of the bundle's, and load TLS with the broker's start.
  const { request } = proxy.address.startsWith('https:') ? await import('node:https') : await import('node:http');
  return (to, opened) => {
    const host = isIP(to.hostname) === 6 ? `[${to.hostname}]` : to.hostname;
    const target = `${host}:${to.port || '443'}`;
    tunnel(request, proxy, target, timeout, (error, socket) => {
      if (socket === null) opened(error, null);
      else secure({ ...to, httpSocket: socket }, opened);
    });
  };
}

type Request = (options: RequestOptions) => ClientRequest;

type Opened = (...outcome: [error: ProxyFailed, socket: null] | [error: null, socket: Socket]) => void;

function tunnel(request: Request, proxy: HttpProxy, target: string, timeout: number, opened: Opened): void {
  const { port, protocol } = new URL(proxy.address);
  const host = hostOf(proxy);
  const options: RequestOptions = {
    host,
    port: port || (protocol === 'https:' ? 443 : 80),
    // Else it were the header's host whose certificate is expected. An IP address has no such name.
    servername: isIP(host) === 0 ? host : '',
    method: 'CONNECT',
    path: target,
    headers: { host: target, ...authorization(proxy) },
    agent: false,
    rejectUnauthorized: true,
  };
  const asking = request(options);
  const timer = timeout > 0 ? setTimeout(() => asking.destroy(tooLate()), timeout) : undefined;
  asking.once('connect', ({ statusCode: status = 0 }, socket: Socket, ahead: Buffer) => {
    clearTimeout(timer);
    if (status >= 200 && status < 300) {
      if (ahead.length > 0) socket.unshift(ahead);
      opened(null, socket);
      return;
    }
    socket.on('error', () => undefined).destroy();
    opened(declined(proxy, status, target), null);
  });
  asking.once('error', (error) => {
    clearTimeout(timer);
    opened(unusable(proxy, error), null);
  });
  asking.end();
}

/** Opens sockets to a proxy itself. */
export function toProxy(proxy: HttpProxy, connector: Connector): Connector {
  const host = hostOf(proxy);
  // Requests name their server as host, not the proxy, whose certificate this is about.
  const servername = isIP(host) === 0 ? host : '';
  return (to, opened) => {
    connector({ ...to, servername }, (error, socket) => {
      if (error === null) opened(null, socket);
      else opened(unusable(proxy, error), null);
    });
  };
}

/** Has requests to an origin without TLS forwarded by a proxy, to which they go as RFC 9112, 3.2.2 says. */
export function forwarded(origin: string, proxy: HttpProxy): Dispatcher.DispatcherComposeInterceptor {
  const { host } = new URL(origin);
  return (dispatch) => (options, handler) =>
    dispatch(
      {
        ...options,
        path: origin + options.path,
        headers: { ...(options.headers as Record<string, string>), host, ...authorization(proxy) },
      },
      new Forwarded(handler, proxy, host),
    );
}

/** Tells apart what a proxy says of itself from the answer of the server behind it. */
class Forwarded implements Dispatcher.DispatchHandler {
  constructor(
    private readonly handler: Dispatcher.DispatchHandler,
    private readonly proxy: HttpProxy,
    private readonly host: string,
  ) {}

  onRequestStart(...args: Parameters<Required<Dispatcher.DispatchHandler>['onRequestStart']>): void {
    this.handler.onRequestStart?.(...args);
  }

  onResponseStart(...args: Parameters<Required<Dispatcher.DispatchHandler>['onResponseStart']>): void {
    const [controller, status] = args;
    // Only a proxy answers so. What else it answers can't be told from the answer of a server.
    if (status === 407) controller.abort(declined(this.proxy, status, this.host));
    else this.handler.onResponseStart?.(...args);
  }

  onResponseData(...args: Parameters<Required<Dispatcher.DispatchHandler>['onResponseData']>): void {
    this.handler.onResponseData?.(...args);
  }

  onResponseEnd(...args: Parameters<Required<Dispatcher.DispatchHandler>['onResponseEnd']>): void {
    this.handler.onResponseEnd?.(...args);
  }

  onResponseError(...args: Parameters<Required<Dispatcher.DispatchHandler>['onResponseError']>): void {
    this.handler.onResponseError?.(...args);
  }
}

function hostOf({ address }: HttpProxy): string {
  return withoutBrackets(new URL(address).hostname);
}

function authorization({ authorization: value }: HttpProxy): Record<string, string> {
  return value === undefined ? {} : { 'proxy-authorization': value };
}

function tooLate(): Error {
  return Object.assign(new Error(), { code: 'ETIMEDOUT' });
}

function named({ address, variable }: HttpProxy): string {
  return `The proxy ${address} (${variable})`;
}

function unusable(proxy: HttpProxy, error: unknown): ProxyFailed {
  return new ProxyFailed(`${named(proxy)} can’t be used: ${meaning(error)}`);
}

function declined(proxy: HttpProxy, status: number, target: string): ProxyFailed {
  const { authorization: given, variable } = proxy;
  if (status === 407) {
    const wish =
      given === undefined
        ? `wants a user name and a password; ${variable} can hold them: http://USER:PASSWORD@HOST:PORT`
        : `does not accept the user name and password in ${variable}`;
    return new ProxyFailed(`${named(proxy)} ${wish} (status 407)`);
  }
  const what = status >= 500 ? 'can’t reach' : 'does not lead to';
  return new ProxyFailed(
    `${named(proxy)} ${what} ${target} (status ${status}); no_proxy can name hosts that are reached without it`,
  );
}
