import { Ajv } from 'ajv';
import { fileURLToPath } from 'node:url';
import { createGenerator } from 'ts-json-schema-generator';
import type { Published } from './published.js';

/** The schema of an object, or in `anyOf` of several. */
interface Definition {
  readonly properties: Record<string, object>;
  required: readonly string[];
  readonly anyOf: readonly object[];
}

type Definitions = Readonly<Record<string, Definition>>;

const text = { type: 'string' };

/** What the broker writes on purpose and OpenAI doesn't publish: any other field is a fault. */
const ours: readonly (readonly [definition: string, field: string, schema: object])[] = [
  // What a model thought has no place in chat completions; most clients read it here.
  ['ChatCompletionMessage', 'reasoning_content', text],
  ['ChatCompletionChunk.Choice.Delta', 'reasoning_content', text],
  // Nothing is stored, which OpenAI's own server says, too, where it is so.
  ['Response', 'store', { const: false }],
  // Codex knows by this code that a conversation is too long.
  ['ResponseError', 'code', { const: 'context_length_exceeded' }],
  // Only by this do the official clients notice the error, which OpenAI's own server writes so.
  ['ResponseErrorEvent', 'error', { $ref: '#/definitions/ErrorObject' }],
  // Which connections have the model.
  ['Model', 'connections', { type: 'array', items: text }],
];

/** What the official client itself adds to what it receives. */
const itsOwn: readonly (readonly [definition: string, field: string])[] = [['Response', 'output_text']];

/** Unions of which `type` tells the members apart: faults are those of the member that is meant. */
const unions = ['ResponseStreamEvent', 'ResponseOutputItem'];

const ajv = new Ajv({ allErrors: true, allowUnionTypes: true, discriminator: true });
ajv.addSchema({ definitions: asWritten(derived()) }, 'openai');

/** What of a value isn't as it is published, none if all is. */
export function faultsIn(name: keyof Published, value: unknown): readonly string[] {
  const validate = ajv.getSchema(`openai#/definitions/Published/properties/${name}`);
  if (validate === undefined) throw new Error(`there is no schema of "${name}"`);
  void validate(value);
  return (validate.errors ?? []).map(
    ({ instancePath, message = '', params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  );
}

/** The schemas of the types, each under its name. They allow no field that a type doesn't have. */
function derived(): Definitions {
  const pathOf = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
  const generator = createGenerator({
    path: pathOf('published.ts'),
    tsconfig: pathOf('../../../tsconfig.json'),
    jsDoc: 'none',
    // `npm run check` does that.
    skipTypeCheck: true,
  });
  return generator.createSchema('Published').definitions as Definitions;
}

/** With what is `ours`, and without what is the client's. */
function asWritten(published: Definitions): object {
  const definition = (name: string): Definition => {
    const found = published[name];
    if (found === undefined) throw new Error(`OpenAI's types have no "${name}"`);
    return found;
  };
  for (const [name, field, schema] of ours) {
    const { properties } = definition(name);
    const known = properties[field];
    properties[field] = known === undefined ? schema : { anyOf: [known, schema] };
  }
  for (const [name, field] of itsOwn) {
    const client = definition(name);
    client.properties[field] = { not: {} };
    client.required = client.required.filter((one) => one !== field);
  }
  const apart = unions.map((name) => {
    const oneOf = definition(name).anyOf;
    return [name, { type: 'object', required: ['type'], discriminator: { propertyName: 'type' }, oneOf }] as const;
  });
  return { ...published, ...Object.fromEntries(apart) };
}
