import { rmSync } from 'node:fs';
import { uuid } from './desktop.ts';
import { countHeap, type HeapCounts } from './heap.ts';
import type { Machine } from './machine.ts';
import { user } from './root.ts';
import { type Shell, shellUnit } from './shell.ts';

/** What the shell holds at one moment, counted without help of the code under test. */
export interface Census extends HeapCounts {
  /** Sources of GLib's main loop. */
  readonly sources: number;
  /** Rules by which the session's bus sends the shell messages about the broker. */
  readonly busRules: number;
  /** Shortcuts that the shell knows. */
  readonly shortcuts: number;
  /** Memory that only the shell has (RssAnon), in kB. */
  readonly memory: number;
}

/** Takes the garbage away, lets pending work end, and counts. */
export async function census(machine: Machine, shell: Shell): Promise<Census> {
  const dump = `${user.home}/heap`;
  const { sources, shortcuts, owner } = await shell.evaluate<{ sources: number; shortcuts: number; owner: string }>(
    `const { system } = imports;
    for (let time = 0; time < 3; time += 1) {
      system.gc();
      await new Promise((resolve) => GLib.timeout_add(GLib.PRIORITY_LOW, 300, () => resolve()));
    }
    // Ids are given out in ascending order, and tell nothing but whether they are in use.
    const context = GLib.MainContext.default();
    const last = GLib.idle_add(GLib.PRIORITY_LOW, () => false);
    let sources = 0;
    for (let id = 1; id < last; id += 1) if (context.find_source_by_id(id)) sources += 1;
    system.gc();
    system.dumpHeap(path);
    return { sources, shortcuts: Main.wm._allowedKeybindings ? Object.keys(Main.wm._allowedKeybindings).length : 0,
      owner: Gio.DBus.session.get_unique_name() };`,
    { path: dump },
  );
  const heap = await countHeap(machine.path(dump), uuid);
  rmSync(machine.path(dump));
  const stats = ['org.freedesktop.DBus', '/org/freedesktop/DBus', 'org.freedesktop.DBus.Debug.Stats'];
  const printed = await machine.asUser(['busctl', '--user', '--json=short', 'call', ...stats, 'GetAllMatchRules']);
  const [rules] = (JSON.parse(printed) as { data: [Record<string, string[]>] }).data;
  const busRules = (rules[owner] ?? []).filter((rule) => /cloudtolocalllm/i.test(rule)).length;
  const pid = await machine.asUser(['systemctl', '--user', 'show', '--value', '--property=MainPID', shellUnit]);
  const status = await machine.asUser(['cat', `/proc/${pid.trim()}/status`]);
  return { ...heap, sources, shortcuts, busRules, memory: Number(/RssAnon:\s+(\d+)/.exec(status)?.[1]) };
}
