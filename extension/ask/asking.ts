import Gio from 'gi://Gio';
import GLib from 'gi://GLib';
import Meta from 'gi://Meta';
import Shell from 'gi://Shell';
import { type Extension, gettext as _, ngettext } from 'resource:///org/gnome/shell/extensions/extension.js';
import * as Main from 'resource:///org/gnome/shell/ui/main.js';

import type { Broker } from '../broker/broker.js';
import { Chat } from '../broker/chat.js';
import { AskDialog } from './askDialog.js';
import { type AskModel, askModel, type AskRemedy } from './askModel.js';
import { Conversation } from './conversation.js';

const SHORTCUT = 'ask-shortcut';
const MODEL = 'ask-model';

/**
 * Asking a model from the desktop: the shortcut, the dialog that it opens, and the conversation in it. Until somebody
 * asks for it there is nothing but the shortcut. The conversation lasts until a new one is begun.
 */
export class Asking {
  readonly #extension: Extension;
  readonly #broker: Broker;
  readonly #settings: Gio.Settings;
  readonly #conversation = new Conversation();
  #dialog: AskDialog | null = null;
  #chat: Chat | null = null;
  #pending = 0;

  /**
   * @param extension - the extension that it belongs to
   * @param broker - the service that is asked
   */
  constructor(extension: Extension, broker: Broker) {
    this.#extension = extension;
    this.#broker = broker;
    this.#settings = extension.getSettings();
    const { NORMAL, OVERVIEW } = Shell.ActionMode;
    Main.wm.addKeybinding(SHORTCUT, this.#settings, Meta.KeyBindingFlags.IGNORE_AUTOREPEAT, NORMAL | OVERVIEW, () => {
      this.open();
    });
  }

  /** Opens the dialog, with the cursor in the field and the conversation as it was. */
  open(): void {
    this.#dialog ??= this.#newDialog();
    this.#broker.refreshPresence();
    this.#sync();
    this.#dialog.open();
  }

  /** Leaves nothing behind, and ends what is being answered. */
  destroy(): void {
    Main.wm.removeKeybinding(SHORTCUT);
    this.#chat?.cancel();
    this.#chat = null;
    if (this.#pending > 0) GLib.source_remove(this.#pending);
    this.#pending = 0;
    this.#dialog?.popModal();
    this.#dialog?.destroy();
    this.#dialog = null;
  }

  #newDialog(): AskDialog {
    const dialog = new AskDialog({
      ask: (question) => {
        this.#ask(question);
      },
      retry: () => {
        this.#ask(this.#conversation.takeBack());
      },
      stop: () => {
        this.#stop();
      },
      renew: () => {
        this.#stop();
        this.#conversation.clear();
        this.#sync();
      },
      choose: (model) => {
        this.#settings.set_string(MODEL, model);
        this.#sync();
      },
      remedy: (remedy) => {
        this.#pursue(remedy);
      },
    });
    // What is closed isn't waited for; what has come of it stays.
    dialog.connect('closed', () => {
      this.#stop();
    });
    this.#broker.connectObject(
      'changed',
      () => {
        this.#queueSync();
      },
      dialog,
    );
    return dialog;
  }

  #ask(question: string): void {
    const { model } = this.#model();
    const messages = this.#conversation.ask(question, model);
    const { address } = this.#broker.snapshot();
    const chat = new Chat(address, model, messages, {
      origin: (origin) => {
        this.#conversation.answeredBy(origin);
        this.#sync();
      },
      progress: (progress) => {
        this.#conversation.progress(progress);
        this.#sync();
      },
      end: (end) => {
        this.#conversation.end(end);
        this.#chat = null;
        this.#sync();
        this.#announce();
      },
    });
    this.#chat = chat;
    this.#sync();
    this.#dialog?.scrollToEnd();
  }

  #stop(): void {
    this.#chat?.cancel();
    this.#chat = null;
    this.#conversation.stop();
    this.#sync();
  }

  #pursue(remedy: AskRemedy): void {
    if (remedy === 'start') {
      this.#broker.start();
      return;
    }
    this.#dialog?.close();
    if (remedy === 'settings') this.#extension.openPreferences();
    else
      Gio.AppInfo.launch_default_for_uri(this.#extension.metadata.url ?? '', global.create_app_launch_context(0, -1));
  }

  /** A screen reader says the answer when it is there, and not word by word. */
  #announce(): void {
    const turn = this.#model().turns.at(-1);
    if (turn !== undefined) this.#dialog?.announce([turn.answer, turn.note, turn.problem].filter(Boolean).join('\n'));
  }

  /** Many changes at once become one look at the whole, and none while nobody looks. */
  #queueSync(): void {
    if (this.#dialog?.visible !== true) return;
    this.#pending ||= GLib.idle_add(GLib.PRIORITY_DEFAULT_IDLE, () => {
      this.#pending = 0;
      this.#sync();
      return GLib.SOURCE_REMOVE;
    });
  }

  #sync(): void {
    this.#dialog?.sync(this.#model());
  }

  #model(): AskModel {
    const chosen = this.#settings.get_string(MODEL);
    return askModel(this.#broker.snapshot(), this.#conversation.turns, chosen, { gettext: _, ngettext });
  }
}
