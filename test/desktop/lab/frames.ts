import { setTimeout as pause } from 'node:timers/promises';
import type { Shell } from './shell.ts';

/** How a shell did while it was watched. Times are milliseconds. */
export interface Frames {
  /** Frames a second. */
  readonly rate: number;
  /** Of 100 frames, how many came more than half a frame late. */
  readonly late: number;
  /** Longest time between two frames. */
  readonly longestGap: number;
  /** Time that a frame took up to its painting: layout, and what JavaScript has to do with it. */
  readonly layout: Distribution;
  /** Time that a frame took in all; without a graphics card most of it is painting. */
  readonly update: Distribution;
  /** For how long the main loop was kept from anything else at a time, but for frames. */
  readonly blocked: Distribution;
  /** Processor time of the shell's process, for each second. */
  readonly processor: number;
}

export interface Distribution {
  readonly mean: number;
  readonly p99: number;
  readonly worst: number;
}

/**
 * Watches the shell's frames and its main loop. While it is watched the shell draws without a pause, as in an animation: then
 * each frame that is missed shows as a gap, whatever kept it.
 */
const watching = `
  const { stage } = global;
  const ticks = () => {
    const [, bytes] = GLib.file_get_contents('/proc/self/stat');
    const fields = new TextDecoder().decode(bytes).split(') ').at(-1).split(' ');
    return Number(fields[11]) + Number(fields[12]);
  };
  const watch = { layouts: [], updates: [], inFrames: 0, gaps: [], blocked: [], last: 0, begun: 0, beat: 0, since: GLib.get_monotonic_time(), ticks: ticks() };
  const period = 2;
  watch.signals = [
    stage.connect('before-update', () => {
      watch.begun = GLib.get_monotonic_time();
      if (watch.last) watch.gaps.push(watch.begun - watch.last);
      watch.last = watch.begun;
    }),
    stage.connect('before-paint', () => {
      watch.layouts.push(GLib.get_monotonic_time() - watch.begun);
    }),
    stage.connect('after-update', () => {
      const time = GLib.get_monotonic_time() - watch.begun;
      watch.updates.push(time);
      watch.inFrames += time;
      stage.queue_redraw();
    }),
  ];
  watch.source = GLib.timeout_add(GLib.PRIORITY_DEFAULT, period, () => {
    const now = GLib.get_monotonic_time();
    if (watch.beat) watch.blocked.push(Math.max(0, now - watch.beat - period * 1000 - watch.inFrames));
    watch.inFrames = 0;
    watch.beat = now;
    return GLib.SOURCE_CONTINUE;
  });
  watch.end = () => {
    for (const id of watch.signals) stage.disconnect(id);
    GLib.source_remove(watch.source);
    const { layouts, updates, gaps, blocked, since } = watch;
    return { layouts, updates, gaps, blocked, seconds: (GLib.get_monotonic_time() - since) / 1e6, ticks: ticks() - watch.ticks };
  };
  globalThis.testFrames = watch;
  stage.queue_redraw();
`;

interface Seen {
  readonly layouts: readonly number[];
  readonly updates: readonly number[];
  readonly gaps: readonly number[];
  readonly blocked: readonly number[];
  readonly seconds: number;
  readonly ticks: number;
}

/** Microseconds between two frames at 60 Hz, which the virtual monitor has. */
const frame = 16_667;

/** Watches the shell for some seconds. */
export async function watchFrames(shell: Shell, seconds: number): Promise<Frames> {
  await shell.evaluate(watching);
  await pause(seconds * 1000);
  const seen = await shell.evaluate<Seen>(
    'const { testFrames } = globalThis; delete globalThis.testFrames; return testFrames.end();',
  );
  const { gaps } = seen;
  return {
    rate: seen.updates.length / seen.seconds,
    late: (100 * gaps.filter((gap) => gap > 1.5 * frame).length) / Math.max(1, gaps.length),
    longestGap: distribution(gaps).worst,
    layout: distribution(seen.layouts),
    update: distribution(seen.updates),
    blocked: distribution(seen.blocked),
    // The kernel counts in hundredths of a second.
    processor: (seen.ticks * 10) / seen.seconds,
  };
}

/** @param times microseconds */
function distribution(times: readonly number[]): Distribution {
  const sorted = times.map((time) => time / 1000).sort((a, b) => a - b);
  const mean = sorted.reduce((sum, time) => sum + time, 0) / Math.max(1, sorted.length);
  return { mean, p99: sorted[Math.floor(sorted.length * 0.99)] ?? 0, worst: sorted.at(-1) ?? 0 };
}
