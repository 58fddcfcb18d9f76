import type { CustomFetch } from 'openid-client';
import type { Dispatcher } from 'undici';
import { collected } from '../connections/body.js';
import { dispatcherFor } from '../connections/dispatcher.js';
import { UpstreamError } from '../connections/errors.js';
import { Exchange } from '../connections/exchange.js';
import { Cancelled } from '../connections/upstream.js';
import { ProviderUnreachable, UnusableIssuer } from './errors.js';
import { isProtected } from '../config/validate.js';
import { Headers, Response } from './web.js';

/** More than any answer of a provider takes. Bytes. */
const limit = 512 * 1024;

/** Seconds. A provider answers at once or is out of order; people and requests wait for it. */
const timeouts = { connect: 10, firstByte: 15, handOver: 0, idle: 10, total: 20, queue: 0 };

/**
 * How openid-client sends its requests: as the rest of the broker does, without Node's `fetch`. No redirect is followed,
 * nothing is sent unencrypted to other machines, TLS is always verified, and answers are limited in size and time.
 *
 * @param signal ends all of them
 * @throws {ProviderUnreachable | UnusableIssuer | Cancelled} from what is returned
 */
export function providerFetch(signal: AbortSignal | undefined): CustomFetch {
  return async (address, { body, headers, method, signal: own }) => {
    const url = new URL(address);
    if (!isProtected(url)) {
      throw new UnusableIssuer(`The provider names ${url.origin}, which is not encrypted; nothing is sent there`);
    }
    const signals = [signal, own].filter((one) => one !== undefined);
    const ended = AbortSignal.any(signals);
    let dispatcher: Dispatcher | undefined;
    try {
      // Proxies belong to the process, as for upstreams.
      dispatcher = await dispatcherFor(url.origin, { connect: timeouts.connect, environment: process.env });
      if (ended.aborted) throw new Cancelled();
      // Without the query: it is for people.
      const exchange = new Exchange(url.origin + url.pathname, timeouts, ended);
      dispatcher.dispatch(
        {
          origin: url.origin,
          method,
          path: url.pathname + url.search,
          headers: { ...headers, 'user-agent': 'CloudToLocalLLM' },
          body: body === undefined || body === null ? null : String(body as URLSearchParams | string),
        },
        exchange,
      );
      const reply = await exchange.head;
      const content = (await collected(reply.body, limit, ended)).toString('utf8');
      // Whatever it says, it passes: too much to do, under repair, a proxy before it that finds nobody.
      if (reply.status >= 500 || reply.status === 429) {
        throw new ProviderUnreachable(`${url.origin} is out of order for now (status ${reply.status})`);
      }
      const response = new Response(content, reply.status, new Headers(reply.headers));
      // Of Node's class it has what openid-client uses.
      return response as unknown as globalThis.Response;
    } catch (error) {
      if (error instanceof UpstreamError)
        throw new ProviderUnreachable(`${url.host} could not be asked: ${error.message}`);
      throw error;
    } finally {
      // It is for this one request: there is one an hour.
      void dispatcher?.close();
    }
  };
}
