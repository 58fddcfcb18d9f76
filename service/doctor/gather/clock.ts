import { request } from 'node:https';
import type { Configuration } from '../../config/configuration.js';
import { ProxyFailed } from '../../connections/errors.js';
import { proxyFor } from '../../connections/proxy.js';
import type { ClockFact } from '../facts.js';
import { look } from '../../look.js';

/** A server that takes longer tells no time worth comparing. Milliseconds. */
const patience = 5000;

/**
 * How right the clock is: by systemd, and by the Date that the server of a provider tells, whose certificate vouches for it.
 * It is asked without a token, and for nothing else.
 *
 * @param configuration undefined where it isn't known
 */
export async function lookAtClock(
  environment: NodeJS.ProcessEnv,
  configuration: Configuration | undefined,
): Promise<ClockFact> {
  const url = configuration === undefined ? undefined : serverOf(configuration, environment);
  const [shown, behind] = await Promise.all([
    look(environment, 'timedatectl', 'show', '--property=NTPSynchronized', '--value'),
    url === undefined ? undefined : difference(url),
  ]);
  const synchronized = 'text' in shown ? shown.text.trim() === 'yes' : undefined;
  return { synchronized, behind };
}

/** A provider that is reached directly: behind a proxy one would have to ask as the broker does. */
function serverOf({ connections }: Configuration, environment: NodeJS.ProcessEnv): URL | undefined {
  const direct = (url: URL): boolean => {
    try {
      return url.protocol === 'https:' && proxyFor(url, environment) === undefined;
    } catch (error) {
      if (error instanceof ProxyFailed) return false;
      throw error;
    }
  };
  return connections
    .filter(({ enabled, place, ca }) => enabled && place === 'cloud' && ca === undefined)
    .map(({ url }) => new URL(url))
    .find(direct);
}

function difference(url: URL): Promise<ClockFact['behind']> {
  const begun = Date.now();
  return new Promise((resolve) => {
    const sent = request(url.origin, { method: 'HEAD', timeout: patience, agent: false }, (reply) => {
      reply.resume();
      const there = Date.parse(reply.headers.date ?? '');
      const here = (begun + Date.now()) / 2;
      const seconds = Math.round((there - here) / 1000);
      resolve(Number.isNaN(there) ? undefined : { seconds, host: url.host });
    });
    sent.on('timeout', () => sent.destroy());
    // Whether it can be reached is told of the connection.
    sent.on('error', () => {
      resolve(undefined);
    });
    sent.on('close', () => {
      resolve(undefined);
    });
    sent.end();
  });
}
