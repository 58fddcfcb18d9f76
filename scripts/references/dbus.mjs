import { XMLParser } from 'fast-xml-parser';
import { code, made, plain, table } from './page.mjs';

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  commentPropName: '#comment',
});

const opening = `
The broker has the name \`online.cloudtolocalllm.Broker\` on the session bus; whoever talks to it starts it. An object manager at
\`/online/cloudtolocalllm\` (\`org.freedesktop.DBus.ObjectManager\`) tells what objects there are, and of those that come and go.
Changes of properties are signalled as always (\`org.freedesktop.DBus.Properties.PropertiesChanged\`); there are no other
signals. No token ever comes out, and errors are told in words for people.

\`\`\`sh
gdbus introspect --session --dest online.cloudtolocalllm.Broker --object-path /online/cloudtolocalllm --recurse
busctl --user get-property online.cloudtolocalllm.Broker /online/cloudtolocalllm/Broker online.cloudtolocalllm.Broker1 State
\`\`\`

Types are in D-Bus' signatures: \`s\` text, \`b\` yes or no, \`u\`, \`x\`, \`t\` whole numbers, \`d\` a number, \`o\` the path of an
object, \`a\` a list of what follows, \`a{sv}\` values by their names.
`;

/**
 * The reference of the session bus.
 * @param {[name: string, xml: string][]} files introspection data, with a comment before whatever needs one
 */
export function dbusReference(files) {
  return ['# D-Bus', made('schemas/'), opening.trim(), ...files.flatMap(([, xml]) => section(xml))].join('\n\n');
}

function section(xml) {
  const document = parser.parse(xml);
  const [node] = commented(document).filter(({ tag }) => tag === 'node');
  return commented(node.children).flatMap(({ attributes, children }) => {
    const parts = commented(children);
    return [
      `## ${attributes.name}`,
      node.comment,
      '### Properties',
      table(['Property', 'Type', 'Access', 'What it is'], parts.filter(({ tag }) => tag === 'property').map(property)),
      ...methods(parts.filter(({ tag }) => tag === 'method')),
    ];
  });
}

function property({ attributes, children, comment }) {
  const access = attributes.access === 'readwrite' ? 'read, write' : 'read';
  const silent = commented(children).some(
    ({ tag, attributes: { name, value } }) =>
      tag === 'annotation' && name.endsWith('.EmitsChangedSignal') && value === 'false',
  );
  return [code(attributes.name), code(attributes.type), silent ? `${access}, not signalled` : access, comment];
}

function methods(parts) {
  if (parts.length === 0) return [];
  return [
    '### Methods',
    table(
      ['Method', 'Takes', 'Returns', 'What it does'],
      parts.map(({ attributes, children, comment }) => [
        code(attributes.name),
        args(children, 'in'),
        args(children, 'out'),
        comment,
      ]),
    ),
  ];
}

function args(children, direction) {
  const wanted = commented(children).filter(
    ({ tag, attributes }) => tag === 'arg' && attributes.direction === direction,
  );
  return wanted.map(({ attributes: { name, type } }) => `\`${name}\` (\`${type}\`)`).join(', ') || '-';
}

/** The elements among some nodes, each with the comment that stands right before it. */
function commented(nodes) {
  let comment = '';
  const found = [];
  for (const node of nodes) {
    if ('#comment' in node) {
      comment = plain(node['#comment'][0]['#text']);
      continue;
    }
    const tag = Object.keys(node).find((key) => key !== ':@');
    if (tag === '#text') continue;
    found.push({ tag, attributes: node[':@'] ?? {}, children: node[tag], comment });
    comment = '';
  }
  return found;
}
