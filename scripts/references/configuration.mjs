import { code, made, plain, table } from './page.mjs';

const opening = `
Every key of the file that \`serve --config FILE\` reads, as it is checked: what isn't here is refused.
[configuration.md](../configuration.md) tells what they do, and what holds without them.
`;

/** The reference of the configuration file. @param schema its JSON Schema */
export function configurationReference(schema) {
  const { connection } = schema.definitions;
  return [
    '# The configuration file',
    made('schemas/configuration.schema.json'),
    opening.trim(),
    '## The file',
    keys(schema),
    '## One of `connections`',
    keys(connection),
  ].join('\n\n');
}

function keys(schema) {
  return table(['Key', 'Value', 'What it is'], rows(schema, ''));
}

/** A row a key, those of an object below it. */
function rows({ properties, required = [] }, above) {
  return Object.entries(properties).flatMap(([name, value]) => {
    const key = `${above}${name}`;
    const must = required.includes(name) ? '; must be there' : '';
    return [
      [code(key), `${kind(value)}${must}`, plain(value.description ?? '')],
      ...(value.properties === undefined ? [] : rows(value, `${key}.`)),
    ];
  });
}

function kind(value) {
  if (value.enum !== undefined) return value.enum.map((one) => code(JSON.stringify(one))).join(', ');
  switch (value.type) {
    case 'array':
      return value.items.$ref === undefined ? `list of ${kind(value.items)}s` : 'list, see below';
    case 'object':
      if (value.additionalProperties !== false) return `object, name → ${kind(value.additionalProperties)}`;
      return value.maxProperties === 1 ? 'object with one of' : 'object';
    case 'boolean':
      return '`true`, `false`';
    case 'string':
      return 'text';
    default:
      return `${value.type === 'integer' ? 'whole number' : 'number'}, ${value.minimum} to ${value.maximum}`;
  }
}
