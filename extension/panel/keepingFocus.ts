import type Clutter from 'gi://Clutter';
import St from 'gi://St';

/**
 * Changes what is within an actor such that the keyboard isn’t left with nothing: if what has its focus goes, what comes
 * behind it gets the focus, or else what came before it.
 */
export function keepingFocus(within: Clutter.Actor, change: () => void): void {
  const focus = global.stage.key_focus;
  const before = focus !== null && within.contains(focus) ? takers(within) : [];
  change();
  const position = before.findIndex((actor) => actor === focus);
  if (position < 0) return;
  // Those that are gone may not even be asked whether they are.
  const now = new Set(takers(within));
  const near = [...before.slice(position), ...before.slice(0, position).reverse()];
  near.find((actor) => now.has(actor))?.grab_key_focus();
}

/** Everything within an actor that takes the focus, in its order. */
function takers(actor: Clutter.Actor): Clutter.Actor[] {
  return actor
    .get_children()
    .filter((child) => child.visible)
    .flatMap((child) => (child instanceof St.Widget && child.can_focus ? [child, ...takers(child)] : takers(child)));
}
