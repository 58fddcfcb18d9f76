import { type Desktop, uuid } from './desktop.ts';
import { Keyboard } from './keyboard.ts';
import { clickInWindow, scrollInWindow } from './mouse.ts';
import { user } from './root.ts';
import { until, untilIt } from './wait.ts';

/** One thing in the window, as a screen reader is told of it. */
export interface Thing {
  readonly role: string;
  readonly name: string;
  /** Some of: checked, expanded, focused, invalid_entry, sensitive. */
  readonly states: readonly string[];
  readonly text: string;
}

/** One thing, and where it is in its window: x, y, width, height. */
export interface PlacedThing extends Thing {
  readonly place: readonly [number, number, number, number];
}

/** What the process behind the window is called. */
const application = 'org.gnome.Shell.Extensions';

const script = `${user.home}/accessibility.js`;

/** The extension's preferences window, looked at and worked through the accessibility bus and the keyboard. */
export class Preferences {
  /** Its keys go to what has the focus. */
  readonly keyboard: Keyboard;

  constructor(private readonly desktop: Desktop) {
    this.keyboard = new Keyboard(desktop.shell);
  }

  /** Opens the window and waits until it is there to be seen, with a text that its first page has. */
  async open(text = 'Connections'): Promise<void> {
    await this.desktop.machine.asUser(['gnome-extensions', 'prefs', uuid]);
    await this.opens(text);
  }

  /** Waits until the window, which something else opens, is there to be seen with this text. */
  async opens(text: string): Promise<void> {
    this.desktop.machine.give(new URL('accessibility.js', import.meta.url).pathname, script);
    await until('the window', () =>
      this.desktop.shell.evaluate<boolean>(
        'return global.get_window_actors().some(({ mapped, meta_window }) => mapped && meta_window.has_focus());',
      ),
    );
    await this.shows(text);
  }

  /** Closes the window as its close button does. */
  async close(): Promise<void> {
    await this.keyboard.press('F4', 'Alt');
    await until('the window to close', () =>
      this.desktop.shell.evaluate<boolean>('return global.get_window_actors().length === 0;'),
    );
  }

  /** Has windows that are opened from now on be dark. The setting alone does nothing: applications ask a portal for it. */
  darken(): Promise<void> {
    return this.inEnvironment('ADW_DEBUG_COLOR_SCHEME=prefer-dark');
  }

  /** Has windows that are opened from now on have this variable in their environment, like NAME=VALUE. */
  async inEnvironment(variable: string): Promise<void> {
    const [name = '', value = ''] = variable.split('=');
    await this.bus('UpdateActivationEnvironment', 'a{ss}', '1', name, value);
    // The process behind the windows outlives them for a while.
    const owner = await this.bus('GetConnectionUnixProcessID', 's', application);
    const id = /^u (\d+)$/.exec(owner)?.[1];
    if (id !== undefined) await this.desktop.machine.asUser(['kill', id]);
    await untilIt(
      'the process of the preferences to end',
      () => this.bus('NameHasOwner', 's', application),
      (owned) => owned === 'b false',
    );
  }

  /** Everything that is shown. */
  things(): Promise<Thing[]> {
    return this.ask<Thing[]>({});
  }

  /** The same with where each is, which takes longer to find out. */
  placedThings(): Promise<PlacedThing[]> {
    return this.ask<PlacedThing[]>({ places: true });
  }

  /** Waits until something shows this text, and returns everything that is shown. */
  shows(text: string): Promise<Thing[]> {
    const reads = (thing: Thing): boolean => thing.text === text || thing.name === text;
    return untilIt(
      `“${text}” in the window`,
      () => this.things(),
      (things) => things.some(reads),
    );
  }

  /** Presses what has this name, as soon as it is there. */
  async press(name: string): Promise<void> {
    await until(`something to press named “${name}”`, () => this.ask<boolean>({ press: name }));
  }

