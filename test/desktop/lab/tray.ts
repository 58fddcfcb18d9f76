import { clickAt } from './mouse.ts';
import type { Shell } from './shell.ts';
import { until, untilIt } from './wait.ts';

/** A notification in the shell’s list. */
export interface Told {
  readonly title: string;
  readonly body: string;
  /** The labels of its buttons. */
  readonly actions: readonly string[];
}

/** Functions for code in the shell: `inside(actor)` has all visible actors in one, `click(actor)` is a person's. */
const hand = `${clickAt}
  const inside = (actor) => actor.get_children().flatMap((child) => (child.visible ? [child, ...inside(child)] : []));
  const middle = (actor) => {
    const [x, y] = actor.get_transformed_position();
    const [width, height] = actor.get_transformed_size();
    return [x + width / 2, y + height / 2];
  };
  const click = (actor) => clickAt(...middle(actor));
`;

/** Our notifications in the shell, looked at and pressed as a user does. */
export class Tray {
  constructor(private readonly shell: Shell) {}

  /** All that are there, whether with a banner or in the list only. */
  list(): Promise<Told[]> {
    return this.shell.evaluate<Told[]>(`
      return Main.messageTray.getSources()
        .filter((source) => source.title === 'CloudToLocalLLM')
        .flatMap((source) => source.notifications)
        .map(({ title, body, actions }) => ({ title, body, actions: actions.map(({ label }) => label) }));`);
  }

  /** Waits until these are there, by title, and no others. */
  async lists(...titles: string[]): Promise<Told[]> {
    return untilIt(
      `the notifications ${JSON.stringify(titles)}`,
      () => this.list(),
      (told) => JSON.stringify(told.map(({ title }) => title)) === JSON.stringify(titles),
      { limit: 30 },
    );
  }

  /** The title of the banner that is on the screen, null if there is none. */
  banner(): Promise<string | null> {
    return this.shell.evaluate<string | null>(
      'return Main.messageTray.visible ? (Main.messageTray._notification?.title ?? null) : null;',
    );
  }

  /** Waits until a banner with this title is on the screen. */
  async tells(title: string): Promise<void> {
    await untilIt(
      `the banner “${title}”`,
      () => this.banner(),
      (seen) => seen === title,
      { limit: 40 },
    );
    await this.shell.drawn();
  }

  /** Moves the mouse onto the banner, which opens it. */
  async point(): Promise<void> {
    await this.shell.evaluate(`${hand}
      testMouse.notify_absolute_motion(GLib.get_monotonic_time(), ...middle(Main.messageTray._banner));`);
    await until('the banner to open', () =>
      this.shell.evaluate<boolean>('return Main.messageTray._banner?.expanded ?? false;'),
    );
    await this.shell.drawn();
  }

  /** Presses a button of the banner, and moves the mouse away. */
  async press(label: string): Promise<void> {
    await this.point();
    await this.shell.evaluate(
      `${hand}
      const button = inside(Main.messageTray._banner).find((actor) => actor instanceof St.Button && actor.label === label);
      if (!button) throw new Error('The banner has no button “' + label + '”');
      click(button);`,
      { label },
    );
    await this.shell.drawn();
    await this.shell.evaluate('testMouse.notify_absolute_motion(GLib.get_monotonic_time(), 1, 600);');
  }

  /** Opens or closes the shell's list of notifications, by a click on its clock. */
  async toggleList(): Promise<void> {
    await this.shell.evaluate(`${hand} click(Main.panel.statusArea.dateMenu);`);
    await this.shell.drawn();
  }
}
