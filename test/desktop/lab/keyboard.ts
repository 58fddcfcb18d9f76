import type { Shell } from './shell.ts';

/** Linux's numbers for the keys that make no character. */
const named = {
  ...{ Escape: 1, BackSpace: 14, Tab: 15, Return: 28, Control: 29, Shift: 42, Alt: 56, F4: 62, Super: 125 },
  ...{ Home: 102, Up: 103, Left: 105, Right: 106, Down: 108 },
} as const;

/** The characters of an American keyboard, row by row, alone and with Shift, with Linux's number for the row's first key. */
const rows = [
  { first: 2, alone: '1234567890-=', shifted: '!@#$%^&*()_+' },
  { first: 16, alone: 'qwertyuiop[]', shifted: 'QWERTYUIOP{}' },
  { first: 30, alone: "asdfghjkl;'`", shifted: 'ASDFGHJKL:"~' },
  { first: 43, alone: '\\zxcvbnm,./', shifted: '|ZXCVBNM<>?' },
  { first: 57, alone: ' ', shifted: '' },
];

export type Key = keyof typeof named;

/** The desktop's keyboard: what is typed on it goes to whatever has the focus there. */
export class Keyboard {
  constructor(private readonly shell: Shell) {}

  /**
   * Types a text, character by character.
   * @throws Error when an American keyboard has no key for one
   */
  async type(text: string): Promise<void> {
    await this.strike(text.split('').map(keysFor));
  }

  /** Strikes a key, while others are held. */
  async press(key: Key | 'a' | 'c' | '/', ...held: Key[]): Promise<void> {
    await this.strike([[...held.map((each) => named[each]), ...(key in named ? [named[key as Key]] : keysFor(key))]]);
  }

  /** Presses the keys of each group together, in order, and lets go of them. */
  private async strike(groups: readonly (readonly number[])[]): Promise<void> {
    await this.shell.evaluate(
      `const { PRESSED, RELEASED } = Clutter.KeyState;
      const move = (key, state) => testKeyboard.notify_key(GLib.get_monotonic_time(), key, state);
      for (const keys of groups) {
        for (const key of keys) move(key, PRESSED);
        for (const key of keys.toReversed()) move(key, RELEASED);
      }`,
      { groups },
    );
  }
}

function keysFor(character: string): number[] {
  for (const { first, alone, shifted } of rows) {
    if (alone.includes(character)) return [first + alone.indexOf(character)];
    if (shifted.includes(character)) return [named.Shift, first + shifted.indexOf(character)];
  }
  throw new Error(`An American keyboard has no key for “${character}”.`);
}
