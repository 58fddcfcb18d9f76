import { hostAndPort } from '../../config/validate.js';
import { defaultListen } from '../../config/configuration.js';
import type { Facts } from '../facts.js';
import { type Finding, right, wrong } from '../finding.js';

/** The port that applications know of Ollama's. */
export const ollamaPort = 11434;

/** The port that is the broker's: that of its socket unit, or else the usual one. */
export function brokerPort({ units }: Pick<Facts, 'units'>): number {
  const listens = 'problem' in units ? [] : units.listens;
  return hostAndPort(listens.find((one) => /:\d+$/.test(one)) ?? defaultListen).port;
}

/** Who has the ports. */
export function checkPorts(facts: Facts): Finding[] {
  return [checkBrokerPort(facts), checkOllamaPort(facts)];
}

function checkBrokerPort({ units, broker, listeners }: Facts): Finding {
  const port = brokerPort({ units });
  const listener = listeners.get(port);
  if (listener === undefined) return right('ports', `${port}: free`);
  const held = !('problem' in units) && units.socket.active === 'active';
  if ('status' in broker || held) return right('ports', `${port}: the broker`);
  const { own, pid, program } = listener;
  return own && pid !== undefined
    ? wrong('ports', 'port-taken', { port, pid, program: program ?? 'another program' })
    : wrong('ports', 'port-foreign', { port });
}

function checkOllamaPort({ listeners }: Facts): Finding {
  const listener = listeners.get(ollamaPort);
  const who = listener?.program ?? (listener?.own === false ? 'a process of another user' : 'a process');
  return right('ports', `${ollamaPort}, Ollama’s: ${listener === undefined ? 'nobody' : who}`);
}
