import { type Desktop, uuid } from './desktop.ts';
import { Keyboard } from './keyboard.ts';
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

const script = `${user.home}/accessibility.js`;

/** The extension's preferences window, looked at and worked through the accessibility bus and the keyboard. */
export class Preferences {
  private readonly keyboard: Keyboard;

  constructor(private readonly desktop: Desktop) {
    this.keyboard = new Keyboard(desktop.shell);
  }

  /** Opens the window and waits until it is there to be seen. */
  async open(): Promise<void> {
    this.desktop.machine.give(new URL('accessibility.js', import.meta.url).pathname, script);
    await this.desktop.machine.asUser(['gnome-extensions', 'prefs', uuid]);
    await until('the window', () =>
      this.desktop.shell.evaluate<boolean>(
        'return global.get_window_actors().some(({ mapped, meta_window }) => mapped && meta_window.has_focus());',
      ),
    );
    await this.shows('Connections');
  }

  /** Closes the window as its close button does. */
  async close(): Promise<void> {
    await this.keyboard.pressWith('Alt_L', 'F4');
    await until('the window to close', () =>
      this.desktop.shell.evaluate<boolean>('return global.get_window_actors().length === 0;'),
    );
  }

  /** Everything that is shown. */
  things(): Promise<Thing[]> {
    return this.ask<Thing[]>({});
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
    await this.act('press', name);
  }

  /** Gives the entry of this name the focus, replaces its text and applies that with the Enter key. */
  async enter(name: string, text: string): Promise<void> {
    await this.act('focus', name);
    await this.keyboard.pressWith('Control_L', 'a');
    await this.keyboard.type(text);
    await this.keyboard.press('Return');
  }

  /** Gives the row of this name the focus, and opens it with the Enter key. */
  async openRow(name: string): Promise<void> {
    await this.act('focus', name);
    await this.keyboard.press('Return');
  }

  private async act(act: 'press' | 'focus', name: string): Promise<void> {
    await until(
      `something to ${act} named “${name}”`,
      async () => (await this.ask<{ done: boolean }>({ act, name })).done,
    );
  }

  private async ask<T>(request: Record<string, string>): Promise<T> {
    const whole = { application: 'org.gnome.Shell.Extensions', ...request };
    return JSON.parse(await this.desktop.machine.asUser(['gjs', script, JSON.stringify(whole)])) as T;
  }
}