  /** Presses the button of this name, and chooses an item of the menu that it opens; the first that can be chosen is number 1. */
  async choose(name: string, item: number): Promise<void> {
    await this.press(name);
    // GTK doesn't tell assistive technology what its menus' items are called, but it does tell which has the focus.
    const focused = (thing: Thing): boolean => thing.role === 'menu item' && thing.states.includes('focused');
    await until(`the menu of “${name}”`, async () => (await this.things()).some(focused));
    for (let number = 1; number < item; number += 1) await this.keyboard.press('Down');
    await this.keyboard.press('Return');
  }

  /** Goes to the choice of this name with the keyboard, and takes one; the first is number 1. */
  async pick(name: string, number: number): Promise<void> {
    await this.tabTo(name);
    await this.pickFrom(name, number, () => this.keyboard.press('Return'));
  }

  /** As pick(), with the mouse in the place of the Tab key. */
  async clickAndPick(name: string, number: number): Promise<void> {
    await this.pickFrom(name, number, () => this.click(name));
  }

  /**
   * Goes on with the Tab key until what has this name has the focus.
   * @returns the names of all that had it on the way
   */
  async tabTo(name: string): Promise<string[]> {
    const passed: string[] = [];
    const there = async (): Promise<boolean> => {
      const focused = (await this.things()).find(({ states }) => states.includes('focused'))?.name ?? '';
      passed.push(focused);
      if (focused !== name) await this.keyboard.press('Tab');
      return focused === name;
    };
    await until(`the focus on “${name}”`, there, { limit: 60 });
    return passed;
  }

  /** Strikes the Enter key, which presses what has the focus. */
  async confirm(): Promise<void> {
    await this.keyboard.press('Return');
  }

  /** Clicks into the entry of this name, replaces its text and applies that with the Enter key. */
  async enter(name: string, text: string): Promise<void> {
    await this.click(name);
    await this.keyboard.press('a', 'Control');
    await this.keyboard.type(text);
    await this.keyboard.press('Return');
  }

  /** Clicks on what has this name, as soon as it is there, and scrolls to it if need be. */
  async click(name: string): Promise<void> {
    const find = (): Promise<readonly [number, number] | null> => this.ask({ find: name });
    let before = '';
    const place = await until(`something named “${name}” to be in view`, async () => {
      const found = await find();
      // What stays where it is when the window is scrolled is in a bar.
      if (found === null || String(found) === before) return found;
      if (!(await scrollInWindow(this.desktop.shell, found))) return found;
      before = String(found);
      await this.desktop.shell.drawn();
      return null;
    });
    await clickInWindow(this.desktop.shell, place);
  }

  /** Takes one of the choices that are shown once they are opened. */
  private async pickFrom(name: string, number: number, open: () => Promise<void>): Promise<void> {
    const items = (things: Thing[]): Thing[] => things.filter(({ role }) => role === 'list item');
    const focused = (things: Thing[]): Thing | undefined =>
      items(things).find(({ states }) => states.includes('focused'));
    // The rows of the page are items of lists, too.
    const before = await this.things();
    await open();
    await untilIt(
      `the choices of “${name}”`,
      () => this.things(),
      (now) => {
        const added = items(now).length > items(before).length;
        return added && focused(now) !== undefined && focused(now)?.name !== focused(before)?.name;
      },
    );
    await this.keyboard.press('Home');
    for (let passed = 1; passed < number; passed += 1) await this.keyboard.press('Down');
    await this.keyboard.press('Return');
  }

  /** Calls a method of the session bus itself; an empty answer is an error's. */
  private async bus(...call: string[]): Promise<string> {
    const service = ['org.freedesktop.DBus', '/org/freedesktop/DBus', 'org.freedesktop.DBus'];
    return (await this.desktop.machine.tryAsUser(['busctl', '--user', 'call', ...service, ...call])).stdout.trim();
  }

  private async ask<T>(request: Record<string, string | true>): Promise<T> {
    const whole = JSON.stringify({ application, ...request });
    const answer = async (): Promise<string> => this.desktop.machine.asUser(['gjs', script, whole]);
    const steady = await untilIt('a window that stands still', answer, (text) => text !== '"changed"');
    return JSON.parse(steady) as T;
  }
}
