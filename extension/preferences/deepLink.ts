/** The pages of the window, by the names under which they are asked for. */
export const PAGES = ['connections', 'credentials', 'models', 'routing', 'desktop', 'service'] as const;

/** The name of a page. */
export type PageName = (typeof PAGES)[number];

/** Where somebody wants the window to be. */
export interface DeepLink {
  readonly page: PageName;
  /** What is shown above the page, if anything is. */
  readonly above: null | { readonly log: true } | { readonly connection: string };
}

/** Reads where the window is wanted to be, as the settings say it; null if they say nothing that is known. */
export function readDeepLink(text: string): DeepLink | null {
  if (text === 'log') return { page: 'service', above: { log: true } };
  const connection = /^connection\/(.+)$/.exec(text)?.[1];
  if (connection !== undefined) return { page: 'connections', above: { connection } };
  const page = PAGES.find((name) => name === text);
  return page === undefined ? null : { page, above: null };
}
