import St from 'gi://St';
import { ensureActorVisibleInScrollView } from 'resource:///org/gnome/shell/misc/animationUtils.js';
import { PopupMenuSection } from 'resource:///org/gnome/shell/ui/popupMenu.js';

/** A part of a menu that scrolls when the screen is too low for it, and shows what has the focus. */
export class ScrollingSection extends PopupMenuSection {
  constructor() {
    super();
    const view = new St.ScrollView({
      child: this.box,
      hscrollbar_policy: St.PolicyType.NEVER,
      // Takes no room while there is nothing to scroll.
      overlay_scrollbars: true,
    });
    // What a menu puts into itself, and finds again there. The shell's own submenus are made like this.
    Object.assign(view, { _delegate: this });
    Object.assign(this, { actor: view });

    global.stage.connectObject(
      'notify::key-focus',
      () => {
        const focus = global.stage.get_key_focus();
        if (focus !== null && this.box.contains(focus)) ensureActorVisibleInScrollView(view, focus);
      },
      view,
    );
  }
}
