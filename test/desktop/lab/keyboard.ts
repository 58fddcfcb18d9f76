import type { Shell } from './shell.ts';

/** A keyboard of the test's own: what is typed on it goes to whatever has the focus on the desktop. */
export class Keyboard {
  constructor(private readonly shell: Shell) {}

  /** Types a text, character by character. */
  async type(text: string): Promise<void> {
    await this.strike(`[...text].map((character) => Clutter.unicode_to_keysym(character.codePointAt(0)))`, { text });
  }

  /** Strikes keys one after another; Clutter's names for them, for instance `Return`. */
  async press(...names: string[]): Promise<void> {
    await this.strike(`names.map((name) => Clutter['KEY_' + name])`, { names });
  }

  /** Strikes a key while another is held; Clutter's names for them. */
  async pressWith(held: string, name: string): Promise<void> {
    await this.strike(`[Clutter['KEY_' + name]]`, { name }, `Clutter.KEY_${held}`);
  }

  private async strike(keys: string, values: Record<string, unknown>, held?: string): Promise<void> {
    await this.shell.evaluate(
      `globalThis.testKeyboard ??=
        Clutter.get_default_backend().get_default_seat().create_virtual_device(Clutter.InputDeviceType.KEYBOARD_DEVICE);
      const { PRESSED, RELEASED } = Clutter.KeyState;
      const move = (key, state) => testKeyboard.notify_keyval(GLib.get_monotonic_time(), key, state);
      ${held ? `move(${held}, PRESSED);` : ''}
      for (const key of ${keys}) {
        move(key, PRESSED);
        move(key, RELEASED);
      }
      ${held ? `move(${held}, RELEASED);` : ''}`,
      values,
    );
  }
}
