import { describe, expect, it } from 'vitest';
import { useDesktop, uuid } from './lab/desktop.ts';
import { Broker } from './lab/broker.ts';
import { Panel } from './lab/panel.ts';
import { Settings } from './lab/settings.ts';
import { untilIt } from './lab/wait.ts';

const desktop = useDesktop();

describe('the extension', () => {
  it('goes and comes twenty times without a trace, and the broker runs on', async () => {
    const broker = new Broker(desktop.machine);
    const panel = new Panel(desktop.shell);
    await new Settings(desktop.machine).setConnections([{ id: 'demo', name: 'Demo', kind: 'demo' }]);
    await broker.systemctl('start');
    await untilIt(
      'the panel',
      () => panel.indicator(),
      (state) => state?.icon === 'connected',
    );
    const pid = await broker.pid();

    for (let time = 1; time <= 20; time += 1) {
      await desktop.machine.asUser(['gnome-extensions', 'disable', uuid]);
      await untilIt(
        'it to be inactive',
        () => desktop.extensionState(),
        (state) => state === 2,
        { every: 20 },
      );
      expect(await panel.indicator()).toBeNull();
      await desktop.enableExtension();
    }

    await untilIt(
      'the panel',
      () => panel.indicator(),
      (state) => state?.icon === 'connected',
    );
    expect(await broker.pid()).toBe(pid);
  });

  it('may be switched off with its menu open', async () => {
    const panel = new Panel(desktop.shell);
    await panel.open();
    await desktop.machine.asUser(['gnome-extensions', 'disable', uuid]);
    await untilIt(
      'it to be inactive',
      () => desktop.extensionState(),
      (state) => state === 2,
    );
    await desktop.enableExtension();
    await panel.open();
    await panel.close();
  });
});
