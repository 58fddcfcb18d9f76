import schemas from '../../schemas/org.gnome.shell.extensions.cloudtolocalllm.gschema.xml?keys';
import { parseGVariant, type Value } from './gvariant.js';

/** What a key of GSettings may hold. */
export interface Shape {
  readonly type: string;
  readonly choices?: readonly string[];
  readonly min?: number;
  readonly max?: number;
}

type Keys = Readonly<Record<string, Shape & { readonly default: string }>>;

const id = 'org.gnome.shell.extensions.cloudtolocalllm';

/** Keys of the settings as a whole. */
export const settingsKeys: Keys = schemas[id] ?? {};

/** Keys of each connection. */
export const connectionKeys: Keys = schemas[`${id}.connection`] ?? {};

/** What keys hold where nobody has chosen anything. */
export function defaultsOf(keys: Keys): Record<string, Value> {
  return Object.fromEntries(Object.entries(keys).map(([name, key]) => [name, parseGVariant(key.default)]));
}

/** Whole numbers that each type holds. */
const limits: Readonly<Record<string, readonly [min: number, max: number]>> = {
  u: [0, 2 ** 32 - 1],
  i: [-(2 ** 31), 2 ** 31 - 1],
};

/** What a value should be instead, undefined if it is right. */
export function expected(value: unknown, { type, choices, min, max }: Shape): string | undefined {
  switch (type) {
    case 'b':
      return typeof value === 'boolean' ? undefined : 'must be true or false';
    case 's':
      if (!isText(value)) return 'must be a text';
      return choices === undefined || choices.includes(value) ? undefined : `must be one of ${choices.join(', ')}`;
    case 'as':
      return Array.isArray(value) && value.every(isText) ? undefined : 'must be a list of texts';
    case 'a{ss}':
      return isTexts(value) ? undefined : 'must be an object with texts';
    default: {
      const [least = 0, most = 0] = [min ?? limits[type]?.[0], max ?? limits[type]?.[1]];
      const fits = Number.isInteger(value) && Number(value) >= least && Number(value) <= most;
      return fits ? undefined : `must be a whole number from ${least} to ${most}`;
    }
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && !value.includes('\0');
}

function isTexts(value: unknown): boolean {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && Object.entries(value).flat().every(isText)
  );
}
