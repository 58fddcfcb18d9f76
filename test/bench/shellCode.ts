/** Code for the shell: what the figures are made of. `uuid` is the extension's. */
const common = `
  const now = () => GLib.get_monotonic_time() / 1000;
  const wait = (time) => new Promise((resolve) => GLib.timeout_add(GLib.PRIORITY_LOW, time, () => resolve()));
  const extension = Main.extensionManager.lookup(uuid);
  const drawn = () => new Promise((resolve) => {
    const id = global.stage.connect('after-update', () => { global.stage.disconnect(id); resolve(); });
    global.stage.queue_redraw();
  });
`;

/** Milliseconds of the main loop that the extension's disable() and enable() take, time and again. */
export const switching = `${common}
  const times = { enable: [], disable: [] };
  for (let time = 0; time < rounds; time += 1) {
    let begun = now();
    extension.stateObj.disable();
    times.disable.push(now() - begun);
    await wait(20);
    begun = now();
    extension.stateObj.enable();
    times.enable.push(now() - begun);
    await wait(150);
  }
  return times;`;

/** Milliseconds that opening the menu takes: the call alone, and until what it shows is drawn. */
export const opening = `${common}
  const { menu } = Main.panel.statusArea[uuid];
  const times = { call: [], drawn: [] };
  for (let time = 0; time < rounds; time += 1) {
    await drawn();
    const begun = now();
    menu.open();
    times.call.push(now() - begun);
    await drawn();
    times.drawn.push(now() - begun);
    menu.close();
    await wait(30);
  }
  return times;`;

/** What GJS holds after its garbage is gone: bytes. */
export const heap = `${common}
  const { system } = imports;
  for (let time = 0; time < 4; time += 1) {
    system.gc();
    await wait(150);
  }
  // It is written behind what is there.
  GLib.unlink(path);
  system.dumpMemoryInfo(path);
  const [, bytes] = GLib.file_get_contents(path);
  const { zone } = JSON.parse(/\\{[^]*\\}/.exec(new TextDecoder().decode(bytes))[0]);
  return zone.gcBytes + zone.mallocBytes;`;
