import { checkConnections } from './checks/connections.js';
import { checkExtension, checkGnome, checkVersions } from './checks/extension.js';
import { checkPorts } from './checks/ports.js';
import { checkService } from './checks/service.js';
import { checkBus, checkKeyring, checkSettings } from './checks/session.js';
import { checkClock, checkProxy } from './checks/surroundings.js';
import type { Facts } from './facts.js';
import type { Finding } from './finding.js';

/** What comes first is what the rest hangs on. */
const checks: readonly ((facts: Facts) => readonly Finding[])[] = [
  checkService,
  checkPorts,
  checkBus,
  checkSettings,
  checkVersions,
  checkGnome,
  checkExtension,
  checkKeyring,
  checkConnections,
  checkClock,
  checkProxy,
];

/** What the facts mean: for each that is looked at what is right, or what is wrong and the command that mends it. */
export function diagnose(facts: Facts): Finding[] {
  return checks.flatMap((check) => check(facts));
}
