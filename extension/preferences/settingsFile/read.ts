import { fill, type Translator } from '../../broker/translator.js';
import { FORMAT, type KeyShape, type Plain, type SavedConnection, type SavedSettings, type Shapes } from './model.js';
import { SettingsFileProblem } from './problem.js';
import { expectedValue, isObject } from './values.js';

const ID = /^[a-z][a-z0-9_]{0,63}$/;
/** Ids that would mean something else where a route is asked for; “local” and “cloud” just mean the place there. */
const RESERVED = 'automatic';
const PLACES = ['automatic', 'local', 'cloud'];

/**
 * Reads a settings file, all of it or nothing.
 *
 * @throws {SettingsFileProblem} with the first thing that is wrong
 */
export function readSettings(text: string, shapes: Shapes, translator: Translator): SavedSettings {
  const { gettext: _ } = translator;
  const file = parsed(text);
  if (!isObject(file) || !isFormat(file.cloudtolocalllm)) throw new SettingsFileProblem({ kind: 'foreign' });
  const { cloudtolocalllm: format, version, settings = {}, connections = [], ...others } = file;
  // A newer form may mean something else by what looks the same.
  if (format !== FORMAT) throw new SettingsFileProblem({ kind: 'newer', version: String(version) });
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw wrong(unknown, _('no such key is known'));
  if (!Array.isArray(connections)) throw wrong('connections', _('a list is expected'));

  const saved: SavedConnection[] = [];
  for (const [index, connection] of (connections as unknown[]).entries()) {
    saved.push(readConnection(connection, `connections[${index}]`, saved, shapes, translator));
  }
  const values = readValues(settings, 'settings', shapes.settings, translator);
  const { route } = values;
  if (route !== undefined && ![...PLACES, ...saved.map(({ id }) => id)].includes(route as string)) {
    throw wrong('settings.route', _('automatic, local, cloud or the id of a connection in the file is expected'));
  }
  return { settings: values, connections: saved };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new SettingsFileProblem({ kind: 'notJson', reason: (error as Error).message });
  }
}

function isFormat(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= FORMAT;
}

function readConnection(
  connection: unknown,
  path: string,
  before: readonly SavedConnection[],
  { connection: shapes }: Shapes,
  translator: Translator,
): SavedConnection {
  const { gettext: _ } = translator;
  if (!isObject(connection)) throw wrong(path, _('an object is expected'));
  const { id, ...values } = connection;
  if (typeof id !== 'string' || !ID.test(id) || id === RESERVED) {
    throw wrong(`${path}.id`, _('lower-case letters, digits and underscores that begin with a letter are expected'));
  }
  if (before.some((other) => other.id === id)) {
    throw wrong(`${path}.id`, fill(_('“{id}” is there twice'), { id }));
  }
  return { id, values: readValues(values, path, shapes, translator) };
}

function readValues(
  values: unknown,
  path: string,
  shapes: readonly KeyShape[],
  translator: Translator,
): Record<string, Plain> {
  const { gettext: _ } = translator;
  if (!isObject(values)) throw wrong(path, _('an object is expected'));
  for (const [name, value] of Object.entries(values)) {
    const shape = shapes.find((each) => each.name === name);
    if (shape === undefined) throw wrong(`${path}.${name}`, _('no such key is known'));
    const expected = expectedValue(shape, value, translator);
    if (expected !== '') throw wrong(`${path}.${name}`, expected);
  }
  return values as Record<string, Plain>;
}

function wrong(path: string, expected: string): SettingsFileProblem {
  return new SettingsFileProblem({ kind: 'wrong', path, expected });
}
