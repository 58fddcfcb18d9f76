// Runs inside a desktop, under gjs: looks at an application as a screen reader does, and acts as assistive technology
// does. ARGV[0] is a request as JSON, and one line of JSON answers it:
//   {application}               everything that is shown, in order: [{role, name, states, text}]
//   {application, places: true} the same, each with its place in its window, [x, y, width, height], which takes longer
//   {application, press: NAME}  presses the first thing with that name, or with a label that reads so: whether there is one
//   {application, find: NAME}   where the middle of that is in its window: [x, y], or null
// The answer is "changed" if something went away while it was looked at.
imports.gi.versions.Atspi = '2.0';
const { Atspi, GLib } = imports.gi;

const request = JSON.parse(ARGV[0]);
const told = ['checked', 'expanded', 'focused', 'invalid_entry', 'sensitive'];

/** What is shown in and below a thing, it first. GTK lists what is on a page again below each of the other pages. */
function inside(thing, seen = new Set()) {
  if (seen.has(thing) || !thing?.get_state_set().contains(Atspi.StateType.SHOWING)) return [];
  seen.add(thing);
  return [thing, ...children(thing).flatMap((each) => inside(each, seen))];
}

function children(thing) {
  return Array.from({ length: thing.get_child_count() }, (_, index) => thing.get_child_at_index(index));
}

function textOf(thing) {
  const text = thing.get_text_iface();
  return text ? Atspi.Text.prototype.get_text.call(text, 0, -1) : '';
}

function described(thing) {
  const states = thing.get_state_set();
  return {
    role: thing.get_role_name(),
    name: thing.get_name() ?? '',
    states: told.filter((name) => states.contains(Atspi.StateType[name.toUpperCase()])),
    text: textOf(thing),
    ...(request.places && { place: placeOf(thing) }),
  };
}

function placeOf(thing) {
  const { x, y, width, height } = thing.get_extents(Atspi.CoordType.WINDOW);
  return [x, y, width, height];
}

/** The number of the action that a press means; applications offer their menus' actions on the same list. */
function pressOf(thing) {
  const count = thing.get_action_iface() ? thing.get_n_actions() : 0;
  const names = Array.from({ length: count }, (_, index) => actionOf(thing, index));
  return names.findIndex((name) => ['click', 'toggle', 'activate'].includes(name));
}

/** An action's name; GTK counts more actions of a password's entry than it has names for. */
function actionOf(thing, index) {
  try {
    return thing.get_action_name(index);
  } catch (error) {
    if (!(error instanceof GLib.Error)) throw error;
    return '';
  }
}

/** The first of these things with the name, else the first with a label inside that reads so. */
function named(name, things) {
  const reads = (each) => each.get_role() === Atspi.Role.LABEL && textOf(each) === name;
  return things.find((each) => each.get_name() === name) ?? things.find((each) => inside(each).some(reads));
}

function press(things) {
  const thing = named(
    request.press,
    things.filter((each) => pressOf(each) >= 0),
  );
  return thing?.do_action(pressOf(thing)) ?? false;
}

function find(things) {
  const focusable = (each) => each.get_state_set().contains(Atspi.StateType.FOCUSABLE);
  const place = named(request.find, things.filter(focusable))?.get_extents(Atspi.CoordType.WINDOW);
  return place ? [place.x + place.width / 2, place.y + place.height / 2] : null;
}

function answer() {
  const applications = children(Atspi.get_desktop(0)).filter((each) => each?.get_name() === request.application);
  const things = applications.flatMap(children).flatMap((window) => inside(window));
  if (request.press) return press(things);
  return request.find ? find(things) : things.map(described);
}

try {
  print(JSON.stringify(answer()));
} catch (error) {
  if (!(error instanceof GLib.Error)) throw error;
  print(JSON.stringify('changed'));
}
