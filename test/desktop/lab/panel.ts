import { uuid } from './desktop.ts';
import { clickAt } from './mouse.ts';
import type { Shell } from './shell.ts';
import { until, untilIt } from './wait.ts';

/** What the panel shows without a click. */
export interface IndicatorState {
  /** The picture: `idle`, `connecting`, `connected`, `partial`, `error`, `busy`, or `writing-N` while it moves. */
  readonly icon: string;
  /** What a screen reader says. */
  readonly name: string;
}

/** A line of the open menu. */
export interface MenuLine {
  /** Its visible texts, from start to end. */
  readonly texts: readonly string[];
  /** What a screen reader says. */
  readonly name: string;
  /** Whether it is the chosen one of several. */
  readonly chosen: boolean;
  /** Whether it can be pressed. */
  readonly sensitive: boolean;
}

/** Functions for code in the shell: `button` is our panel button, `lines()` its menu's visible lines as [actor, line]. */
const reading = `
  const button = Main.panel.statusArea[uuid];
  const inside = (actor) => actor.get_children().flatMap((child) => (child.visible ? [child, ...inside(child)] : []));
  const lines = () => inside(button.menu.actor)
    .filter((actor) => actor.has_style_class_name?.('popup-menu-item') && actor.mapped)
    .map((actor) => [actor, {
      texts: inside(actor).filter((each) => each instanceof St.Label && each.text !== '').map((each) => each.text),
      name: actor.get_accessible().get_name() ?? '',
      chosen: actor.get_accessible().ref_state_set().contains_state(Atk.StateType.CHECKED),
      sensitive: actor.reactive,
    }]);
`;

const clicking = `${clickAt}
  const click = (actor) => {
    const [x, y] = actor.get_transformed_position();
    const [width, height] = actor.get_transformed_size();
    clickAt(x + width / 2, y + height / 2);
  };
`;

/** Our button in the panel and its menu, looked at and pressed as a user does. */
export class Panel {
  constructor(private readonly shell: Shell) {}

  /** What the panel shows; nothing if our button isn't there. */
  indicator(): Promise<IndicatorState | null> {
    return this.read<IndicatorState | null>(`
      if (!button?.visible) return null;
      const icon = inside(button).find((actor) => actor instanceof St.Icon);
      return {
        icon: /cloudtolocalllm-(.*)-symbolic/.exec(icon.gicon.to_string())[1],
        name: button.get_accessible().get_name(),
      };`);
  }

  /** How wide our button is, in pixels. */
  width(): Promise<number> {
    return this.read<number>('return button.width;');
  }

  /** Opens the menu by a click, unless it is open, and returns its lines. */
  async open(): Promise<MenuLine[]> {
    // A button that has just come isn't in its place before it is drawn.
    await this.shell.drawn();
    if (!(await this.isOpen())) await this.read(`${clicking} click(button);`);
    await until('the menu to open', () => this.isOpen());
    await this.shell.drawn();
    return this.lines();
  }

  /** Closes the menu by a click on the button, unless it is closed. */
  async close(): Promise<void> {
    if (await this.isOpen()) await this.read(`${clicking} click(button);`);
    await until('the menu to close', async () => !(await this.isOpen()));
  }

  /** The visible lines of the open menu. */
  lines(): Promise<MenuLine[]> {
    return this.read<MenuLine[]>('return lines().map(([, line]) => line);');
  }

  /**
   * Presses the line of the open menu that begins with this text, once it is there.
   * @throws Error when it doesn't come
   */
  async press(text: string): Promise<void> {
    await untilIt(
      `the line “${text}”`,
      () => this.lines(),
      (lines) => lines.some(({ texts }) => texts[0] === text),
    );
    await this.shell.drawn();
    await this.read(`${clicking} click(lines().find(([, line]) => line.texts[0] === text)[0]);`, { text });
  }

  /**
   * Presses the button within a line whose name for a screen reader begins with this.
   * @throws Error when there is none
   */
  async pressButton(name: string): Promise<void> {
    await this.shell.drawn();
    await this.read(
      `${clicking}
      const buttons = inside(button.menu.actor).filter((actor) => actor instanceof St.Button && actor.mapped);
      const found = buttons.find((actor) => actor.accessible_name?.startsWith(name));
      if (!found) throw new Error('No button “' + name + '” among ' + buttons.map((actor) => actor.accessible_name));
      click(found);`,
      { name },
    );
  }

  /** What a screen reader calls what has the focus of the keyboard. */
  focused(): Promise<string> {
    return this.read<string>(`
      const focus = global.stage.get_key_focus();
      const named = focus instanceof Clutter.Text ? focus.get_parent() : focus;
      // Without a name of its own it is called as what labels it.
      return named?.get_accessible().get_name() || named?.label_actor?.text || '';`);
  }

  /** How far the progress bars in the menu are, from 0 to 1. */
  progress(): Promise<number[]> {
    return this.read<number[]>(`
      const bars = inside(button.menu.actor).filter((actor) => actor.accessible_role === Atk.Role.LEVEL_BAR);
      return bars.filter((bar) => bar.mapped).map((bar) => bar.value);`);
  }

  /** How much of the open menu is above, below or beside the monitor, in pixels, and whether it scrolls. */
  fit(): Promise<{ beyond: number; scrolls: boolean }> {
    return this.read(`
      const { box } = button.menu;
      const [x, y] = box.get_transformed_position();
      const [width, height] = box.get_transformed_size();
      const monitor = Main.layoutManager.primaryMonitor;
      const { vadjustment: adjustment } = inside(box).find((actor) => actor instanceof St.ScrollView);
      return {
        beyond: Math.max(0, -x, -y, x + width - monitor.width, y + height - monitor.height),
        scrolls: adjustment.upper > adjustment.page_size,
      };`);
  }

  private isOpen(): Promise<boolean> {
    return this.read<boolean>('return button.menu.isOpen;');
  }

  private read<T = void>(code: string, values: Record<string, unknown> = {}): Promise<T> {
    return this.shell.evaluate<T>(`${reading}\n${code}`, { uuid, ...values });
  }
}
