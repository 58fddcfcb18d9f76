// What GJS and GNOME Shell bring with them, as types.
import '@girs/gjs';
import '@girs/gjs/dom';
import '@girs/adw-1/ambient';
import '@girs/gnome-shell/ambient';
import '@girs/gnome-shell/extensions/global';

declare module '@girs/gobject-2.0/gobject-2.0' {
  namespace GObject {
    // The shell adds this to every object: handlers that end with the object named last.
    interface Object {
      connectObject(signal: string, handler: () => void, tracked: Object): void;
    }
  }
}
