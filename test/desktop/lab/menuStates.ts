import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import type { AddressInfo } from 'node:net';
import type { ManagedOllama } from '../../upstreams/managed.ts';
import { address, type Broker } from './broker.ts';
import type { Desktop } from './desktop.ts';
import type { Panel } from './panel.ts';
import { type ConnectionSettings, Settings } from './settings.ts';
import { until, untilIt } from './wait.ts';

/** Names that were given to connections, which nobody translates. */
export const given = { here: 'Workstation', away: 'Attic' };

/** Something that the menu has to be right in. */
export interface MenuState {
  readonly name: string;
  /** Brings it about. */
  readonly come: () => Promise<void>;
  /** A line that is pressed in the open menu to see it. */
  readonly unfold?: string;
  /** Words of ours that the menu has then. */
  readonly says: readonly string[];
  /** Puts an end to what would else be in the way of the next one. */
  readonly leave?: () => Promise<void>;
}

/** What D-Bus starts the broker by; without it the broker isn’t installed. */
const activation = '.local/share/dbus-1/services/online.cloudtolocalllm.Broker.service';
const reload = 'busctl --user call org.freedesktop.DBus /org/freedesktop/DBus org.freedesktop.DBus ReloadConfig';

/** Brings a desktop’s broker into each state that the panel tells of, with a server that answers. */
export class MenuStates {
  readonly #settings: Settings;
  #slow: Server | undefined;
  #end = new AbortController();
  #answer: Promise<unknown> | undefined;
  #authorization = '';

  constructor(
    private readonly desktop: Desktop,
    private readonly panel: Panel,
    private readonly broker: Broker,
    private readonly ollama: ManagedOllama,
  ) {
    this.#settings = new Settings(desktop.machine);
  }

  /** The server that answers. */
  get here(): ConnectionSettings {
    return { id: 'here', name: given.here, kind: 'ollama', url: this.ollama.origin };
  }

  /** One where nothing listens. */
  readonly away: ConnectionSettings = { id: 'away', name: given.away, kind: 'ollama', url: 'http://127.0.0.1:9' };

  /** All of them, in an order in which each comes quickly from the one before. */
  readonly all: readonly MenuState[] = [
    {
      name: 'not-installed',
      come: () => this.#uninstall(),
      says: ['The broker isn’t installed', 'How to Install the Broker', 'Settings'],
      leave: () => this.#inShell(`mv kept ${activation} && ${reload}`),
    },
    {
      name: 'not-running',
      come: () => this.#stop(),
      says: ['The broker isn’t running', 'Start the Broker', 'Settings'],
    },
    {
      name: 'first-run',
      come: () => this.connect('idle'),
      says: ['No connections yet', 'Add a Connection', 'Settings'],
    },
    {
      name: 'connecting',
      come: () => this.#wait(),
      says: ['Connecting…', 'Settings'],
      leave: async () => {
        this.#slow?.close();
        await this.connect('connected', this.here);
      },
    },
    { name: 'connected', come: () => this.connect('connected', this.here), says: [given.here, 'Route', 'Ask…'] },
    { name: 'busy', come: () => this.#ask(), says: [given.here], leave: () => this.#endAnswer() },
    {
      name: 'loaded',
      come: async () => {
        this.ollama.loaded = ['llama3.2:latest', 'qwen3:8b'];
        await this.connect('connected', this.here);
        await this.broker.call('Refresh');
      },
      unfold: 'Loaded Models',
      says: ['llama3.2:latest', 'Unload'],
    },
    {
      name: 'pulling',
      come: () => this.#pull(),
      says: ['phi4', 'Cancel'],
      leave: async () => {
        this.#end.abort();
        await until('the model to be there', () => this.ollama.models.includes('phi4:latest'));
      },
    },
    {
      name: 'partial',
      come: async () => {
        await this.#haveOllamaUnit();
        await this.connect('partial', this.here, this.away);
      },
      says: [given.here, given.away, 'Unreachable', 'Start Ollama'],
    },
    {
      name: 'error',
      come: () => this.connect('error', this.away),
      says: [given.away, 'Disconnected', 'Unreachable'],
    },
  ];

  /** The names of all of them. */
  static readonly names: readonly string[] = [
    ...['not-installed', 'not-running', 'first-run', 'connecting', 'connected', 'busy', 'loaded', 'pulling'],
    ...['partial', 'error'],
  ];

  /** The state of this name. */
  named(name: string): MenuState {
    const state = this.all.find((each) => each.name === name);
    if (!state) throw new Error(`There is no state “${name}” of the menu.`);
    return state;
  }

  /** Has the broker run with these connections, until the panel shows this icon. */
  async connect(icon: string, ...connections: ConnectionSettings[]): Promise<void> {
    await this.#settings.setConnections(connections);
    await this.broker.systemctl('start');
    await this.shows(icon);
  }

  /** Waits until the panel shows this icon. */
  async shows(icon: string): Promise<void> {
    await untilIt(
      `the icon “${icon}”`,
      () => this.panel.indicator(),
      (state) => state?.icon === icon,
      { limit: 30 },
    );
  }

  async #stop(): Promise<void> {
    await this.broker.systemctl('stop', 'cloudtolocalllm.socket');
    await this.broker.systemctl('stop');
    await this.shows('idle');
  }

