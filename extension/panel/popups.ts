import type { PopupMenuBase, PopupMenuSection } from 'resource:///org/gnome/shell/ui/popupMenu.js';

/** Adds a section to a menu, such that nothing of either is kept once the section is destroyed. */
export function addSection(menu: PopupMenuBase, section: PopupMenuSection): void {
  menu.addMenuItem(section);
  letGo(menu, section);
}

/**
 * Ends what the shell connects between a menu and one inside it when that is destroyed. The shell's own bookkeeping, which
 * is for actors, would keep both in memory.
 */
export function letGo(outer: PopupMenuBase, inner: PopupMenuBase): void {
  inner.actor.connect('destroy', () => {
    outer.disconnectObject(inner);
    inner.disconnectObject(outer);
  });
}
