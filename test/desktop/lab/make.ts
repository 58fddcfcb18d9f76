import { tidyCache } from './cache.ts';
import { tidyControlGroups } from './control-group.ts';
import { rootOf } from './root.ts';
import { suites } from './suites.ts';

export { suites };

/**
 * Makes what the desktop tests need from the network, at the same time, and removes what earlier test runs left.
 * @throws Error when a desktop can't be made, with what the tools said
 */
export async function makeDesktops(): Promise<void> {
  tidyCache();
  await tidyControlGroups();
  await Promise.all(suites.map(rootOf));
}
