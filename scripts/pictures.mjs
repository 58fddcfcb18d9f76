// Renews the pictures in docs/ from those that the last run of test/desktop/looks.test.ts left, and writes docs/looks.md,
// which shows them. Needs pngquant.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';

const root = fileURLToPath(new URL('../', import.meta.url));
const taken = `${root}test-results/desktop/forky/looks`;
const images = `${root}docs/images`;
const page = `${root}docs/looks.md`;

/** Colours of a picture: as few as don't show. */
const colours = 64;

/** What each look is called for people, and at the end of a picture's name. */
const looks = [
  ['Light', 'english light'],
  ['Dark', 'english dark'],
  ['High contrast', 'english contrast'],
  ['Right to left', 'right-to-left dark'],
  ['Text of 200 %', 'english large'],
];

/** What is shown, by the beginning of a picture's name. */
const sections = [
  {
    title: 'The menu in the panel',
    shown: [
      ['menu not-installed', 'The broker isn’t installed'],
      ['menu not-running', 'The broker isn’t running'],
      ['menu first-run', 'Nothing is configured'],
      ['menu connecting', 'A server takes its time'],
      ['menu connected', 'Connected'],
      ['menu busy', 'A request is being answered'],
      ['menu loaded', 'Models in memory'],
      ['menu pulling', 'A model is being pulled'],
      ['menu partial', 'One of two answers, and Ollama could be started'],
      ['menu error', 'Nobody answers'],
    ],
  },
  { title: 'The dialog for a question', shown: [['ask answer', 'A question and its answer']] },
  {
    title: 'The preferences',
    shown: [
      ['preferences connections', 'Connections'],
      ['preferences connection', 'A connection'],
      ['preferences credentials', 'Credentials'],
      ['preferences models', 'Models'],
      ['preferences routing', 'Routing'],
      ['preferences desktop', 'Desktop'],
      ['preferences service', 'Service'],
    ],
  },
];

const preface = `# How it looks

Every state of the panel and every page of the preferences, in the looks that people choose in GNOME’s settings, on GNOME 50.
\`test/desktop/looks.test.ts\` takes these pictures, and fails on a text that is cut short, not translated or outside its place
on any of them. \`npm run pictures\` writes this page from what the last run took; the letters of the right-to-left column are
those of a made-up language.
`;

if (!existsSync(taken)) {
  fail('There are no pictures. `sudo npm test -- --project "GNOME 50" test/desktop/looks.test.ts` takes them.');
}
rmSync(`${images}/looks`, { recursive: true, force: true });
mkdirSync(`${images}/looks`, { recursive: true });
keep('menu partial english dark', `${images}/menu.png`);
keep('preferences connections english light', `${images}/preferences.png`);
const written = [preface, ...sections.map(({ title, shown }) => `## ${title}\n\n${shown.map(row).join('\n')}`)].join(
  '\n',
);
writeFileSync(page, await format(written, { ...(await resolveConfig(page)), parser: 'markdown' }));

/** One thing in all looks: its heading and a table. */
function row([name, caption]) {
  const cells = looks.map(([look, suffix]) => {
    const file = `${name} ${suffix}`.replaceAll(' ', '-');
    keep(`${name} ${suffix}`, `${images}/looks/${file}.png`);
    return `<a href="images/looks/${file}.png"><img src="images/looks/${file}.png" width="240" alt="${caption}: ${look}"></a>`;
  });
  const line = (texts) => `| ${texts.join(' | ')} |`;
  return `### ${caption}\n\n${[looks.map(([look]) => look), looks.map(() => '---'), cells].map(line).join('\n')}\n`;
}

/** Makes a picture small enough to be kept. */
function keep(name, file) {
  const args = ['--strip', '--speed', '1', '--force', '--output', file, String(colours), `${taken}/${name}.png`];
  const { status, error, stderr } = spawnSync('pngquant', args, { encoding: 'utf8' });
  if (error?.code === 'ENOENT') fail('pngquant isn’t installed; Debian’s package is called so.');
  if (error) throw error;
  if (status !== 0) fail(`“${name}” can’t be kept: ${stderr.trim()}`);
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
