// Measures what the extension costs GNOME Shell, on a real one: time of the main loop, memory, wake-ups. All that is compared
// is measured in one run, in turns; nothing here fails for being slow.
import { fileURLToPath } from 'node:url';
import { user } from '../desktop/lab/root.ts';
import { shellUnit } from '../desktop/lab/shell.ts';
import { until } from '../desktop/lab/wait.ts';
import { type BusyDesktop, busyDesktop } from './desktop.ts';
import { heap, opening, switching } from './shellCode.ts';
import { median, quantile } from './statistics.ts';

const rounds = { switching: 25, opening: 20, memory: 7, rest: 3 };
/** Seconds. */
const rest = 10;

const desktop = await busyDesktop(fileURLToPath(new URL('../..', import.meta.url)));
try {
  await measure(desktop);
} finally {
  await desktop.stop();
}

async function measure({ machine, shell, uuid }: BusyDesktop): Promise<void> {
  const inside = await machine.asUser(['systemctl', '--user', 'show', '--value', '--property=MainPID', shellUnit]);
  const read = async (file: string): Promise<string> => machine.asUser(['cat', `/proc/${inside.trim()}/${file}`]);
  const turn = async (on: boolean): Promise<void> => {
    await machine.asUser(['gnome-extensions', on ? 'enable' : 'disable', uuid]);
    const there = 'return !!Main.panel.statusArea[uuid];';
    await until(`it to be ${on ? 'on' : 'off'}`, async () => (await shell.evaluate<boolean>(there, { uuid })) === on);
    // The service answers within that, and the panel shows it.
    await shell.evaluate('await new Promise((resolve) => GLib.timeout_add(GLib.PRIORITY_LOW, 1000, () => resolve()));');
  };
  const held = async (): Promise<{ heap: number; own: number }> => {
    const bytes = await shell.evaluate<number>(heap, { uuid, path: `${user.home}/memory` });
    return { heap: bytes / 1000, own: ownKilobytes(await read('status')) };
  };

  console.log(`GNOME Shell, ${machine.suite.title}, 10 connections, 200 models`);
  const empty = await held();
  await turn(true);
  const first = await held();
  console.log(
    `Memory, first time on    ${kb(first.heap - empty.heap)} on GJS’s heap, with its code; ${kb(first.own - empty.own)} RssAnon`,
  );

  const pairs: { heap: number; own: number }[] = [];
  for (let round = 0; round < rounds.memory; round += 1) {
    await turn(false);
    const off = await held();
    await turn(true);
    const on = await held();
    pairs.push({ heap: on.heap - off.heap, own: on.own - off.own });
  }
  const heaps = pairs.map((pair) => pair.heap);
  const owns = pairs.map((pair) => pair.own);
  console.log(`Memory, on against off   ${kb(median(heaps))} on GJS’s heap, ${kb(median(owns))} RssAnon, medians`);

  await shell.evaluate(switching, { uuid, rounds: 3 });
  const { enable, disable } = await shell.evaluate<{ enable: number[]; disable: number[] }>(switching, {
    uuid,
    rounds: rounds.switching,
  });
  console.log(`enable()                 ${spread(enable)}`);
  console.log(`disable()                ${spread(disable)}`);

  await shell.evaluate(opening, { uuid, rounds: 3 });
  const { call, drawn } = await shell.evaluate<{ call: number[]; drawn: number[] }>(opening, {
    uuid,
    rounds: rounds.opening,
  });
  console.log(`Opening the menu         ${spread(call)}`);
  console.log(`  until it is drawn      ${spread(drawn)}, in software`);

  const wakes = { on: [] as number[], off: [] as number[] };
  for (let round = 0; round < rounds.rest; round += 1) {
    for (const on of [false, true]) {
      await turn(on);
      await pause(2);
      const before = switches(await read('status'));
      await pause(rest);
      wakes[on ? 'on' : 'off'].push((switches(await read('status')) - before) / rest);
    }
  }
  const [on, off] = [median(wakes.on), median(wakes.off)];
  console.log(`Wake-ups at rest         ${on.toFixed(1)} a second, ${off.toFixed(1)} without the extension`);
}

function ownKilobytes(status: string): number {
  return (Number(/^RssAnon:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024) / 1000;
}

function switches(status: string): number {
  return Number(/^voluntary_ctxt_switches:\s+(\d+)$/m.exec(status)?.[1]);
}

function pause(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}

function spread(times: readonly number[]): string {
  const [middle, most] = [median(times), quantile(times, 0.95)];
  return `${middle.toFixed(2)} ms at the median, ${most.toFixed(2)} ms at the 95th percentile`;
}

function kb(amount: number): string {
  return `${amount.toFixed(0)} kB`;
}
