import Gio from 'gi://Gio';
import GLib from 'gi://GLib';
import { type Extension, gettext as _, ngettext } from 'resource:///org/gnome/shell/extensions/extension.js';

import type { Broker } from '../broker/broker.js';
import { openInBrowser } from '../panel/browser.js';
import type { NoticeIntent } from './notice.js';
import { NotificationsModel } from './notificationsModel.js';
import { Tray } from './tray.js';

/** Seconds in which many changes become one look at the whole. */
const PAUSE = 0.2;

const WANTED = ['notify-failover', 'notify-credentials', 'notify-pulls'];

/** Tells what a person should know of the service though they aren’t looking, and does what they want about it. */
export class Notifications {
  readonly #extension: Extension;
  readonly #broker: Broker;
  readonly #isWatched: () => boolean;
  readonly #settings: Gio.Settings;
  readonly #model: NotificationsModel;
  readonly #tray: Tray;
  readonly #brokerHandler: number;
  readonly #settingsHandlers: readonly number[];
  /** The only timer, which is there while something is going to be looked at. */
  #timer = 0;
  #due = 0;

  /**
   * @param extension - the extension that they are from
   * @param broker - the service to tell of
   * @param isWatched - whether the person sees the state of all at this moment anyway
   */
  constructor(extension: Extension, broker: Broker, isWatched: () => boolean) {
    this.#extension = extension;
    this.#broker = broker;
    this.#isWatched = isWatched;
    this.#settings = extension.getSettings();
    const { name, 'version-name': version } = extension.metadata as { name: string; 'version-name'?: string };
    this.#model = new NotificationsModel(version ?? '', { gettext: _, ngettext });
    const icon = extension.dir.get_child('icons').get_child('cloudtolocalllm-connected-symbolic.svg');
    this.#tray = new Tray(
      name,
      new Gio.FileIcon({ file: icon }),
      (intent) => {
        this.#pursue(intent);
      },
      (key) => {
        this.#model.dismiss(key);
      },
    );
    const queueLook = () => {
      this.#lookAt(now() + PAUSE);
    };
    this.#brokerHandler = broker.connect('changed', queueLook);
    this.#settingsHandlers = WANTED.map((key) => this.#settings.connect(`changed::${key}`, queueLook));
    queueLook();
  }

  /** Takes all of it away. What was told isn’t remembered: what is so at the next first look is told without a banner. */
  destroy(): void {
    this.#broker.disconnect(this.#brokerHandler);
    for (const handler of this.#settingsHandlers) this.#settings.disconnect(handler);
    if (this.#timer > 0) GLib.source_remove(this.#timer);
    this.#timer = 0;
    this.#tray.destroy();
  }

  #lookAt(due: number): void {
    if (this.#timer > 0) {
      if (this.#due <= due) return;
      GLib.source_remove(this.#timer);
    }
    this.#due = due;
    // Late enough that what has lasted long enough by then is seen to have.
    const delay = Math.max(0, Math.ceil((due - now()) * 1000));
    this.#timer = GLib.timeout_add(GLib.PRIORITY_LOW, delay, () => {
      this.#timer = 0;
      this.#look();
      return GLib.SOURCE_REMOVE;
    });
  }

  #look(): void {
    const told = this.#settings.get_string('told-versions');
    const { notices, toldVersions, next } = this.#model.observe(this.#broker.snapshot(), {
      now: now(),
      watched: this.#isWatched(),
      wanted: {
        failover: this.#settings.get_boolean('notify-failover'),
        credentials: this.#settings.get_boolean('notify-credentials'),
        pulls: this.#settings.get_boolean('notify-pulls'),
      },
      toldVersions: told,
    });
    this.#tray.sync(notices);
    if (toldVersions !== told) this.#settings.set_string('told-versions', toldVersions);
    if (next !== null) this.#lookAt(next);
  }

  #pursue(intent: NoticeIntent): void {
    switch (intent.act) {
      case 'test':
        this.#broker.test(intent.connection);
        break;
      case 'signIn':
        this.#broker.signIn(intent.connection, openInBrowser);
        break;
      case 'setToken':
        this.#settings.set_string('preferences-page', `connection/${intent.connection}`);
        this.#extension.openPreferences();
        break;
      case 'pull':
        this.#broker.pull(intent.connection, intent.model);
        break;
      case 'unlock':
        this.#broker.unlockKeyring();
        break;
      case 'restart':
        this.#broker.restart();
        break;
    }
  }
}

/** Seconds of a clock that never goes back. */
function now(): number {
  return GLib.get_monotonic_time() / 1_000_000;
}
