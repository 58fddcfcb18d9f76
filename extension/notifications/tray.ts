import type Gio from 'gi://Gio';
import * as Main from 'resource:///org/gnome/shell/ui/main.js';
import { Notification, NotificationDestroyedReason, Source } from 'resource:///org/gnome/shell/ui/messageTray.js';

import type { NoticeIntent, ShownNotice } from './notice.js';

/** Our notifications in the shell’s tray, all from one source, which is there while there are any. */
export class Tray {
  readonly #title: string;
  readonly #icon: Gio.Icon;
  readonly #onWanted: (intent: NoticeIntent) => void;
  readonly #onGone: (key: string) => void;
  readonly #shown = new Map<string, Notification>();
  #source: Source | null = null;

  /**
   * @param title - who the notifications are from
   * @param icon - their picture
   * @param onWanted - called with what a person wants done about a notification
   * @param onGone - called with the key of a notification that the person, or the shell, put away
   */
  constructor(title: string, icon: Gio.Icon, onWanted: (intent: NoticeIntent) => void, onGone: (key: string) => void) {
    this.#title = title;
    this.#icon = icon;
    this.#onWanted = onWanted;
    this.#onGone = onGone;
  }

  /** Shows these notices, and no others. */
  sync(notices: readonly ShownNotice[]): void {
    const keys = new Set(notices.map(({ key }) => key));
    for (const [key, notification] of [...this.#shown]) {
      if (!keys.has(key)) this.#withdraw(key, notification);
    }
    for (const notice of notices) {
      const notification = this.#shown.get(notice.key);
      if (notification === undefined) this.#show(notice);
      // Each assignment would make the notification a new one, as of now.
      else if (notification.title !== notice.title || notification.body !== notice.body) {
        notification.title = notice.title;
        notification.body = notice.body;
      }
    }
  }

  /** Takes all of it away. */
  destroy(): void {
    this.sync([]);
  }

  #withdraw(key: string, notification: Notification): void {
    this.#shown.delete(key);
    notification.destroy(NotificationDestroyedReason.SOURCE_CLOSED);
  }

  #show({ key, title, body, action, quiet, passing }: ShownNotice): void {
    const source = this.#source ?? this.#addSource();
    const notification = new Notification({ source, title, body, isTransient: passing, acknowledged: quiet });
    if (action) {
      notification.addAction(action.label, () => {
        this.#onWanted(action.intent);
      });
    }
    notification.connect('destroy', () => {
      if (this.#shown.get(key) !== notification) return;
      this.#shown.delete(key);
      this.#onGone(key);
    });
    this.#shown.set(key, notification);
    source.addNotification(notification);
  }

  /** One ends with its last notification. */
  #addSource(): Source {
    const source = new Source({ title: this.#title, icon: this.#icon });
    source.connect('destroy', () => {
      this.#source = null;
    });
    Main.messageTray.add(source);
    this.#source = source;
    return source;
  }
}
