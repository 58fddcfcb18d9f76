import { SettingsUnavailable } from './errors.js';
import { type Change, serialised } from './gvariantBytes.js';

export type { Change } from './gvariantBytes.js';

/** A message bus, as far as is needed to write settings. */
export interface Caller {
  call(
    destination: string,
    target: { readonly path: string; readonly interface: string; readonly member: string },
    signature: string,
    ...body: unknown[]
  ): Promise<unknown>;
}

const writer = {
  path: '/ca/desrt/dconf/Writer/user',
  interface: 'ca.desrt.dconf.Writer',
  member: 'Change',
} as const;

/**
 * Makes changes of dconf's, where GSettings are kept: all of them in one step, or none. `gsettings` would take one process a
 * key, and whoever follows would see each half of it.
 *
 * @param bus of the session
 * @throws {SettingsUnavailable}
 */
export async function changeInDconf(bus: Caller, changes: readonly Change[]): Promise<void> {
  if (changes.length === 0) return;
  try {
    await bus.call('ca.desrt.dconf', writer, 'ay', serialised(changes));
  } catch (error) {
    throw new SettingsUnavailable(`dconf, which keeps the settings, can’t write them: ${(error as Error).message}`);
  }
}
