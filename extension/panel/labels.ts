import Clutter from 'gi://Clutter';
import Pango from 'gi://Pango';
import St from 'gi://St';

/** Opacity of what is less important than what it stands beside. */
const SECONDARY = 180;

/** A label for what belongs to the line above it. */
export function secondaryLabel(): St.Label {
  return new St.Label({ style_class: 'cloudtolocalllm-secondary', opacity: SECONDARY });
}

/** A label for a value at the end of a line. */
export function valueLabel(): St.Label {
  return new St.Label({ opacity: SECONDARY, y_align: Clutter.ActorAlign.CENTER });
}

/** Lets a label have as many lines as its text needs. */
export function wrapped(label: St.Label): St.Label {
  label.clutter_text.set({
    line_wrap: true,
    line_wrap_mode: Pango.WrapMode.WORD_CHAR,
    ellipsize: Pango.EllipsizeMode.NONE,
  });
  return label;
}

/** A box for lines, one below the other, at the middle of an item. */
export function linesBox(): St.BoxLayout {
  return new St.BoxLayout({ orientation: Clutter.Orientation.VERTICAL, y_align: Clutter.ActorAlign.CENTER });
}
