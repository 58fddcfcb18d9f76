import { readFileSync, readdirSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout. */
export const root = fileURLToPath(new URL('../../', import.meta.url));

/** The pages for people, by their paths in the checkout. */
export const pages: readonly string[] = [
  ...['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md'],
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => posix.join('docs', name))
    .sort(),
];

/** A page's text. */
export function textOf(page: string): string {
  return readFileSync(join(root, page), 'utf8');
}

/** A block of code on a page. */
export interface Block {
  readonly page: string;
  readonly language: string;
  readonly text: string;
}

const fence = /^( *)```(\w*)[^\n]*\n([\s\S]*?)^ *```$/gm;

/** The blocks of code of a page, without the indentation of a list that they are in. */
export function blocksOf(page: string): readonly Block[] {
  return [...textOf(page).matchAll(fence)].map(([, indent = '', language = '', text = '']) => ({
    page,
    language,
    text: text.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  }));
}

/** A page without its blocks of code. */
export function proseOf(page: string): string {
  return textOf(page).replace(fence, '');
}

/** What stands between backticks outside of blocks, as one line each. */
export function spansOf(page: string): readonly string[] {
  return [...proseOf(page).matchAll(/`([^`]+)`/g)].map(([, text = '']) => text.replace(/\s+/g, ' '));
}

/** The command lines of a page: of its shell blocks, with lines that go on joined. */
export function linesOf(page: string): readonly string[] {
  return blocksOf(page)
    .filter(({ language }) => language === 'sh')
    .flatMap(({ text }) => text.replace(/\\\n\s*/g, '').split('\n'))
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}

/** The anchors to which a link into a page can lead, as GitHub makes them of headings. */
export function anchorsOf(page: string): ReadonlySet<string> {
  const seen = new Map<string, number>();
  const anchors = [...proseOf(page).matchAll(/^#{1,6} +(.+)$/gm)].map(([, heading = '']) => {
    const anchor = heading
      .toLowerCase()
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .replace(/[^\p{L}\p{N}\p{M}_\- ]/gu, '')
      .replaceAll(' ', '-');
    const before = seen.get(anchor) ?? 0;
    seen.set(anchor, before + 1);
    return before === 0 ? anchor : `${anchor}-${before}`;
  });
  return new Set(anchors);
}
