import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { program, RunningBroker } from '../../support/broker.ts';
import { PrivateBus } from '../../support/bus.ts';
import { GnomeKeyring } from '../../support/gnomeKeyring.ts';
import { AnthropicStandIn } from '../../upstreams/anthropic.ts';
import { HttpProxyStandIn } from '../../upstreams/httpProxy.ts';
import { ManagedOllama } from '../../upstreams/managed.ts';
import { OpenaiStandIn } from '../../upstreams/openai.ts';
import { Browser } from '../signIn/browser.ts';
import { RunningProvider } from '../signIn/provider.ts';
import { BusTraffic } from './busTraffic.ts';
import { Canaries } from './canaries.ts';
import { Echo } from './echoes.ts';
import { Evidence } from './evidence.ts';
import { noteFiles, noteProcess } from './remains.ts';

class Ollama extends ManagedOllama {
  readonly echo = new Echo();
  protected override takes(request: IncomingMessage, response: ServerResponse): boolean {
    return this.echo.takes(request, response) || super.takes(request, response);
  }
}
class Openai extends OpenaiStandIn {
  readonly echo = new Echo();
  protected override takes(request: IncomingMessage, response: ServerResponse): boolean {
    return this.echo.takes(request, response);
  }
}
class Anthropic extends AnthropicStandIn {
  readonly echo = new Echo();
  protected override takes(request: IncomingMessage, response: ServerResponse): boolean {
    return this.echo.takes(request, response);
  }
}

/** A broker with a token of every kind, and everything around it that could be told one. */
export class Household {
  readonly canaries = new Canaries();
  readonly evidence = new Evidence(this.canaries);
  readonly folder = mkdtempSync(join(tmpdir(), 'cloudtolocalllm-leaks-'));
  readonly servers = {
    ollama: new Ollama(),
    openai: new Openai(),
    anthropic: new Anthropic(),
    vault: new Openai(),
    signed: new Openai(),
    proxied: new Openai(),
  };
  readonly proxy = new HttpProxyStandIn(() => Number(new URL(this.servers.proxied.origin).port));
  readonly #secrets = mkdtempSync(join(tmpdir(), 'cloudtolocalllm-secrets-'));
  bus!: PrivateBus;
  traffic!: BusTraffic;
  keyring!: GnomeKeyring;
  provider!: RunningProvider;
  broker!: RunningBroker;
  /** A key of an application. */
  key = '';
  #turn = 0;

  /** Everything is up, and somebody is signed in. */
  static async open(): Promise<Household> {
    const household = new Household();
    try {
      await household.#start();
    } catch (error) {
      await household.close();
      throw error;
    }
    return household;
  }

  async #start(): Promise<void> {
    for (const name of ['home', 'state', 'run/cloudtolocalllm', 'tmp']) {
      mkdirSync(join(this.folder, name), { recursive: true, mode: 0o700 });
    }
    for (const server of Object.values(this.servers)) await server.start();
    this.bus = await PrivateBus.start({ ownServices: true });
    this.traffic = await BusTraffic.of(this.bus);
    this.keyring = new GnomeKeyring(this.bus);
    await this.keyring.start(this.canaries.word('the password of the keyring'));
    this.provider = await RunningProvider.start();
    this.provider.altered = ({ path, body }) => {
      if (path === '/token') this.#adoptTokens(body as Record<string, string | undefined>);
    };
    await this.proxy.start();
    const password = this.canaries.word('the password of the proxy');
    this.proxy.wanted = `somebody:${password}`;
    this.#writeSecret('token', this.canaries.token('the token in a file'));
    this.#writeSecret('credential', this.canaries.token('the token of systemd'));
    const config = { keys: join(this.folder, 'state/keys.json'), connections: this.#connections() };
    this.broker = await RunningBroker.start({
      config,
      cwd: join(this.folder, 'home'),
      args: ['--socket', join(this.folder, 'run/cloudtolocalllm/broker.sock')],
      env: {
        ...this.environment,
        DEBUG: '*',
        OLLAMA_TOKEN: this.canaries.token('the token in the environment'),
        CREDENTIALS_DIRECTORY: this.#secrets,
        HTTP_PROXY: `http://somebody:${password}@127.0.0.1:${this.proxy.port}`,
      },
    });
    await this.signIn();
    await this.command(['token', 'set', 'vault'], this.canaries.token('the token in the keyring'));
    this.key = await this.#makeKey();
    await this.connected();
  }

  /** Of the broker's, and of commands; without any secret. */
  get environment(): NodeJS.ProcessEnv {
    return {
      PATH: process.env.PATH,
      HOME: join(this.folder, 'home'),
      XDG_STATE_HOME: join(this.folder, 'state'),
      XDG_RUNTIME_DIR: join(this.folder, 'run'),
      TMPDIR: join(this.folder, 'tmp'),
      DBUS_SESSION_BUS_ADDRESS: this.bus.address,
    };
  }

  /** Of the broker's configuration. */
  get configPath(): string {
    return join(this.broker.folder, 'config.json');
  }

