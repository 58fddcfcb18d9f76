import { XMLParser } from 'fast-xml-parser';
import { code, made, plain, table } from './page.mjs';

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseTagValue: false,
  isArray: (name, _path, _isLeaf, isAttribute) => !isAttribute && ['schema', 'key', 'enum', 'value'].includes(name),
});

const opening = `
What a desktop's settings are, with \`gsettings\` or \`dconf\`. [configuration.md](../configuration.md#gsettings) tells how they are set
from a terminal, [settings-file.md](../settings-file.md) how they go into a file.
`;

/** The reference of GSettings. @param {string} xml of the schemas */
export function settingsReference(xml) {
  const { enum: enums, schema: schemas } = parser.parse(xml).schemalist;
  const choices = new Map(enums.map(({ id, value }) => [id, value.map(({ nick }) => nick)]));
  const sections = schemas.flatMap(({ id, path, key }) => [
    `## ${id}`,
    path === undefined ? relocatable : `At \`${path}\`.`,
    table(
      ['Key', 'Type', 'Default', 'What it is'],
      key.map((one) => [code(one.name), type(one, choices), code(one.default), meaning(one)]),
    ),
  ]);
  return ['# Settings', made('the schema in schemas/'), opening.trim(), ...sections].join('\n\n');
}

const relocatable = 'One a connection, at `/org/gnome/shell/extensions/cloudtolocalllm/connections/ID/`.';

function type({ type: signature, enum: id, range }, choices) {
  if (id !== undefined)
    return choices
      .get(id)
      .map((nick) => `\`'${nick}'\``)
      .join(', ');
  return range === undefined ? code(signature) : `\`${signature}\`, ${range.min} to ${range.max}`;
}

function meaning({ summary, description }) {
  return `**${plain(summary)}.** ${plain(description)}`;
}
