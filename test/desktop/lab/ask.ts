import { Keyboard } from './keyboard.ts';
import { clickAt } from './mouse.ts';
import type { Shell } from './shell.ts';
import { until, untilIt } from './wait.ts';

/** One thing in the dialog, as a screen reader is told of it. */
export interface AskThing {
  readonly role: string;
  readonly name: string;
  /** What it reads, for a field or a label. */
  readonly text: string;
  readonly focused: boolean;
  readonly sensitive: boolean;
}

/** Functions for code in the shell: `dialog()` is our dialog if it is open, `things()` what is to be seen in it, in order. */
const reading = `
  const inside = (actor) => actor.get_children().flatMap((child) => (child.visible ? [child, ...inside(child)] : []));
  const dialog = () => Main.layoutManager.modalDialogGroup.get_children()
    .find((each) => each.visible && each.get_accessible().get_name() === title);
  const described = (actor) => {
    const accessible = (actor instanceof St.Entry ? actor.clutter_text : actor).get_accessible();
    const states = accessible.ref_state_set();
    const focus = global.stage.key_focus;
    return {
      role: Atk.role_get_name(accessible.get_role()),
      // A text's accessible object has actions, too, which have names of their own.
      name: Atk.Object.prototype.get_name.call(accessible) ?? '',
      text: actor instanceof St.Label || actor instanceof St.Entry ? actor.text : '',
      focused: focus !== null && (focus === actor || (actor instanceof St.Entry && actor.contains(focus))),
      sensitive: actor.reactive,
    };
  };
  const actors = () => (dialog() ? inside(dialog()) : [])
    .filter((actor) => actor.mapped && (actor instanceof St.Label || actor instanceof St.Entry || actor.can_focus));
  const centre = (actor) => {
    const [x, y] = actor.get_transformed_position();
    const [width, height] = actor.get_transformed_size();
    return [x + width / 2, y + height / 2, x, y, width, height];
  };
`;

/** The dialog that asks, looked at and worked as a user does. */
export class Ask {
  readonly #keyboard: Keyboard;

  /** @param title - what the dialog is called */
  constructor(
    private readonly shell: Shell,
    private readonly title = 'Ask a Model',
  ) {
    this.#keyboard = new Keyboard(shell);
  }

  /** Whether it is open. */
  isOpen(): Promise<boolean> {
    return this.#read<boolean>('return dialog() !== undefined;');
  }

  /** Opens it with the keys Super and /, which must be its shortcut. */
  async open(): Promise<void> {
    await this.#keyboard.press('/', 'Super');
    await until('the dialog to open', () => this.isOpen());
    await this.shell.drawn();
  }

  /** Closes it with the Escape key. */
  async close(): Promise<void> {
    await this.#keyboard.press('Escape');
    await until('the dialog to close', async () => !(await this.isOpen()));
  }

  /** Everything in it. */
  things(): Promise<AskThing[]> {
    return this.#read<AskThing[]>('return actors().map(described);');
  }

  /** All that it reads, line by line. */
  async text(): Promise<string> {
    return (await this.things())
      .map(({ text }) => text)
      .filter(Boolean)
      .join('\n');
  }

  /** Waits until it reads this. */
  reads(text: string, limit = 20): Promise<string> {
    return untilIt(
      `“${text}” in the dialog`,
      () => this.text(),
      (all) => all.includes(text),
      { limit },
    );
  }

  /** Types a question where the cursor is, and sends it. */
  async ask(question: string): Promise<void> {
    await this.#keyboard.type(question);
    await this.#keyboard.press('Return');
  }

  /** Clicks on what has this name, as soon as it can be. */
  async press(name: string): Promise<void> {
    await until(`“${name}” to press`, async () =>
      (await this.things()).some((thing) => thing.name === name && thing.sensitive),
    );
    await this.shell.drawn();
    await this.#read(
      `${clickAt}
      const found = actors().filter((actor) => actor.reactive && described(actor).name === name);
      clickAt(...centre(found.at(-1)).slice(0, 2));`,
      { name },
    );
    await this.shell.drawn();
  }

  /** Begins a new conversation, and waits until nothing of the last one is left. */
  async renew(): Promise<void> {
    await this.press('New Conversation');
    await untilIt(
      'an empty dialog',
      () => this.things(),
      (things) => !things.some(({ name }) => name === 'New Conversation'),
    );
  }

  /** Draws with the mouse from the beginning of the label with one text to the end of the label with another. */
  async draw(from: string, to: string): Promise<void> {
    await this.#read(
      `const label = (text) => actors().find((actor) => actor instanceof St.Label && actor.text.includes(text));
      const [, fromY, fromX] = centre(label(from));
      const [, toY, toX, , width] = centre(label(to));
      const { PRESSED, RELEASED } = Clutter.ButtonState;
      const now = () => GLib.get_monotonic_time();
      const press = (state) => testMouse.notify_button(now(), Clutter.BUTTON_PRIMARY, state);
      // A hand takes its time, in which the shell draws.
      const move = async (x, y) => {
        testMouse.notify_absolute_motion(now(), x, y);
        for (let frame = 0; frame < 2; frame += 1) {
          await new Promise((resolve) => {
            const drawn = global.stage.connect('after-update', () => { global.stage.disconnect(drawn); resolve(); });
            global.stage.queue_redraw();
          });
        }
      };
      await move(fromX - 1, fromY);
      await move(fromX + 1, fromY);
      press(PRESSED);
      await move((fromX + toX) / 2, (fromY + toY) / 2);
      await move(toX + width - 2, toY);
      press(RELEASED);`,
      { from, to },
    );
    await this.shell.drawn();
  }

  /** Has it laid out for a language that is written in this direction, which else is the session's. */
  async turn(direction: 'LTR' | 'RTL'): Promise<void> {
    await this.#read('dialog().set_text_direction(Clutter.TextDirection[direction]);', { direction });
  }

  /** What is on the clipboard. */
  clipboard(): Promise<string> {
    return this.#read<string>(
      `return await new Promise((resolve) => {
        St.Clipboard.get_default().get_text(St.ClipboardType.CLIPBOARD, (_clipboard, text) => resolve(text ?? ''));
      });`,
    );
  }

  #read<T = void>(code: string, values: Record<string, unknown> = {}): Promise<T> {
    return this.shell.evaluate<T>(`${reading}\n${code}`, { title: this.title, ...values });
  }
}
