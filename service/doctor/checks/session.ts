import type { Facts } from '../facts.js';
import { type Finding, note, right, wrong } from '../finding.js';
import { installing } from '../installing.js';

/** Whether the session bus knows the broker. */
export function checkBus({ bus, broker }: Facts): Finding[] {
  switch (bus.state) {
    case 'none':
      return [note('bus', 'no-bus')];
    case 'unreachable':
      return [wrong('bus', 'bus-unreachable', { reason: bus.problem })];
    case 'reachable':
      if (bus.broker) return [right('bus', 'The broker is on the session bus')];
      if ('status' in broker) return [wrong('bus', 'not-on-bus')];
      return bus.activatable
        ? [right('bus', 'The session bus starts the broker when somebody asks it')]
        : [wrong('bus', 'not-activatable')];
  }
}

/** Whether the settings can be read, and used. */
export function checkSettings({ settings, installation }: Facts): Finding[] {
  if ('problem' in settings) {
    const part = settings.problem.includes('gsettings is missing') ? 'gsettings' : 'service';
    return [wrong('settings', 'no-settings', { reason: settings.problem, install: installing(part, installation) })];
  }
  const { misfits } = settings;
  if (misfits.length > 0) return misfits.map((reason) => wrong('settings', 'settings-misfit', { reason }));
  return [right('settings', 'Their schema is installed, and all of them can be used')];
}

/** Whether tokens can be kept. */
export function checkKeyring({ keyring, installation, bus }: Facts): Finding[] {
  // Without a bus there is nobody to ask, which is told there.
  if (bus.state !== 'reachable') return [];
  const { state, problem: reason } = keyring;
  switch (state) {
    case 'unlocked':
      return [right('keyring', 'It is there and unlocked')];
    case 'locked':
      return [note('keyring', 'keyring-locked', { reason })];
    case 'unavailable':
      return [note('keyring', 'keyring-missing', { reason, install: installing('keyring', installation) })];
  }
}
