import { describe, expect, it } from 'vitest';
import type { Fields } from '../../../service/dialects/fields.js';
import { PullProgress } from '../../../service/routing/pullProgress.js';

/** Of a model with a large layer and two small ones, as server/images.go of Ollama 0.33 tells it. */
const stream: readonly [line: Fields, completed: number, total: number][] = [
  [{ status: 'pulling manifest' }, 0, 0],
  [{ status: 'pulling aaa', digest: 'sha256:aaa', total: 1000 }, 0, 1000],
  [{ status: 'pulling aaa', digest: 'sha256:aaa', total: 1000, completed: 600 }, 600, 1000],
  [{ status: 'pulling aaa', digest: 'sha256:aaa', total: 1000, completed: 1000 }, 1000, 1000],
  [{ status: 'pulling bbb', digest: 'sha256:bbb', total: 20 }, 1000, 1020],
  [{ status: 'pulling bbb', digest: 'sha256:bbb', total: 20, completed: 20 }, 1020, 1020],
  [{ status: 'pulling ccc', digest: 'sha256:ccc', total: 5, completed: 5 }, 1025, 1025],
  [{ status: 'verifying sha256 digest' }, 1025, 1025],
  [{ status: 'writing manifest' }, 1025, 1025],
];

describe('the progress of a pull', () => {
  it('is that of all layers together, and never jumps back for another one', () => {
    const progress = new PullProgress();
    const seen = stream.map(([line]) => {
      progress.hear(line);
      return [line, progress.completed, progress.total];
    });
    expect(seen).toEqual(stream);
    expect(progress.step).toBe('writing manifest');
  });

  it.each<[what: string, line: Fields]>([
    ['more than there is', { digest: 'a', total: 10, completed: 99 }],
    ['numbers that are none', { digest: 'a', total: '10', completed: {} }],
    ['less than nothing', { digest: 'a', total: -10, completed: -5 }],
    ['a digest that is none', { digest: 7, total: 10, completed: 5 }],
  ])('is never more than all where a server tells %s', (_what, line) => {
    const progress = new PullProgress();
    progress.hear(line);
    expect(progress.completed).toBeLessThanOrEqual(progress.total);
    expect(progress.completed).toBeGreaterThanOrEqual(0);
  });

  it('counts no more layers than a model can have', () => {
    const progress = new PullProgress();
    for (let layer = 0; layer < 100_000; layer += 1) progress.hear({ digest: `sha256:${layer}`, total: 1 });
    expect(progress.total).toBe(1000);
  });
});