  async #uninstall(): Promise<void> {
    await this.#stop();
    await this.#inShell(`mv ${activation} kept && ${reload}`);
  }

  /** Has the only server accept and say nothing, as one does that is busy loading. */
  async #wait(): Promise<void> {
    this.#slow = createServer().listen(0, '127.0.0.1');
    await once(this.#slow, 'listening');
    const { port } = this.#slow.address() as AddressInfo;
    await this.connect('connecting', { ...this.here, id: 'slow', url: `http://127.0.0.1:${port}` });
  }

  /** Asks for an answer that goes on until it is ended. */
  async #ask(): Promise<void> {
    this.#end = new AbortController();
    this.ollama.pace = 100_000;
    this.#authorization ||= `Bearer ${await this.broker.key()}`;
    const headers = { 'content-type': 'application/json', authorization: this.#authorization };
    await untilIt(
      'the broker to know the key',
      async () => (await fetch(`${address}/api/version`, { headers })).status,
      (status) => status === 200,
    );
    const body = JSON.stringify({ model: 'llama3.2', messages: [{ role: 'user', content: 'Say something.' }] });
    const { signal } = this.#end;
    this.#answer = fetch(`${address}/api/chat`, { method: 'POST', headers, body, signal })
      .then((response) => response.text())
      .catch(() => undefined);
    await this.shows('busy');
  }

  async #endAnswer(): Promise<void> {
    this.#end.abort();
    await this.#answer;
    this.ollama.pace = 0;
    await this.shows('connected');
  }

  /** Has a model be fetched, and be held in the middle. */
  async #pull(): Promise<void> {
    this.#end = new AbortController();
    this.ollama.models = this.ollama.models.filter((name) => name !== 'phi4:latest');
    this.ollama.until = once(this.#end.signal, 'abort');
    const before = this.ollama.managed.length;
    await this.broker.pull('here', 'phi4');
    await until('the server to be asked', () => this.ollama.managed.length > before);
  }

  /** There is an Ollama on this machine that could be started. */
  async #haveOllamaUnit(): Promise<void> {
    const folder = '/home/user/.config/systemd/user';
    mkdirSync(this.desktop.machine.path(folder), { recursive: true });
    const file = this.desktop.machine.path(`${folder}/ollama.service`);
    writeFileSync(file, '[Service]\nExecStart=/usr/bin/sleep infinity\n');
    await this.desktop.machine.asUser(['systemctl', '--user', 'daemon-reload']);
  }

  async #inShell(script: string): Promise<void> {
    await this.desktop.machine.asUser(['sh', '-c', script]);
  }
}
