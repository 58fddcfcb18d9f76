import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { readGSettings } from '../config/gsettings.js';
import { addToGSettings } from '../config/gsettingsWriter.js';
import { Bus, BusUnavailable, variant } from '../dbus/bus.js';
import { look } from '../look.js';
import { oldUnits } from '../migration/autostart.js';
import { carryOut, type Means, StepFailed } from '../migration/carryOut.js';
import { oldFolder } from '../migration/folder.js';
import { oldAutostart, readOldFiles } from '../migration/oldInstallation.js';
import { type Plan, plan, type Step } from '../migration/plan.js';
import { Keyring } from '../secrets/keyring.js';
import type { Import } from './arguments.js';
import { RequestFailed } from './client.js';

/** What became of a step. Never holds the token. */
interface Outcome {
  readonly kind: Step['kind'];
  /** Of the connection, the unit or the entry. */
  readonly name: string;
  readonly what: string;
  readonly state: 'done' | 'planned' | 'failed';
  readonly problem?: string;
}

/** `import`: takes over an old installation. @returns whether all of it could be @throws {SettingsUnavailable | RequestFailed} */
export async function importOld(
  { folder: named, dryRun, json }: Import,
  environment: NodeJS.ProcessEnv,
  print: (text: string) => void,
): Promise<boolean> {
  const folder = resolve(named ?? oldFolder(environment));
  if (named !== undefined && !existsSync(folder)) throw new RequestFailed(`there is no folder ${folder}`);
  const planned = await planFor(folder, environment);
  const outcomes = dryRun
    ? planned.steps.map((step) => told(step, 'planned'))
    : await done(planned, folder, environment);
  const { there, tokenless, problems } = planned;
  print(
    json
      ? `${JSON.stringify({ folder, outcomes, there, tokenless, problems }, undefined, 2)}\n`
      : printed(folder, planned, outcomes),
  );
  return problems.length === 0 && outcomes.every(({ state }) => state !== 'failed');
}

async function planFor(folder: string, environment: NodeJS.ProcessEnv): Promise<Plan> {
  const { connections } = await readGSettings(environment, () => undefined);
  const units = await Promise.all(oldUnits.map(async (unit) => ((await isEnabled(unit, environment)) ? [unit] : [])));
  const starts = { autostart: oldAutostart(environment), units: units.flat() };
  return plan(readOldFiles(folder), connections, starts);
}

async function isEnabled(unit: string, environment: NodeJS.ProcessEnv): Promise<boolean> {
  const shown = await look(environment, 'systemctl', '--user', 'is-enabled', unit);
  return 'text' in shown && shown.text.trim() === 'enabled';
}

async function done({ steps }: Plan, folder: string, environment: NodeJS.ProcessEnv): Promise<Outcome[]> {
  const address = environment.DBUS_SESSION_BUS_ADDRESS;
  const bus = address === undefined ? undefined : await Bus.connect(address).catch(withoutBus);
  const keyring = bus && new Keyring({ bus, variant });
  const means: Means = {
    ...{ folder, keyring },
    addConnection: (settings, before) => {
      if (bus === undefined) throw new StepFailed('there is no session bus, by which settings are written');
      return addToGSettings(settings, before, bus, environment);
    },
    disableUnit: async (unit) => {
      const said = await look(environment, 'systemctl', '--user', 'disable', '--now', unit);
      if ('problem' in said) throw new StepFailed(said.problem);
    },
  };
  const outcomes: Outcome[] = [];
  const missing = new Set<string>();
  try {
    for (const step of steps) {
      // A token of a connection that isn't there would be nobody's.
      if (step.kind === 'token' && missing.has(step.owner.id)) continue;
      try {
        await carryOut(step, means);
        outcomes.push(told(step, 'done'));
      } catch (error) {
        if (!(error instanceof StepFailed)) throw error;
        if (step.kind === 'connection') missing.add(step.settings.id);
        outcomes.push({ ...told(step, 'failed'), problem: error.message });
      }
    }
    return outcomes;
  } finally {
    keyring?.close();
    await bus?.close();
  }
}

function withoutBus(error: unknown): undefined {
  if (!(error instanceof BusUnavailable)) throw error;
}

function told(step: Step, state: Outcome['state']): Outcome {
  return { kind: step.kind, name: nameOf(step), what: whatOf(step), state };
}

function nameOf(step: Step): string {
  switch (step.kind) {
    case 'connection':
      return step.settings.name;
    case 'token':
      return step.owner.name;
    case 'autostart':
      return step.path;
    case 'unit':
      return step.unit;
  }
}

function whatOf(step: Step): string {
  switch (step.kind) {
    case 'connection':
      return `${step.settings.name} (${step.settings.id}): ${step.settings.url}`;
    case 'token':
      return `${step.owner.name}: its token, from ${step.file} into the keyring`;
    case 'autostart':
      return `${step.path}: no longer starts the old daemon`;
    case 'unit':
      return `${step.unit}: no longer starts the old daemon`;
  }
}

const signs = { done: '✓', planned: '•', failed: '✗' } as const;

function printed(folder: string, { there, tokenless, problems }: Plan, outcomes: readonly Outcome[]): string {
  const lines = [
    ...outcomes.map(
      ({ state, what, problem }) => `${signs[state]} ${what}${problem === undefined ? '' : `\n    ${problem}`}`,
    ),
    ...there.map((name) => `• ${name}: is there already`),
    ...tokenless.map(({ id, name }) => `• ${name}: had no token; give it one with: cloudtolocalllm token set ${id}`),
    ...problems.map((problem) => `✗ ${problem}`),
  ];
  if (lines.length === 0) return `There is no old installation in ${folder}, and nothing to take over.\n`;
  const planned = outcomes.some(({ state }) => state === 'planned');
  return `${planned ? 'Would be taken over' : 'Taken over'} from ${folder}:\n${lines.join('\n')}\n`;
}
