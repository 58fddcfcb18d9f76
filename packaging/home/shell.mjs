import { ask, find } from './programs.mjs';

const enabledKey = ['org.gnome.shell', 'enabled-extensions'];

/** Switches the extension on, now or, if the running GNOME Shell doesn't know it yet, for its next start. */
export function enableExtension(uuid, say) {
  if (!find('gsettings') || !ask('gsettings', ['get', ...enabledKey]).ok) {
    say('GNOME Shell is not here, so the extension waits for it. The broker works without.');
    return;
  }
  const known = ask('gnome-extensions', ['enable', uuid]).ok;
  if (!known && !setEnabled((uuids) => [...new Set([...uuids, uuid])])) {
    say(`The extension could not be switched on; in the desktop, run \`gnome-extensions enable ${uuid}\`.`);
    return;
  }
  if (ask('gsettings', ['get', 'org.gnome.shell', 'disable-user-extensions']).printed === 'true') {
    say(
      'The extension is switched on, but all extensions are switched off; Extensions, the application, has the switch.',
    );
  }
  say('Log out and in again: GNOME Shell loads new and changed extensions only when it starts.');
}

/** Switches the extension off and forgets that it was on. */
export function disableExtension(uuid) {
  if (!find('gsettings')) return;
  ask('gnome-extensions', ['disable', uuid]);
  setEnabled((uuids) => uuids.filter((each) => each !== uuid));
  const off = ['org.gnome.shell', 'disabled-extensions'];
  change(off, (uuids) => uuids.filter((each) => each !== uuid));
}

function setEnabled(edit) {
  return change(enabledKey, edit);
}

/** Changes a setting that is a list of strings. @returns whether it is as wanted now */
function change(key, edit) {
  const { ok, printed } = ask('gsettings', ['get', ...key]);
  if (!ok) return false;
  const before = strings(printed);
  const after = edit(before);
  if (after.join('\n') === before.join('\n')) return true;
  const text = after.length ? `[${after.map((each) => `'${each.replace(/['\\]/g, '\\$&')}'`).join(', ')}]` : '@as []';
  return ask('gsettings', ['set', ...key, text]).ok;
}

/** The strings of a list in GVariant's text form, which quotes each with ' or ". */
function strings(text) {
  const quoted = /'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"/g;
  return [...text.matchAll(quoted)].map((match) => (match[1] ?? match[2]).replace(/\\(.)/g, '$1'));
}
