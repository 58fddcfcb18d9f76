import packageJson from '../../package.json';
import { ConfigurationError, SettingsUnavailable } from '../config/errors.js';
import { readGSettings } from '../config/gsettings.js';
import { brokerPort, ollamaPort } from '../doctor/checks/ports.js';
import { diagnose } from '../doctor/diagnose.js';
import type { Facts, SettingsFact, Status } from '../doctor/facts.js';
import type { Finding } from '../doctor/finding.js';
import { lookAtClock } from '../doctor/gather/clock.js';
import { lookAtInstallation } from '../doctor/gather/installation.js';
import { lookForListeners } from '../doctor/gather/listeners.js';
import { lookAtSession } from '../doctor/gather/session.js';
import { hasOllamaUnit, lookAtUnits } from '../doctor/gather/systemd.js';
import { ask, NoService, RequestFailed } from './client.js';

/** `doctor`: looks at all that the broker hangs on, and tells what is wrong and what mends it. @returns whether all is well */
export async function doctor(
  json: boolean,
  environment: NodeJS.ProcessEnv,
  print: (text: string) => void,
): Promise<boolean> {
  const findings = diagnose(await gather(environment));
  print(json ? `${JSON.stringify(findings, undefined, 2)}\n` : printed(findings));
  return findings.every(({ state }) => state !== 'wrong');
}

async function gather(environment: NodeJS.ProcessEnv): Promise<Facts> {
  // First: where systemd holds the socket, this starts the broker, and the rest is looked at as an application would find it.
  const broker = await lookAtBroker(environment);
  const [units, settings, session, ollamaUnit] = await Promise.all([
    lookAtUnits(environment),
    lookAtSettings(environment),
    lookAtSession(environment, 'status' in broker),
    hasOllamaUnit(environment),
  ]);
  const configuration = 'configuration' in settings ? settings.configuration : undefined;
  return {
    installation: lookAtInstallation(environment, process.argv[1] ?? ''),
    ...{ version: packageJson.version, node: process.versions.node, environment },
    ...{ broker, units, settings, ollamaUnit, ...session },
    clock: await lookAtClock(environment, configuration),
    listeners: await lookForListeners([brokerPort({ units }), ollamaPort]),
  };
}

async function lookAtBroker(environment: NodeJS.ProcessEnv): Promise<Facts['broker']> {
  try {
    return { status: (await ask('/broker/status', environment)) as unknown as Status };
  } catch (error) {
    if (error instanceof NoService) return { problem: 'nobody is there' };
    if (error instanceof RequestFailed) return { problem: error.message };
    return { problem: String((error as NodeJS.ErrnoException).code ?? error) };
  }
}

async function lookAtSettings(environment: NodeJS.ProcessEnv): Promise<SettingsFact> {
  const misfits: string[] = [];
  try {
    const configuration = await readGSettings(environment, ({ message }) => misfits.push(message));
    return { configuration, misfits };
  } catch (error) {
    if (error instanceof SettingsUnavailable || error instanceof ConfigurationError) return { problem: error.message };
    throw error;
  }
}

/** How each line begins; no colour, so that it can be pasted anywhere. */
const signs = { right: '✓', note: '•', wrong: '✗' } as const;

function printed(findings: readonly Finding[]): string {
  const lines = findings.map(({ check, state, message, mend }) => {
    const way = mend === undefined ? '' : `\n    ${mend}`;
    return `${signs[state]} ${check}: ${message}${way}\n`;
  });
  const count = findings.filter(({ state }) => state === 'wrong').length;
  const verdict =
    count === 0
      ? 'All that is needed works.'
      : `${count} ${count === 1 ? 'thing is' : 'things are'} wrong; the command below each mends it.`;
  return `${lines.join('')}\n${verdict}\n`;
}
