import type { ConnectionSettings } from './configuration.js';
import { connectionSchema, gsettings, schema } from './gsettings.js';
import { parseGVariant, type Value } from './gvariant.js';

/**
 * Adds connections to GSettings. Each is written before its id is listed, so that nobody ever sees half of it.
 *
 * @param before whether they come before those that are there already
 * @throws {SettingsUnavailable} also where an administrator has locked a key
 */
export async function addToGSettings(
  connections: readonly ConnectionSettings[],
  before: boolean,
  environment: NodeJS.ProcessEnv,
): Promise<void> {
  for (const connection of connections) {
    for (const [key, value] of keysOf(connection)) {
      await gsettings(environment, 'set', connectionSchema(connection.id), key, value);
    }
  }
  const printed = await gsettings(environment, 'get', schema, 'connections');
  const listed = parseGVariant(printed.trim()) as string[];
  const added = connections.map(({ id }) => id).filter((id) => !listed.includes(id));
  const ids = before ? [...added, ...listed] : [...listed, ...added];
  await gsettings(environment, 'set', schema, 'connections', `[${ids.map((id) => gvariantText(id)).join(', ')}]`);
}

function keysOf({ name, kind, url, place, enabled, timeouts }: ConnectionSettings): [key: string, value: string][] {
  return [
    ['name', gvariantText(name)],
    ['kind', gvariantText(kind)],
    ['url', gvariantText(url)],
    ['place', gvariantText(place)],
    ['enabled', gvariantText(enabled)],
    // The schema's defaults are those of a local server.
    ['connect-timeout', gvariantText(timeouts.connect)],
    ['first-byte-timeout', gvariantText(timeouts.firstByte)],
    ['hand-over-timeout', gvariantText(timeouts.handOver)],
    ['idle-timeout', gvariantText(timeouts.idle)],
    ['total-timeout', gvariantText(timeouts.total)],
    ['queue-timeout', gvariantText(timeouts.queue)],
  ];
}

/** A value in GVariant's text format, as `gsettings set` wants it. */
export function gvariantText(value: Extract<Value, string | number | boolean>): string {
  if (typeof value !== 'string') return String(value);
  // What JSON escapes with a backslash, GVariant does as well; only the quotation marks have to be others for \" to be none.
  return JSON.stringify(value);
}
