import { existsSync } from 'node:fs';
import { join, posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { anchorsOf, pages, proseOf, root } from './pages.ts';

/** Where the links of a page lead, but for those out of the checkout. */
function linksOf(page: string): readonly string[] {
  // A link in the text may be broken over two lines, but not inside of its address.
  const links = [...proseOf(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, to = '']) => to);
  return links.filter((to) => !/^[a-z]+:/.test(to));
}

/** What is wrong with a link; '' if nothing is. */
function wrong(page: string, to: string): string {
  const [path = '', anchor] = to.split('#');
  const target = path === '' ? page : posix.normalize(posix.join(posix.dirname(page), decodeURIComponent(path)));
  if (target.startsWith('..') || !existsSync(join(root, target))) return `${to}: there is no ${target}`;
  if (anchor === undefined || anchorsOf(target).has(anchor)) return '';
  return `${to}: ${target} has no heading for that`;
}

describe.each(pages)('%s', (page) => {
  it('leads only to files and headings that there are', () => {
    expect(
      linksOf(page)
        .map((to) => wrong(page, to))
        .filter(Boolean),
    ).toEqual([]);
  });
});

it('finds every page of docs/ from the README or from a page that it links to', () => {
  const found = new Set(['README.md']);
  for (const page of found) {
    for (const to of linksOf(page)) {
      const [path = ''] = to.split('#');
      const target = posix.normalize(posix.join(posix.dirname(page), path));
      if (path !== '' && pages.includes(target)) found.add(target);
    }
  }
  expect(pages.filter((page) => page.startsWith('docs/') && !found.has(page))).toEqual([]);
});
