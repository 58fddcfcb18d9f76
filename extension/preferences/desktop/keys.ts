/** Keys that were struck together. */
export interface Struck {
  /** What GDK calls the key that isn't held, for instance "a", "F9" or "Shift_L". */
  readonly key: string;
  readonly control: boolean;
  readonly alt: boolean;
  readonly super: boolean;
}

/** What keys that were struck mean to somebody who asks for a shortcut. */
export type Meaning = 'wait' | 'cancel' | 'clear' | 'refuse' | 'take';

/** Keys that are held while others are struck, as GDK calls them. */
const HELD = /^(?:Shift|Control|Alt|Super|Meta|Hyper)_[LR]$|^(?:Caps|Num|Shift|Scroll)_Lock$|^ISO_|^Mode_switch$/;

/** What these keys mean. Those that write text in every application are no shortcut. */
export function meaningOf({ key, control, alt, super: superKey }: Struck): Meaning {
  if (HELD.test(key)) return 'wait';
  if (!(control || alt || superKey)) {
    if (key === 'Escape') return 'cancel';
    if (key === 'BackSpace') return 'clear';
    return /^F\d+$|^XF86/.test(key) ? 'take' : 'refuse';
  }
  return 'take';
}
