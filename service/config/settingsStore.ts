import { isDeepStrictEqual } from 'node:util';
import { type Caller, type Change, changeInDconf } from './dconf.js';
import { SettingsUnavailable } from './errors.js';
import { connectionFolder, connectionSchema, folder, type Keys, schema, valuesOf } from './gsettings.js';
import { chosenKeys, type Settings } from './settingsFile.js';
import { connectionKeys, defaultsOf, type Shape } from './settingsSchema.js';

type Shapes = Readonly<Record<string, Shape>>;

/** All settings as they are in GSettings. @throws {SettingsUnavailable} */
export async function readSettings(environment: NodeJS.ProcessEnv): Promise<Settings> {
  const settings = await valuesOf(schema, environment);
  const ids = settings.connections as readonly string[];
  const connections = await Promise.all(
    ids.map(async (id) => ({ id, ...sorted(await valuesOf(connectionSchema(id), environment)) })),
  );
  return { settings: sorted(settings), connections };
}

/**
 * Replaces all settings, in one step. What files don't have stays.
 *
 * @param bus of the session
 * @throws {SettingsUnavailable} also where an administrator has locked a key; then everything is as it was
 */
export async function replaceSettings(settings: Settings, bus: Caller, environment: NodeJS.ProcessEnv): Promise<void> {
  const before = await readSettings(environment);
  await changeInDconf(bus, changesTo(settings, before));
  const locked = differing(settings, await readSettings(environment));
  if (locked === undefined) return;
  await changeInDconf(bus, changesTo(asChosen(before), await readSettings(environment)));
  throw new SettingsUnavailable(`${locked} didn’t take its value; has an administrator locked it?`);
}

/** What makes the settings others. Nothing is written that is there already, and so nothing that nobody has ever chosen. */
function changesTo({ settings, connections }: Settings, before: Settings): Change[] {
  const ids = connections.map(({ id }) => id);
  const gone = before.connections.filter(({ id }) => !ids.includes(id));
  const order = { connections: { type: 'as' } };
  return [
    ...gone.map(({ id }) => ({ path: connectionFolder(id) })),
    ...connections.flatMap((values) => {
      // What a connection of that id had once is still there, though it isn't listed.
      const known = before.connections.find(({ id }) => id === values.id);
      return changesOf(connectionFolder(values.id), connectionKeys, values, known);
    }),
    ...changesOf(folder, { ...chosenKeys, ...order }, { ...settings, connections: ids }, before.settings),
  ];
}

/** @param known what is there; undefined where nobody knows */
function changesOf(where: string, shapes: Shapes, values: Keys, known: Keys | undefined): Change[] {
  return Object.entries(shapes).flatMap(([key, { type }]) => {
    const path = `${where}${key}`;
    const value = values[key];
    if (value === undefined) return [{ path }];
    return known !== undefined && isDeepStrictEqual(value, known[key]) ? [] : [{ path, value: { type, value } }];
  });
}

/** The first key that isn't as it should be, if there is one. */
function differing({ settings, connections }: Settings, now: Settings): string | undefined {
  const differingIn = (values: Keys, found: Keys): string | undefined =>
    Object.keys(values).find((key) => !isDeepStrictEqual(values[key], found[key]));
  const order = connections.map(({ id }) => id);
  if (!isDeepStrictEqual(order, now.settings.connections)) return 'connections';
  const inConnections = connections.map((values, index) => differingIn(values, now.connections[index] ?? {}));
  return differingIn(settings, now.settings) ?? inConnections.find((key) => key !== undefined);
}

/** Without what is as it is by default: to write that would be a choice, too. */
function asChosen({ settings, connections }: Settings): Settings {
  const usual = defaultsOf(connectionKeys);
  const usualSettings = defaultsOf(chosenKeys);
  const chosen = (values: Keys, defaults: Keys): Keys =>
    Object.fromEntries(Object.entries(values).filter(([key, value]) => !isDeepStrictEqual(value, defaults[key])));
  return {
    settings: chosen(settings, usualSettings),
    connections: connections.map(({ id, ...values }) => ({ ...chosen(values, usual), id })),
  };
}

function sorted(values: Keys): Keys {
  return Object.fromEntries(Object.entries(values).sort());
}
