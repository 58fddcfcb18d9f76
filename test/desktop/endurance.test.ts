import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Broker } from './lab/broker.ts';
import { type Census, census } from './lab/census.ts';
import { useDesktop, uuid } from './lab/desktop.ts';
import { Panel } from './lab/panel.ts';
import { ScreenLock } from './lab/screenLock.ts';
import { Settings } from './lab/settings.ts';
import { Storm } from './lab/storm.ts';
import { untilIt } from './lab/wait.ts';

const desktop = useDesktop();
let panel: Panel, broker: Broker;

/** What comes and goes in a shell by itself; a leak of one each time is more. */
const noise = 25;

beforeAll(async () => {
  panel = new Panel(desktop.shell);
  broker = new Broker(desktop.machine);
  await ScreenLock.install(desktop.machine);
  // The shell looks once whether screens can be locked.
  await desktop.shell.restart();
  await new Settings(desktop.machine).setConnections([{ id: 'demo', name: 'Demo', kind: 'demo' }]);
  await broker.systemctl('start');
  await shows('connected');
});

// One that fails leaves the extension as it was then.
beforeEach(() => desktop.enableExtension());

/** Waits until the panel shows this picture. */
async function shows(icon: string): Promise<void> {
  await untilIt(
    `the icon “${icon}”`,
    () => panel.indicator(),
    (state) => state?.icon === icon,
    { limit: 30 },
  );
}

/** Waits until GNOME says that the extension is in this state. */
async function is(state: 'active' | 'inactive'): Promise<void> {
  await untilIt(
    `it to be ${state}`,
    () => desktop.extensionState(),
    (number) => number === (state === 'active' ? 1 : 2),
    { every: 20 },
  );
}

/** Something that is done and undone again and again, and by what command it is seen that the shell has. */
interface Turn {
  readonly undo: string;
  readonly undone: string;
  readonly redo: string;
  readonly redone: string;
}

/**
 * Does that $1 times, and waits each time until the shell has. The service comes and goes while nobody looks, and while
 * the extension is just coming. It runs over there: each command from here takes its time.
 */
const loop = `
times=$1 undo=$2 undone=$3 redo=$4 redone=$5
becomes() {
  tries=0
  until eval "$1"; do
    tries=$((tries + 1))
    [ $tries -lt 500 ] || { echo "This did not come true: $1"; exit 1; }
    sleep 0.02
  done
}
for time in $(seq "$times"); do
  $undo; becomes "$undone"
  [ $((time % 10)) != 0 ] || systemctl --user restart cloudtolocalllm.service
  $redo; becomes "$redone"
  [ $((time % 10)) != 5 ] || systemctl --user kill --signal=KILL cloudtolocalllm.service
done
`;

async function again(times: number, { undo, undone, redo, redone }: Turn): Promise<void> {
  const turn = [undo, undone, redo, redone];
  await desktop.machine.asUser(['sh', '-euc', loop, 'loop', String(times), ...turn], { limit: 8 * 60 });
}

const call = 'gdbus call --session --dest org.gnome.Shell --object-path';
const info = `${call} /org/gnome/Shell --method org.gnome.Shell.Extensions.GetExtensionInfo ${uuid}`;
const isActive = `${info} | grep -qF "'state': <1.0>"`;
const isInactive = `${info} | grep -qF "'state': <2.0>"`;
const isLocked = `${call} /org/gnome/ScreenSaver --method org.gnome.ScreenSaver.GetActive | grep -qF true`;

const extensions = 'busctl --user --quiet call org.gnome.Shell /org/gnome/Shell org.gnome.Shell.Extensions';
const offAndOn: Turn = {
  undo: `${extensions} DisableExtension s ${uuid}`,
  undone: isInactive,
  redo: `${extensions} EnableExtension s ${uuid}`,
  redone: isActive,
};

/** As Super+L does, and as logind does. */
const lockAndUnlock = {
  undo: `${ScreenLock.call} Lock`,
  undone: isLocked,
  redo: `${ScreenLock.call} SetActive b false`,
  redone: `! { ${isLocked}; }`,
} satisfies Turn;
const lockAndUnlockWithUs: Turn = {
  ...lockAndUnlock,
  undone: `${isLocked} && ${isInactive}`,
  redone: `${lockAndUnlock.redone} && ${isActive}`,
};

