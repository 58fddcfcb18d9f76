import Adw from 'gi://Adw';
import GObject from 'gi://GObject';
import Gtk from 'gi://Gtk';
import { gettext as _, ngettext } from 'resource:///org/gnome/Shell/Extensions/js/extensions/prefs.js';

import { isCancelled, reasonOf } from '../../broker/bus.js';
import { fill } from '../../broker/translator.js';
import { CopyRow } from '../copyRow.js';
import { ProblemRow } from '../problemRow.js';
import { DEFAULT_PORT, expectedPort } from './port.js';
import { PortTaken, type SocketPort } from './socketPort.js';

/** The address that applications are given. */
export class AddressGroup extends Adw.PreferencesGroup {
  static {
    GObject.registerClass({ GTypeName: 'CloudToLocalLLMAddressGroup' }, this);
  }

  readonly #socket: SocketPort;
  readonly #tell: (news: string) => void;
  readonly #address: CopyRow;
  readonly #port = new Adw.EntryRow({ title: _('Port'), use_markup: false, show_apply_button: true });
  readonly #usual = new Gtk.Button({
    icon_name: 'edit-undo-symbolic',
    tooltip_text: fill(_('Use the Usual Port, {port}'), { port: String(DEFAULT_PORT) }),
    valign: Gtk.Align.CENTER,
    css_classes: ['flat'],
  });
  readonly #problem = new ProblemRow();
  /** As the socket unit has it. */
  #current = 0;
  #underWay = false;

  /**
   * @param socket - the unit to which the address belongs
   * @param tell - shows a person in passing that something has come true
   */
  constructor(socket: SocketPort, tell: (news: string) => void) {
    super({ title: _('Address'), description: _('Give it to applications, whichever API they speak.') });
    this.#socket = socket;
    this.#tell = tell;
    this.#address = new CopyRow(_('For Applications'), _('Copy the Address'), () => {
      tell(_('Copied'));
    });
    this.#port.input_purpose = Gtk.InputPurpose.DIGITS;
    this.#port.add_suffix(this.#usual);
    for (const row of [this.#address, this.#port, this.#problem]) this.add(row);
    this.#port.connect('changed', () => {
      this.#check();
    });
    this.#port.connect('apply', () => {
      if (this.#check() === '') this.#change(Number(this.#port.text));
    });
    this.#usual.connect('clicked', () => {
      this.#change(DEFAULT_PORT);
    });
    this.connect('map', () => {
      this.#load();
    });
  }

  #load(): void {
    Promise.all([this.#socket.current(), this.#socket.isTaken()])
      .then(([port, isTaken]) => {
        this.#current = port;
        if (this.#underWay) return;
        this.#sync();
        if (isTaken && port !== 0) this.#problem.say(failureInWords(new PortTaken(port)));
      })
      .catch((error: unknown) => {
        if (!isCancelled(error))
          this.#problem.say(fill(_('systemd doesn’t tell the port: {reason}'), { reason: reasonOf(error) }));
      });
  }

  #sync(): void {
    const known = this.#current !== 0;
    this.#address.subtitle = known ? `http://127.0.0.1:${this.#current}` : _('The broker isn’t installed');
    this.#port.visible = known;
    this.#port.sensitive = !this.#underWay;
    this.#usual.visible = this.#current !== DEFAULT_PORT;
    // Not to be offered as a change.
    this.#port.show_apply_button = false;
    this.#port.text = String(this.#current);
    this.#port.show_apply_button = true;
  }

  /** What is expected instead of the port that stands there, "" if it is right. */
  #check(): string {
    const expected = expectedPort(this.#port.text.trim(), { gettext: _, ngettext });
    this.#port.title = expected || _('Port');
    if (expected) this.#port.add_css_class('error');
    else this.#port.remove_css_class('error');
    this.#port.update_state([Gtk.AccessibleState.INVALID], [Number(expected !== '')]);
    return expected;
  }

  #change(port: number): void {
    this.#problem.say('');
    this.#underWay = true;
    this.#port.sensitive = false;
    this.#socket
      .change(port)
      .then(() => {
        this.#tell(fill(_('The port is {port} now. Tell your applications.'), { port: String(port) }));
      })
      .catch((error: unknown) => {
        if (!isCancelled(error)) this.#problem.say(failureInWords(error));
      })
      .then(() => {
        this.#underWay = false;
        this.#load();
      })
      // The window is gone.
      .catch(() => undefined);
  }
}

function failureInWords(error: unknown): string {
  return error instanceof PortTaken
    ? fill(_('Another program listens at port {port}. Choose another one.'), { port: String(error.port) })
    : fill(_('The port stays as it was: {reason}'), { reason: reasonOf(error) });
}
