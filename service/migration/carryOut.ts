import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ConnectionSettings } from '../config/configuration.js';
import { SettingsUnavailable } from '../config/errors.js';
import { KeyringError } from '../secrets/errors.js';
import type { SecretStore } from '../secrets/keyring.js';
import { tokenFrom, UnusableToken } from '../secrets/token.js';
import { hidden } from './autostart.js';
import type { Step } from './plan.js';
import { replaceFile, wipeToken } from './wiping.js';

/** By what the steps of a plan are done. */
export interface Means {
  /** Of the old installation. */
  readonly folder: string;
  /** undefined where there is no bus to reach one by. */
  readonly keyring: Pick<SecretStore, 'read' | 'write'> | undefined;
  addConnection(settings: ConnectionSettings, before: boolean): Promise<void>;
  /** @throws {StepFailed} */
  disableUnit(unit: string): Promise<void>;
}

/** A step can't be done. The message says why, and what is left as it was. */
export class StepFailed extends Error {
  override readonly name = 'StepFailed';
}

/** Does one step of a plan. @throws {StepFailed} */
export async function carryOut(step: Step, means: Means): Promise<void> {
  try {
    switch (step.kind) {
      case 'connection':
        await means.addConnection(step.settings, step.before);
        return;
      case 'token':
        await keepToken(step, means);
        return;
      case 'autostart':
        replaceFile(step.path, hidden(readFileSync(step.path, 'utf8')));
        return;
      case 'unit':
        await means.disableUnit(step.unit);
    }
  } catch (error) {
    if (error instanceof StepFailed) throw error;
    const { code } = error as NodeJS.ErrnoException;
    if (error instanceof SettingsUnavailable || code !== undefined) throw new StepFailed((error as Error).message);
    throw error;
  }
}

/** Brings a token into the keyring, and only when it is there takes it out of the file. */
async function keepToken(
  { owner, file, token }: Extract<Step, { kind: 'token' }>,
  { folder, keyring }: Means,
): Promise<void> {
  const stays = `it stays in ${file}`;
  if (keyring === undefined) throw new StepFailed(`there is no session bus, and so no keyring; ${stays}`);
  const key = { connection: owner.id, type: 'token', origin: owner.origin } as const;
  try {
    const value = tokenFrom(token);
    const kept = await keyring.read(key);
    if (kept.state === 'unavailable') throw new StepFailed(`${kept.problem}; ${stays}`);
    if (kept.state === 'stored' && kept.value !== value) {
      throw new StepFailed(`the keyring has another one for it already, which is left; ${stays}`);
    }
    if (kept.state !== 'stored') {
      await keyring.write(key, owner.name, value, { attended: true });
      const now = await keyring.read(key);
      if (now.state !== 'stored' || now.value !== value) throw new StepFailed(`the keyring didn’t keep it; ${stays}`);
    }
  } catch (error) {
    if (error instanceof UnusableToken || error instanceof KeyringError) {
      throw new StepFailed(`${error.message}; ${stays}`);
    }
    throw error;
  }
  wipeToken(join(folder, file));
}
