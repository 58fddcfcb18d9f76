import type Gio from 'gi://Gio';
import type GObject from 'gi://GObject';
import type Meta from 'gi://Meta';
import Shell from 'gi://Shell';

import type { ChatIntent, ChatSnapshot } from './chatModel.js';

/** The application that a person chats with, any desktop file, as the desktop knows it. Followed only while that is wanted. */
export class ChatApplication {
  readonly #settings: Gio.Settings;
  readonly #handlers: [GObject.Object, number][] = [];

  /** @param settings - where its desktop file is named */
  constructor(settings: Gio.Settings) {
    this.#settings = settings;
  }

  /** The application at this moment, null if none is chosen, or it isn't installed. */
  snapshot(): ChatSnapshot | null {
    const app = this.#app();
    if (app === null) return null;
    const visible = windowsOf(app).some((window) => !window.minimized);
    return { name: app.get_name(), state: stateOf(app), visible };
  }

  /** Its picture, null if there is none. */
  icon(): Gio.Icon | null {
    return this.#app()?.get_icon() ?? null;
  }

  /** Calls back whenever a snapshot may differ from the last one, until it is left. */
  follow(onChanged: () => void): void {
    const apps = Shell.AppSystem.get_default();
    const manager = global.window_manager;
    for (const signal of ['app-state-changed', 'installed-changed']) this.#connect(apps, signal, onChanged);
    for (const signal of ['minimize', 'unminimize', 'map', 'destroy']) this.#connect(manager, signal, onChanged);
    this.#connect(this.#settings, 'changed::chat-application', onChanged);
  }

  /** Ends that. */
  leave(): void {
    for (const [emitter, handler] of this.#handlers.splice(0)) emitter.disconnect(handler);
  }

  /** Does what a person wants of it. */
  fulfil(intent: ChatIntent): void {
    const app = this.#app();
    switch (intent) {
      case 'launch':
      case 'show':
        app?.activate();
        break;
      case 'hide':
        if (app) for (const window of windowsOf(app)) window.minimize();
        break;
      case 'quit':
        app?.request_quit();
        break;
    }
  }

  #connect(emitter: GObject.Object, signal: string, handler: () => void): void {
    this.#handlers.push([emitter, emitter.connect(signal, handler)]);
  }

  #app(): Shell.App | null {
    const id = this.#settings.get_string('chat-application');
    return id === '' ? null : Shell.AppSystem.get_default().lookup_app(id);
  }
}

function stateOf({ state }: Shell.App): ChatSnapshot['state'] {
  switch (state) {
    case Shell.AppState.RUNNING:
      return 'running';
    case Shell.AppState.STARTING:
      return 'starting';
    default:
      return 'stopped';
  }
}

function windowsOf(app: Shell.App): Meta.Window[] {
  return app.get_windows().filter((window) => !window.skip_taskbar);
}
