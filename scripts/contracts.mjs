// Compiles the contracts in schemas/ into the code that uses them, for esbuild (the product) and Vite (the tests) alike:
// `import broker from '../../schemas/….xml'` gives a D-Bus interface as data,
// `import keys from '../../schemas/….gschema.xml?keys'` gives the keys of GSettings schemas, and
// `import validate from '../../schemas/configuration.schema.json?validator'` gives a function that checks a value.
// All are done when building, so that neither an XML parser nor a schema compiler is loaded at run time.
import { readFile } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Ajv } from 'ajv';
import standaloneCode from 'ajv/dist/standalone/index.js';
import { XMLParser } from 'fast-xml-parser';

const repeated = new Set([
  ...['interface', 'method', 'property', 'signal', 'arg', 'annotation'],
  ...['enum', 'value', 'schema', 'key'],
]);
const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '',
  isArray: (name, _path, _isLeaf, isAttribute) => !isAttribute && repeated.has(name),
});
const annotationOfChange = 'org.freedesktop.DBus.Property.EmitsChangedSignal';

/** The one interface that a D-Bus introspection file describes, in the shape of service/contracts.d.ts. */
export function interfaceFrom(xml) {
  const [described] = parser.parse(xml).node.interface;
  const types = (args, direction) =>
    (args ?? [])
      .filter((arg) => (arg.direction ?? 'in') === direction)
      .map((arg) => arg.type)
      .join('');
  return {
    name: described.name,
    xml: /<interface[\s\S]*<\/interface>/.exec(xml.replace(/<!--[\s\S]*?-->\s*/g, ''))[0],
    methods: Object.fromEntries(
      (described.method ?? []).map(({ name, arg }) => [name, { in: types(arg, 'in'), out: types(arg, 'out') }]),
    ),
    properties: Object.fromEntries(
      (described.property ?? []).map(({ name, type, access, annotation }) => [
        name,
        {
          type,
          writable: access === 'readwrite',
          announced: !annotation?.some((one) => one.name === annotationOfChange && one.value === 'false'),
        },
      ]),
    ),
  };
}

/** What each key of each schema in a file may hold, by the schemas' ids, in the shape of service/contracts.d.ts. */
export function keysFrom(xml) {
  const { enum: enums = [], schema: schemas } = parser.parse(xml).schemalist;
  const shapeOf = ({ type = 's', enum: id, range, default: usual }) => ({
    type,
    default: usual,
    ...(id && { choices: enums.find((one) => one.id === id).value.map(({ nick }) => nick) }),
    ...(range && { min: Number(range.min), max: Number(range.max) }),
  });
  return Object.fromEntries(
    schemas.map(({ id, key }) => [id, Object.fromEntries(key.map((one) => [one.name, shapeOf(one)]))]),
  );
}

/** JavaScript source of a validator for a JSON Schema, with nothing to import. */
export function validatorFrom(schema) {
  const ajv = new Ajv({ code: { source: true, esm: true, lines: true }, verbose: true });
  return standaloneCode(ajv, ajv.compile(JSON.parse(schema)));
}

/** The JavaScript module that stands for a contract file. */
async function moduleOf(path) {
  const text = await readFile(path, 'utf8');
  if (!path.endsWith('.xml')) return validatorFrom(text);
  const data = path.endsWith('.gschema.xml') ? keysFrom(text) : interfaceFrom(text);
  return `export default ${JSON.stringify(data)};`;
}

/** For esbuild. */
export function esbuildPlugin() {
  return {
    name: 'contracts',
    setup(build) {
      build.onLoad({ filter: /schemas\/[^/]+\.xml$/ }, async ({ path }) => ({ contents: await moduleOf(path) }));
      build.onLoad({ filter: /\.schema\.json$/ }, async ({ path, suffix }) =>
        suffix === '?validator' ? { contents: await moduleOf(path), loader: 'js' } : undefined,
      );
    },
  };
}

/** For Vite, and so for vitest. */
export function vitePlugin() {
  // Under a name that doesn't end like JSON, which Vite would read as that.
  const validator = '\0validator:';
  return {
    name: 'contracts',
    enforce: 'pre',
    resolveId(source, importer) {
      if (!source.endsWith('.schema.json?validator')) return undefined;
      const path = fileURLToPath(new URL(source.replace('?validator', ''), pathToFileURL(importer)));
      return `${validator}${path.replace(/\.json$/, '')}`;
    },
    async load(id) {
      if (/schemas\/[^/]+\.xml(\?keys)?$/.test(id)) return moduleOf(id.replace('?keys', ''));
      if (id.startsWith(validator)) return moduleOf(`${id.slice(validator.length)}.json`);
      return undefined;
    },
  };
}
