import { ProxyFailed } from '../../connections/errors.js';
import { proxyFor } from '../../connections/proxy.js';
import type { Facts } from '../facts.js';
import { type Finding, note, right, wrong } from '../finding.js';

/** Further off than this, tokens that begin or end about now look as if they didn't hold. Seconds. */
const tolerance = 60;

/** Whether the clock is right, by those who can know. */
export function checkClock({ clock: { behind, synchronized } }: Facts): Finding[] {
  if (behind !== undefined && Math.abs(behind.seconds) > tolerance) {
    const { seconds, host } = behind;
    const values = { seconds: Math.abs(seconds), direction: seconds > 0 ? 'behind' : 'ahead of', host };
    return [wrong('clock', 'clock-wrong', values)];
  }
  if (synchronized === false) return [note('clock', 'clock-alone')];
  const by = [
    ...(synchronized === true ? ['the network keeps it'] : []),
    ...(behind === undefined ? [] : [`${behind.host} has the same time`]),
  ];
  return [right('clock', by.length === 0 ? 'Nobody could be asked' : `Right: ${by.join(', ')}`)];
}

const proxyVariables = ['https_proxy', 'http_proxy', 'all_proxy'].flatMap((name) => [name, name.toUpperCase()]);

/** Whether the broker gets the proxy that the session has, and can use it. */
export function checkProxy({ environment, units }: Facts): Finding[] {
  const brokers = 'problem' in units ? environment : units.environment;
  const misfit = misfitIn(brokers);
  if (misfit !== undefined) return [misfit];
  const unknown = proxyVariables.find((name) => set(environment, name) && !anySet(brokers));
  if (unknown !== undefined) return [note('proxy', 'proxy-unknown', { variable: unknown })];
  const named = proxyVariables.filter((name) => set(brokers, name));
  return [
    right('proxy', named.length === 0 ? 'None' : `As ${named.join(', ')} say; this machine itself is reached without`),
  ];
}

function misfitIn(brokers: Facts['environment']): Finding | undefined {
  for (const variable of proxyVariables) {
    if (!set(brokers, variable)) continue;
    try {
      // Any host will do that no list exempts.
      const scheme = /^http_/i.test(variable) ? 'http' : 'https';
      proxyFor(new URL(`${scheme}://host.invalid`), { [variable]: brokers[variable] });
    } catch (error) {
      if (!(error instanceof ProxyFailed)) throw error;
      return wrong('proxy', 'proxy-unusable', { variable, reason: error.message });
    }
  }
  return undefined;
}

function set(environment: Facts['environment'], name: string): boolean {
  return (environment[name]?.trim() ?? '') !== '';
}

function anySet(environment: Facts['environment']): boolean {
  return proxyVariables.some((name) => set(environment, name));
}