/** What is there in the same state as at the other count: connected, with the menu closed. */
async function count(): Promise<Census> {
  await broker.systemctl('start');
  await shows('connected');
  return census(desktop.machine, desktop.shell);
}

/** What the shell itself keeps of something. */
type Kept = Pick<Census, 'handlers' | 'sources'>;

/** Sees that there isn't more of anything than before, but for what the shell keeps without us, too. */
function compare(before: Census, after: Census, name: string, kept: Kept = { handlers: 0, sources: 0 }): void {
  console.log(`${desktop.machine.suite.title}, ${name}:\n  ${JSON.stringify(before)}\n  ${JSON.stringify(after)}`);
  // The count itself has to see something.
  expect(before.objects).toMatchObject({ Indicator: 1, Broker: 1 });
  expect(before.handlers).toBeGreaterThan(100);
  expect(before.sources).toBeGreaterThan(5);
  expect(before.busRules).toBeGreaterThan(0);
  expect(after.objects).toEqual(before.objects);
  expect(after.functions).toBeLessThanOrEqual(before.functions + noise);
  expect(after.handlers).toBeLessThanOrEqual(before.handlers + kept.handlers + noise);
  expect(after.sources).toBeLessThanOrEqual(before.sources + kept.sources + noise);
  expect(after.busRules).toBe(before.busRules);
  expect(after.shortcuts).toBe(before.shortcuts);
}

describe('the extension', () => {
  it('goes and comes a hundred times without a trace, whatever the broker does', { timeout: 600_000 }, async () => {
    await panel.open();
    await panel.close();
    await again(10, offAndOn);
    const before = await count();
    await again(100, offAndOn);
    compare(before, await count(), '100 times off and on');

    await desktop.machine.asUser(['gnome-extensions', 'disable', uuid]);
    await is('inactive');
    // GNOME keeps that one itself.
    expect((await census(desktop.machine, desktop.shell)).objects).toEqual({ CloudToLocalLLMExtension: 1 });
    await desktop.enableExtension();
  });

  it('survives that the screen is locked and unlocked fifty times', { timeout: 600_000 }, async () => {
    await desktop.machine.asUser(['gnome-extensions', 'disable', uuid]);
    await is('inactive');
    await again(10, lockAndUnlock);
    const without = await census(desktop.machine, desktop.shell);
    await again(50, lockAndUnlock);
    const { handlers, sources } = await census(desktop.machine, desktop.shell);
    const kept = { handlers: handlers - without.handlers, sources: sources - without.sources };
    console.log(`${desktop.machine.suite.title}, what the shell keeps of 50 locks: ${JSON.stringify(kept)}`);

    await desktop.enableExtension();
    await again(10, lockAndUnlockWithUs);
    const before = await count();
    await again(50, lockAndUnlockWithUs);
    compare(before, await count(), '50 times locked and unlocked', kept);
  });

  it('may be switched off with its menu open', async () => {
    await panel.open();
    await desktop.machine.asUser(['gnome-extensions', 'disable', uuid]);
    await is('inactive');
    await desktop.enableExtension();
    await panel.open();
    await panel.close();
  });

  it.each(['closed', 'open'])('looks once a frame in a storm of changes, with its menu %s', async (menu) => {
    await broker.systemctl('stop', 'cloudtolocalllm.socket');
    await broker.systemctl('stop');
    const storm = await Storm.start(desktop.machine, desktop.shell);
    try {
      await shows('connected');
      if (menu === 'open') await panel.open();
      const calm = await storm.watch(false);
      const stormy = await storm.watch(true);
      await panel.close();
      console.log(`${desktop.machine.suite.title}, menu ${menu}: ${JSON.stringify({ calm, stormy })}`);
      expect(calm.looks).toBe(0);
      expect(stormy.changes).toBe(1000);
      expect(stormy.looks).toBeGreaterThan(1);
      expect(stormy.looks).toBeLessThanOrEqual(stormy.frames + 1);
    } finally {
      await storm.stop();
      await broker.systemctl('start', 'cloudtolocalllm.socket');
    }
  });
});
