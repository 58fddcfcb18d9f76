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
