import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { within } from './broker.ts';

type Fields = Readonly<Record<string, unknown>>;

/** What Chromium answers to a command, or tells by itself (https://chromedevtools.github.io/devtools-protocol). */
interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly sessionId?: string;
  readonly result?: Fields;
  readonly params?: Fields;
  readonly error?: { readonly message: string };
}

/** A script of a page ended with an error. */
export class ScriptFailed extends Error {
  override readonly name = 'ScriptFailed';
}

/**
 * Debian's Chromium without a window, as the user who runs the tests. It shows pages as it does for a person; only where
 * names lead is told to it, and that it asks nobody in the net.
 */
export class Chromium {
  readonly #process: ChildProcess;
  readonly #commands: Writable;
  readonly #folder = mkdtempSync(join(tmpdir(), 'chromium-'));
  readonly #closed: Promise<unknown>;
  readonly #waiting = new Map<number, (message: Message) => void>();
  /** What pages tell, by their session. */
  readonly told = new EventEmitter();
  #sent = 0;
  #said = '';

  private constructor(names: readonly string[]) {
    const mapped = names.map((name) => `MAP ${name} 127.0.0.1`);
    // What leads here in every browser.
    const ours = ['localhost', '*.localhost', '127.0.0.1', '0.0.0.0'];
    const rules = [...mapped, 'MAP * ~NOTFOUND', ...ours.map((name) => `EXCLUDE ${name}`)];
    const options = [
      ...['--headless=new', '--remote-debugging-pipe', '--no-first-run', '--disable-gpu', '--disable-dev-shm-usage'],
      ...['--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-extensions'],
      ...[`--user-data-dir=${this.#folder}`, `--host-resolver-rules=${rules.join(', ')}`, '--no-proxy-server'],
      // It can't confine itself when root starts it.
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    ];
    this.#process = spawn('chromium', [...options, 'about:blank'], {
      stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
      // Its own home and session, so that nothing of this machine's gets in and nothing stays.
      env: { PATH: process.env.PATH, HOME: this.#folder, XDG_RUNTIME_DIR: this.#folder },
    });
    this.#closed = new Promise((resolve) => {
      this.#process.once('close', resolve).once('error', (error) => {
        this.#said += error.message;
        resolve(undefined);
      });
    });
    const [, , errors, commands, messages] = this.#process.stdio as unknown as [
      null,
      null,
      Readable,
      Writable,
      Readable,
    ];
    errors.setEncoding('utf8').on('data', (text: string) => (this.#said += text));
    this.#commands = commands;
    commands.on('error', () => undefined);
    let rest = '';
    messages.setEncoding('utf8').on('data', (text: string) => {
      const parts = (rest + text).split('\0');
      rest = parts.pop() ?? '';
      for (const part of parts) this.#take(JSON.parse(part) as Message);
    });
  }

  /** Starts it. @param names lead to this machine; all others lead nowhere */
  static async start(names: readonly string[]): Promise<Chromium> {
    const chromium = new Chromium(names);
    try {
      await chromium.command('Browser.getVersion');
      return chromium;
    } catch (error) {
      await chromium.stop();
      throw error;
    }
  }

  /** Opens a page of its own, and waits until it is there. */
  async open(url: string): Promise<Page> {
    const { targetId } = await this.command('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = await this.command('Target.attachToTarget', { targetId, flatten: true });
    const page = new Page(this, String(targetId), String(sessionId));
    await page.goTo(url);
    return page;
  }

  /** Sends a command, to a page if that is named. @throws Error if it is refused, or Chromium has ended */
  async command(method: string, params: Fields = {}, sessionId?: string): Promise<Fields> {
    this.#sent += 1;
    const id = this.#sent;
    const answered = new Promise<Message>((resolve) => this.#waiting.set(id, resolve));
    this.#commands.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    const ended = this.#closed.then((): never => {
      throw new Error(`Chromium has ended (Debian’s package “chromium” has it): ${this.#said}`);
    });
    const { result = {}, error } = await within(
      Promise.race([answered, ended]),
      () => `Chromium doesn’t answer to ${method}: ${this.#said}`,
    );
    if (error !== undefined) throw new Error(`${method}: ${error.message}`);
    return result;
  }

  /** Ends it, and takes away what it wrote. */
  async stop(): Promise<void> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) this.#process.kill('SIGKILL');
    await this.#closed;
    // Its children end with it, a moment later.
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  }

  #take(message: Message): void {
    if (message.id === undefined) {
      if (message.sessionId !== undefined) this.told.emit(message.sessionId, message);
    } else {
      this.#waiting.get(message.id)?.(message);
      this.#waiting.delete(message.id);
    }
  }
}

/** A page, as somebody sees it who has its console open. */
export class Page {
  /** What it has loaded, by Chromium's names for that. */
  readonly #loaded = new Set<unknown>();

  constructor(
    private readonly chromium: Chromium,
    private readonly target: string,
    private readonly session: string,
  ) {
    chromium.told.on(session, ({ method, params = {} }: Message) => {
      if (method === 'Page.lifecycleEvent' && params.name === 'load') this.#loaded.add(params.loaderId);
    });
  }

  /** Shows another address, as if a person had entered it, and waits until that is loaded. @throws Error if it can't be */
  async goTo(url: string): Promise<void> {
    await this.command('Page.enable');
    await this.command('Page.setLifecycleEventsEnabled', { enabled: true });
    const { loaderId, errorText } = await this.command('Page.navigate', { url });
    if (errorText !== undefined) throw new Error(`${url}: ${errorText as string}`);
    const loaded = async (): Promise<void> => {
      while (!this.#loaded.has(loaderId)) await once(this.chromium.told, this.session);
    };
    await within(loaded(), () => `${url} doesn’t load`);
  }

  /**
   * Runs the body of an async function in the page.
   *
   * @returns what that returns, as JSON has it
   * @throws {ScriptFailed} with what it threw
   */
  async run<T>(script: string): Promise<T> {
    const expression = `(async () => { ${script} })()`;
    const evaluated = await this.command('Runtime.evaluate', {
      ...{ expression, awaitPromise: true, returnByValue: true },
      // As after a click, which forms and new windows want.
      userGesture: true,
    });
    const { result, exceptionDetails } = evaluated as {
      result: { value: T };
      exceptionDetails?: { exception?: { description?: string } };
    };
    if (exceptionDetails) throw new ScriptFailed(exceptionDetails.exception?.description ?? 'no reason');
    return result.value;
  }

  /** Closes it. */
  async close(): Promise<void> {
    await this.chromium.command('Target.closeTarget', { targetId: this.target });
  }

  private command(method: string, params: Fields = {}): Promise<Fields> {
    return this.chromium.command(method, params, this.session);
  }
}
