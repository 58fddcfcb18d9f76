import type { Facts, Unit } from '../facts.js';
import { type Check, type Finding, note, right, wrong } from '../finding.js';
import { installing } from '../installing.js';

const socketUnit = 'cloudtolocalllm.socket';
const serviceUnit = 'cloudtolocalllm.service';

/** Whether the broker answers, and if not, why systemd doesn't see to that. */
export function checkService({ units, broker, installation }: Facts): Finding[] {
  const answers = 'status' in broker;
  const answering = answers
    ? [right('service', `The broker answers on ${broker.status.address}, version ${broker.status.version}`)]
    : [];
  if ('problem' in units) {
    return answers ? answering : [wrong('service', 'no-manager', { reason: units.problem })];
  }
  const install = installing('service', installation);
  const hindered = [
    ...hindrance('service', serviceUnit, units.service, install),
    ...hindrance('socket', socketUnit, units.socket, install),
  ];
  if (hindered.length > 0) {
    // Started by hand it serves all the same, but nothing starts it the next time.
    return [...answering, ...hindered];
  }
  const reason = answers ? '' : broker.problem;
  const silent =
    answers || units.socket.active !== 'active'
      ? []
      : [wrong('service', 'broker-silent', { reason, result: units.service.result })];
  return [...answering, ...silent, ...stale(units.service, units.socket), ...checkSocket(units.socket, answers)];
}

/** What keeps systemd from starting a unit at all. */
function hindrance(check: Check, unit: string, { load }: Unit, install: string): Finding[] {
  if (load === 'masked') return [wrong(check, 'masked', { unit })];
  return load === 'loaded' ? [] : [wrong(check, 'not-installed', { unit, install })];
}

function stale(service: Unit, socket: Unit): Finding[] {
  if (service.stale) return [note('service', 'stale', { unit: serviceUnit })];
  return socket.stale ? [note('socket', 'stale', { unit: socketUnit })] : [];
}

function checkSocket({ active, enabled }: Unit, answers: boolean): Finding[] {
  if (active !== 'active') {
    return answers
      ? [right('socket', 'The broker was started by hand, without its socket')]
      : [wrong('socket', 'socket-closed')];
  }
  return enabled === 'disabled' ? [note('socket', 'not-at-login')] : [right('socket', 'Open, now and at every login')];
}
