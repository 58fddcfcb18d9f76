import type { Shell } from './shell.ts';

/** Code for the shell: a function that moves the desktop's mouse to a place on the screen and clicks, as a hand does. */
export const clickAt = `
  const clickAt = (x, y) => {
    testMouse.notify_absolute_motion(GLib.get_monotonic_time(), x, y);
    testMouse.notify_button(GLib.get_monotonic_time(), Clutter.BUTTON_PRIMARY, Clutter.ButtonState.PRESSED);
    testMouse.notify_button(GLib.get_monotonic_time(), Clutter.BUTTON_PRIMARY, Clutter.ButtonState.RELEASED);
  };
`;

/** Clicks at a place in the window that has the focus, in pixels from its upper left corner. */
export async function clickInWindow(shell: Shell, [x, y]: readonly [number, number]): Promise<void> {
  await shell.evaluate(
    `${clickAt}
    const frame = global.display.focus_window.get_frame_rect();
    clickAt(frame.x + x, frame.y + y);`,
    { x, y },
  );
}

/**
 * Turns the mouse's wheel over the window that has the focus, where a place in it is above or below what the window shows.
 * @returns whether it did, since the place is another then
 */
export function scrollInWindow(shell: Shell, [, y]: readonly [number, number]): Promise<boolean> {
  return shell.evaluate<boolean>(
    `const frame = global.display.focus_window.get_frame_rect();
    // As high as the bars that preferences have above and below.
    const bar = 64;
    const below = y > frame.height - bar;
    if (!below && y > bar) return false;
    // Beside all controls, of which some would take the wheel for themselves.
    testMouse.notify_absolute_motion(GLib.get_monotonic_time(), frame.x + 16, frame.y + frame.height / 2);
    const { UP, DOWN } = Clutter.ScrollDirection;
    testMouse.notify_discrete_scroll(GLib.get_monotonic_time(), below ? DOWN : UP, Clutter.ScrollSource.WHEEL);
    return true;`,
    { y },
  );
}
