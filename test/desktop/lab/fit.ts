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
  return fitOfActor(
    shell,
    `const button = Main.panel.statusArea[uuid];
    const root = button.menu.box;
    const reach = [boxOf(button)];`,
  );
}

/** Looks at our open dialog likewise. */
export function fitOfDialog(shell: Shell, title: string): Promise<Fit> {
  return fitOfActor(
    shell,
    `const dialog = Main.layoutManager.modalDialogGroup.get_children()
      .find((each) => each.visible && each.get_accessible().get_name() === title);
    const root = dialog.dialogLayout._dialog;
    const reach = [];`,
    { title },
  );
}

/**
 * Looks at what the shell shows.
 * @param find - code that defines `root`, the actor to look at, and `reach`, boxes that belong into its picture
 */
function fitOfActor(shell: Shell, find: string, values: Record<string, unknown> = {}): Promise<Fit> {
  return shell.evaluate<Fit>(
    `const inside = (actor) => actor.get_children().flatMap((child) => (child.mapped ? [child, ...inside(child)] : []));
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

    ${find}
    const flaws = [];
    const whole = boxOf(root);
    const all = inside(root);
    if (!contains(Main.layoutManager.primaryMonitor, whole)) flaws.push('It is larger than the screen.');

    const labels = all.filter((actor) => actor instanceof St.Label && actor.text !== '');
    for (const label of labels) {
      const layout = label.clutter_text.get_layout();
      const [width, height] = layout.get_pixel_size();
      if (layout.is_ellipsized()) flaws.push('“' + label.text + '” is cut short.');
      else if (width > label.clutter_text.width + tolerance || height > label.clutter_text.height + tolerance)
        flaws.push('“' + label.text + '” is larger than its place.');
      if (!scrolled(label) && !contains(whole, boxOf(label))) flaws.push('“' + label.text + '” is outside its edges.');
    }
    labels.forEach((one, index) => {
      for (const other of labels.slice(index + 1))
        if (overlap(boxOf(one), boxOf(other))) flaws.push('“' + one.text + '” lies over “' + other.text + '”.');
    });

    for (const actor of all.filter((each) => each.can_focus && each.reactive)) {
      // Of a field it is the text within that has the focus, and may have the name.
      const [accessible, ...more] = [actor, actor.clutter_text].filter(Boolean).map((each) => each.get_accessible());
      const labelled = accessible.ref_relation_set().contains(Atk.RelationType.LABELLED_BY);
      const named = labelled || [accessible, ...more].some((each) => Atk.Object.prototype.get_name.call(each));
      if (!named) flaws.push('A ' + actor.constructor.name + ' has no name for a screen reader.');
    }

    const margin = 12;
    const monitor = Main.layoutManager.primaryMonitor;
    const from = (side) => Math.min(...[whole, ...reach].map((box) => box[side]));
    const to = (side, size) => Math.max(...[whole, ...reach].map((box) => box[side] + box[size]));
    const [x, y] = ['x', 'y'].map((side) => Math.max(0, Math.floor(from(side) - margin)));
    const end = Math.min(monitor.width, Math.ceil(to('x', 'width') + margin));
    const bottom = Math.min(monitor.height, Math.ceil(to('y', 'height') + margin));
    const area = [x, y, end - x, bottom - y];
    const buttons = all.filter((actor) => actor instanceof St.Button && actor.label);
    return { flaws, texts: [...labels.map(({ text }) => text), ...buttons.map(({ label }) => label)], area };`,
    { uuid, tolerance, ...values },
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
