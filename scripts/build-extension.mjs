// Builds dist/extension/, installable as it is: one JavaScript module a source, and the files that it reads.
// Silent unless something fails. Types are checked by `npm run check`; here every file is translated by itself.
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as prettier from 'prettier';
import ts from 'typescript';
import { compiled } from './translations/catalogues.mjs';
import { languagesIn } from './translations/folder.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const source = join(root, 'extension');
const target = join(root, 'dist', 'extension');
const host = { getCanonicalFileName: (name) => name, getCurrentDirectory: () => root, getNewLine: () => '\n' };

const config = ts.getParsedCommandLineOfConfigFile(
  join(source, 'tsconfig.json'),
  {},
  { ...ts.sys, onUnRecoverableConfigFileDiagnostic: fail },
);
const style = await prettier.resolveConfig(join(source, 'extension.ts'));
const diagnostics = [...config.errors];

rmSync(target, { recursive: true, force: true });
for (const fileName of config.fileNames) {
  if (fileName.endsWith('.d.ts')) continue;
  const { outputText, diagnostics: found } = ts.transpileModule(readFileSync(fileName, 'utf8'), {
    fileName,
    // One file alone doesn't tell that it is a module.
    compilerOptions: {
      ...config.options,
      module: ts.ModuleKind.ESNext,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
    },
    reportDiagnostics: true,
  });
  diagnostics.push(...found);
  // It had types alone, and nothing imports it any more.
  if (outputText.trim() === 'export {};') continue;
  const output = join(target, relative(source, fileName).replace(/\.ts$/, '.js'));
  mkdirSync(dirname(output), { recursive: true });
  // Formatted, because people review what is installed; TypeScript drops the empty lines between members.
  const spaced = outputText.replace(/([^{\n]\n)(\s*\/\*\*)/g, '$1\n$2');
  writeFileSync(output, await prettier.format(spaced, { ...style, parser: 'babel' }));
}
if (diagnostics.length > 0) fail(...diagnostics);

// The product's one version, by which the extension tells whether the service is of another.
const metadata = JSON.parse(readFileSync(join(root, 'metadata.json'), 'utf8'));
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
writeFileSync(join(target, 'metadata.json'), `${JSON.stringify({ ...metadata, 'version-name': version }, null, 2)}\n`);
cpSync(join(source, 'stylesheet.css'), join(target, 'stylesheet.css'));
cpSync(join(source, 'icons'), join(target, 'icons'), { recursive: true });
// Compiled by whoever installs it: gnome-extensions, or the package's trigger.
cpSync(join(root, 'schemas'), join(target, 'schemas'), {
  recursive: true,
  filter: (path) => path === join(root, 'schemas') || path.endsWith('.gschema.xml'),
});

const { 'gettext-domain': domain } = JSON.parse(readFileSync(join(root, 'metadata.json'), 'utf8'));
for (const language of languagesIn(join(source, 'po'))) {
  const folder = join(target, 'locale', language, 'LC_MESSAGES');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${domain}.mo`), compiled(readFileSync(join(source, 'po', `${language}.po`), 'utf8')));
}

/** Says what is wrong with the sources, and ends. */
function fail(...found) {
  process.stderr.write(ts.formatDiagnostics(found, host));
  process.exit(1);
}
