import type { ConnectionSettings } from './configuration.js';
import { type Caller, changeInDconf } from './dconf.js';
import { connectionFolder, folder, type Keys, schema, valuesOf } from './gsettings.js';
import { connectionKeys } from './settingsSchema.js';

/**
 * Adds a connection to GSettings, in one step.
 *
 * @param before whether it comes before those that are there already
 * @param bus of the session
 * @throws {SettingsUnavailable}
 */
export async function addToGSettings(
  connection: ConnectionSettings,
  before: boolean,
  bus: Caller,
  environment: NodeJS.ProcessEnv,
): Promise<void> {
  const { id } = connection;
  const listed = (await valuesOf(schema, environment)).connections as readonly string[];
  const others = listed.filter((one) => one !== id);
  const values = keysOf(connection);
  await changeInDconf(bus, [
    // What a connection of that id may have left behind.
    { path: connectionFolder(id) },
    ...Object.entries(values).map(([key, value]) => ({
      path: `${connectionFolder(id)}${key}`,
      value: { type: connectionKeys[key]?.type ?? 's', value },
    })),
    {
      path: `${folder}connections`,
      value: { type: 'as', value: before ? [id, ...others] : [...others, id] },
    },
  ]);
}

function keysOf({ name, kind, url, place, enabled, timeouts }: ConnectionSettings): Keys {
  return {
    ...{ name, kind, url, place, enabled },
    // The schema's defaults are those of a local server.
    'connect-timeout': timeouts.connect,
    'first-byte-timeout': timeouts.firstByte,
    'hand-over-timeout': timeouts.handOver,
    'idle-timeout': timeouts.idle,
    'total-timeout': timeouts.total,
    'queue-timeout': timeouts.queue,
  };
}
