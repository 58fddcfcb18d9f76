import { afterEach } from 'vitest';

/**
 * What a test acquires is released after it, the last thing first, whether it passed or failed.
 *
 * @returns what registers a release beside the acquisition
 */
export function releasing(): (release: () => unknown) => void {
  const releases: (() => unknown)[] = [];
  afterEach(async () => {
    for (const release of releases.splice(0).reverse()) await release();
  });
  return (release) => {
    releases.push(release);
  };
}
