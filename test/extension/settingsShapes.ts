import { readFileSync } from 'node:fs';
import { XMLParser } from 'fast-xml-parser';
import { type KeyShape, LEFT_OUT, type Shapes } from '../../extension/preferences/settingsFile/model.ts';

interface Key {
  readonly name: string;
  readonly type?: KeyShape['type'];
  readonly enum?: string;
  readonly range?: { readonly min: string; readonly max: string };
}
interface SchemaFile {
  readonly schemalist: {
    readonly enum: readonly { readonly id: string; readonly value: readonly { readonly nick: string }[] }[];
    readonly schema: readonly { readonly id: string; readonly key: readonly Key[] }[];
  };
}

const file = new URL('../../schemas/org.gnome.shell.extensions.cloudtolocalllm.gschema.xml', import.meta.url);
const parser = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '' });
const { schemalist } = parser.parse(readFileSync(file, 'utf8')) as SchemaFile;

/** The names of all keys of the settings' schemas: those of the product, and those of each connection. */
export const schemaKeys = schemalist.schema.map(({ key }) => key.map(({ name }) => name));

/** What a settings file may hold by the schemas, which GIO tells the preferences. */
export const shapes: Shapes = { settings: shapesOf(0), connection: shapesOf(1) };

function shapesOf(schema: number): KeyShape[] {
  const keys = schemalist.schema[schema]?.key ?? [];
  return keys.filter(({ name }) => !LEFT_OUT.includes(name)).map(shapeOf);
}

function shapeOf({ name, type, enum: id, range }: Key): KeyShape {
  const choices = schemalist.enum.find((each) => each.id === id)?.value.map(({ nick }) => nick);
  if (choices) return { name, type: 's', choices };
  const shape = { name, type: type ?? 's' };
  return range ? { ...shape, range: [Number(range.min), Number(range.max)] } : shape;
}