  /** Has a connection checked, over the bus. */
  async test(id: string): Promise<void> {
    await this.bus.call('/online/cloudtolocalllm/Broker', 'online.cloudtolocalllm.Broker1.Test', id);
  }

  /** Lets the broker forget how its connections fared, by names that are new. */
  async refreshed(): Promise<void> {
    this.#turn += 1;
    this.configure(JSON.stringify({ keys: join(this.folder, 'state/keys.json'), connections: this.#connections() }));
    this.broker.process.kill('SIGHUP');
    await this.connected();
  }

  /** Writes the broker's configuration. */
  configure(text: string): void {
    writeFileSync(this.configPath, text);
  }

  /** Waits until all connections work. */
  async connected(): Promise<void> {
    const name = ` ${this.#turn}`;
    await this.broker.until(({ connections }) =>
      connections.every((one) => one.name.endsWith(name) && one.state === 'connected'),
    );
  }

  /** Runs a command of the program. @returns what it printed */
  async command(args: readonly string[], input = ''): Promise<string> {
    const child = spawn(process.execPath, [program, ...args], {
      env: this.environment,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let printed = '';
    child.stdout.on('data', (chunk) => (printed += String(chunk)));
    child.stderr.on('data', (chunk) => (printed += String(chunk)));
    child.stdin.end(input);
    await once(child, 'close');
    return printed;
  }

  /** Notes how the broker is shown now. */
  async noteStatus(when: string): Promise<void> {
    this.evidence.note(`/broker/status ${when}`, JSON.stringify(await this.broker.status()));
    this.evidence.note(`status --json ${when}`, await this.command(['status', '--json']));
  }

  /** Notes what the broker has written and opened so far, and what was said on the bus. */
  async noteEverything(): Promise<void> {
    const { evidence, broker } = this;
    const { pid } = broker.process;
    evidence.note('standard output', broker.stdout);
    evidence.note('standard error', broker.stderr);
    if (pid !== undefined) noteProcess(evidence, pid);
    for (const folder of [this.folder, broker.folder, String(this.bus.env.HOME)]) noteFiles(evidence, folder);
    await this.traffic.caughtUp();
    for (const message of this.traffic.messages((one) => isSetToken(one))) evidence.note('the session bus', message);
  }

  async close(): Promise<void> {
    for (const server of Object.values(this.servers)) await server.stop();
    this.proxy.stop();
    await (this.broker as RunningBroker | undefined)?.release();
    await (this.provider as RunningProvider | undefined)?.stop();
    await (this.keyring as GnomeKeyring | undefined)?.kill();
    await (this.traffic as BusTraffic | undefined)?.stop();
    await (this.bus as PrivateBus | undefined)?.stop();
    rmSync(this.folder, { recursive: true, force: true });
    rmSync(this.#secrets, { recursive: true, force: true });
  }

  #connections(): object[] {
    const { ollama, openai, anthropic, vault, signed } = this.servers;
    const { issuer } = this.provider;
    const timeouts = { firstByte: 3, handOver: 3, idle: 3 };
    return [
      { id: 'ollama', kind: 'ollama', url: ollama.origin, token: { env: 'OLLAMA_TOKEN' } },
      { id: 'openai', kind: 'openai', url: openai.origin, token: { file: join(this.#secrets, 'token') } },
      { id: 'anthropic', kind: 'anthropic', url: anthropic.origin, token: { credential: 'credential' } },
      { id: 'vault', kind: 'openai', url: vault.origin, token: { keyring: true } },
      { id: 'signed', kind: 'openai', url: signed.origin, token: { signIn: { issuer, clientId: 'broker' } } },
      { id: 'proxied', kind: 'openai', url: 'http://models.example/v1' },
    ].map((one) => ({ ...one, name: `${one.id} ${this.#turn}`, timeouts }));
  }

  /** Signs in, as a person does. @returns what the browser showed last */
  async signIn(): Promise<string> {
    const path = '/online/cloudtolocalllm/Broker';
    const told = await this.bus.call(path, 'online.cloudtolocalllm.Broker1.Login', 'signed');
    const [, url = ''] = /'(http[^']+)'/.exec(told) ?? [];
    const browser = new Browser();
    const back = await browser.signIn(url);
    this.canaries.adopted('the code of signing in', new URL(back.url).searchParams.get('code') ?? '');
    return (await browser.open(back.url)).text;
  }

  #adoptTokens({ access_token, refresh_token }: Readonly<Record<string, string | undefined>>): void {
    this.canaries.adopted('an access token', access_token ?? '');
    this.canaries.adopted('a refresh token', refresh_token ?? '');
  }

  async #makeKey(): Promise<string> {
    const printed = await this.command(['key', 'create', 'app', '--config', this.configPath]);
    const [key = ''] = /ctl-\S+/.exec(printed) ?? [];
    return this.canaries.adopted('the key of an application', key);
  }

  #writeSecret(name: string, text: string): void {
    writeFileSync(join(this.#secrets, name), text, { mode: 0o600 });
  }
}

/** The one way on which a token comes over the bus: from the person who enters it. */
function isSetToken(message: Buffer): boolean {
  return message[1] === 1 && message.includes('SetToken') && message.includes('online.cloudtolocalllm.Broker1');
}
