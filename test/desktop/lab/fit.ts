import { uuid } from './desktop.ts';
import type { PlacedThing, Preferences } from './preferences.ts';
import type { Area, Shell } from './shell.ts';

/** What is wrong with how something is laid out, a line each, and what of the screen it takes. */
export interface Fit {
  readonly flaws: readonly string[];
  readonly texts: readonly string[];
  readonly area: Area;
}

/** Pixels by which edges may be apart through rounding. */
const tolerance = 1;

/** Looks at our open menu: whether all of it can be seen and read, and every control has a name. */
export function fitOfMenu(shell: Shell): Promise<Fit> {
  return shell.evaluate<Fit>(
    `const button = Main.panel.statusArea[uuid];
    const inside = (actor) => actor.get_children().flatMap((child) => (child.mapped ? [child, ...inside(child)] : []));
    const boxOf = (actor) => {
      const [x, y] = actor.get_transformed_position();
      const [width, height] = actor.get_transformed_size();
      return { x, y, width, height };
    };
    const contains = (outer, { x, y, width, height }) =>
      x >= outer.x - tolerance && x + width <= outer.x + outer.width + tolerance &&
      y >= outer.y - tolerance && y + height <= outer.y + outer.height + tolerance;
    const overlap = (one, other) =>
      Math.min(one.x + one.width, other.x + other.width) - Math.max(one.x, other.x) > tolerance &&
      Math.min(one.y + one.height, other.y + other.height) - Math.max(one.y, other.y) > tolerance;
    const scrolled = (actor) => {
      for (let each = actor; each; each = each.get_parent()) if (each instanceof St.ScrollView) return true;
      return false;
    };

    const flaws = [];
    const menu = boxOf(button.menu.box);
    const all = inside(button.menu.actor);
    if (!contains(Main.layoutManager.primaryMonitor, menu)) flaws.push('The menu is larger than the screen.');

    const labels = all.filter((actor) => actor instanceof St.Label && actor.text !== '');
    for (const label of labels) {
      const layout = label.clutter_text.get_layout();
      const [width, height] = layout.get_pixel_size();
      if (layout.is_ellipsized()) flaws.push('“' + label.text + '” is cut short.');
      else if (width > label.clutter_text.width + tolerance || height > label.clutter_text.height + tolerance)
        flaws.push('“' + label.text + '” is larger than its place.');
      if (!scrolled(label) && !contains(menu, boxOf(label))) flaws.push('“' + label.text + '” is outside the menu.');
    }
    labels.forEach((one, index) => {
      for (const other of labels.slice(index + 1))
        if (overlap(boxOf(one), boxOf(other))) flaws.push('“' + one.text + '” lies over “' + other.text + '”.');
    });

    for (const actor of all.filter((each) => each.can_focus && each.reactive)) {
      const accessible = actor.get_accessible();
      const named = accessible.get_name() || accessible.ref_relation_set().contains(Atk.RelationType.LABELLED_BY);
      if (!named) flaws.push('A ' + actor.constructor.name + ' has no name for a screen reader.');
    }

    const panel = boxOf(Main.panel);
    const margin = 12;
    const [start, end] = [menu, boxOf(button)].reduce(([from, to], { x, width }) => [Math.min(from, x), Math.max(to, x + width)], [Infinity, 0]);
    const x = Math.max(0, Math.floor(start - margin));
    const area = [x, 0, Math.min(panel.width, Math.ceil(end + margin)) - x, Math.ceil(menu.y + menu.height + margin)];
    return { flaws, texts: labels.map((label) => label.text), area };`,
    { uuid, tolerance },
  );
}

/** Looks at the open preferences: whether nothing reaches beyond the window, and every control has a name. */
export async function fitOfWindow(shell: Shell, preferences: Preferences): Promise<Fit> {
  const things = await preferences.placedThings();
  const area = await shell.evaluate<Area>(
    `const { x, y, width, height } = global.display.focus_window.get_frame_rect();
    return [x, y, width, height];`,
  );
  return {
    flaws: things.flatMap((thing) => flawsOf(thing, area)),
    texts: things.flatMap(({ name, text }) => [name, text]).filter(Boolean),
    area,
  };
}

/** What a person works with. */
const controls = /button|switch|entry|text box|combo|check box|radio/;

function flawsOf({ role, name, text, place }: PlacedThing, [, , windowWidth]: Area): string[] {
  const control = controls.test(role);
  if (!control && role !== 'label') return [];
  const [x, , width] = place;
  const outside = x < -tolerance || x + width > windowWidth + tolerance;
  return [
    ...(outside ? [`The ${role} “${name || text}” is partly outside the window.`] : []),
    ...(control && name === '' ? [`A ${role} has no name for a screen reader.`] : []),
  ];
}
