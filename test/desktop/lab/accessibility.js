// Runs inside a desktop, under gjs: looks at an application as a screen reader does, and acts as assistive technology
// does. ARGV[0] is a request as JSON, and one line of JSON answers it:
//   {application}                     everything that is shown, in order: [{role, name, states, text}]
//   {application, act: "press", name} presses the first thing with that name or with a label that reads so: {done}
//   {application, act: "focus", name} puts the keyboard's focus there: {done}
imports.gi.versions.Atspi = '2.0';
const { Atspi } = imports.gi;

const request = JSON.parse(ARGV[0]);
const told = ['checked', 'expanded', 'focused', 'invalid_entry', 'sensitive'];

/** What is shown in and below a thing, it first. */
function inside(thing) {
  if (!thing?.get_state_set().contains(Atspi.StateType.SHOWING)) return [];
  return [thing, ...children(thing).flatMap(inside)];
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
  };
}

/** The number of the action that a press means; applications offer their menus' actions on the same list. */
function pressOf(thing) {
  const count = thing.get_action_iface() ? thing.get_n_actions() : 0;
  const names = Array.from({ length: count }, (_, index) => thing.get_action_name(index));
  return names.findIndex((name) => ['click', 'toggle', 'activate'].includes(name));
}

function isNamed(thing) {
  return (
    thing.get_name() === request.name ||
    inside(thing).some((each) => each.get_role() === Atspi.Role.LABEL && textOf(each) === request.name)
  );
}

const deeds = {
  press(things) {
    const thing = things.find((each) => pressOf(each) >= 0 && isNamed(each));
    return { done: thing?.do_action(pressOf(thing)) ?? false };
  },
  focus(things) {
    const focusable = (each) => each.get_state_set().contains(Atspi.StateType.FOCUSABLE);
    const thing = things.find((each) => focusable(each) && isNamed(each));
    return { done: thing?.grab_focus() ?? false };
  },
};

const applications = children(Atspi.get_desktop(0)).filter((each) => each?.get_name() === request.application);
const things = applications.flatMap(children).flatMap(inside);
print(JSON.stringify(request.act ? deeds[request.act](things) : things.map(described)));
