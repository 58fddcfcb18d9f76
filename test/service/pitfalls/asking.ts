import { once } from 'node:events';
import { type IncomingHttpHeaders, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { TestContext } from 'vitest';
import { RunningBroker, within } from '../../support/broker.ts';
import { OllamaStandIn } from '../../upstreams/ollama.ts';
import { OpenaiStandIn } from '../../upstreams/openai.ts';
import type { Received } from '../../upstreams/server.ts';

/** The model that all stand-ins of these tests have. */
export const model = 'model:latest';

export const messages = [{ role: 'user' as const, content: 'Hello!' }];

export type Release = TestContext['onTestFinished'];

/** A stand-in, and what is configured of the connection to it beside its address, or because of that. */
type Served = readonly [standIn: OllamaStandIn | OpenaiStandIn, settings?: Settings | ((origin: string) => Settings)];

type Settings = Readonly<Record<string, unknown>>;

/** Starts stand-ins, and a broker whose connections they are, in that order. */
export async function serving(
  served: Readonly<Record<string, Served>>,
  onTestFinished: Release,
  more: { readonly env?: NodeJS.ProcessEnv; readonly continuation?: boolean } = {},
): Promise<RunningBroker> {
  const { env = {}, ...others } = more;
  const connections = [];
  for (const [id, [standIn, settings = {}]] of Object.entries(served)) {
    standIn.models = [model];
    await standIn.start();
    onTestFinished(() => standIn.stop());
    const kind = standIn instanceof OllamaStandIn ? 'ollama' : 'openai';
    const { origin } = standIn;
    connections.push({ id, kind, url: origin, ...(typeof settings === 'function' ? settings(origin) : settings) });
  }
  const broker = await RunningBroker.start({ config: { connections, ...others }, env });
  onTestFinished(() => broker.release());
  return broker;
}

/** What is asked, and how. */
export interface Question {
  readonly path?: '/api/chat' | '/api/generate' | '/v1/chat/completions';
  readonly streamed?: boolean;
  /** A route of its own. */
  readonly route?: string;
  /** With it the application goes away. */
  readonly signal?: AbortSignal;
}

/** Asks as an application does. @returns the answer as soon as its head is here */
export async function asked(
  { address }: Pick<RunningBroker, 'address'>,
  { path = '/v1/chat/completions', streamed = true, route, signal }: Question = {},
): Promise<IncomingMessage> {
  const headers = route === undefined ? {} : { 'x-cloudtolocalllm-route': route };
  const sent = request(`${address}${path}`, { method: 'POST', agent: false, headers, ...(signal && { signal }) });
  const response = once(sent, 'response');
  sent.end(JSON.stringify({ model, stream: streamed, messages, prompt: 'Hello!' }));
  const [reply] = (await within(response, () => 'there is no answer')) as [IncomingMessage];
  // Who goes away knows it.
  reply.on('error', () => undefined);
  return reply;
}

/** What an application has seen when an answer is over. */
export interface Seen {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Who answered, and who went on with it. */
  readonly by: string | undefined;
  readonly body: string;
  /** Its text. */
  readonly text: string;
  /** Whether the connection was cut in the middle of it. */
  readonly cut: boolean;
}

/** Asks as an application does. @returns the answer when it is over */
export async function ask(broker: Pick<RunningBroker, 'address'>, question: Question = {}): Promise<Seen> {
  const reply = await asked(broker, question);
  const chunks: Buffer[] = [];
  reply.on('data', (chunk: Buffer) => chunks.push(chunk));
  await within(
    new Promise((resolve) => reply.once('close', resolve)),
    () => `the answer does not end: ${Buffer.concat(chunks).toString('utf8')}`,
  );
  const body = Buffer.concat(chunks).toString('utf8');
  const { headers, trailers } = reply;
  const who = [headers['x-cloudtolocalllm-connection'], trailers['x-cloudtolocalllm-continued']];
  return {
    ...{ status: reply.statusCode ?? 0, headers, body, text: textOf(body), cut: !reply.complete },
    by: who.filter((id) => id !== undefined).join(', then ') || undefined,
  };
}

/** Reads an answer until something has come, and then goes away. @returns what came */
export async function readUntil(words: string, reply: IncomingMessage): Promise<string> {
  const reading = async (): Promise<string> => {
    let body = '';
    for await (const chunk of reply) {
      body += String(chunk);
      if (body.includes(words)) return body;
    }
    throw new Error(`“${words}” did not come, but: ${body}`);
  };
  return within(reading(), () => `“${words}” does not come`);
}

/** Asks, and goes away when told to. @returns what does that, and what settles when the application is gone */
export function leaving(broker: RunningBroker, question: Question): { leave: () => void; gone: Promise<unknown> } {
  const away = new AbortController();
  const gone = asked(broker, { ...question, signal: away.signal })
    .then((reply) => once(reply.resume(), 'close'))
    .catch(() => undefined);
  return {
    leave: () => {
      away.abort();
    },
    gone,
  };
}

interface Part {
  readonly message?: { readonly content?: string };
  readonly response?: string;
  readonly choices?: readonly {
    readonly delta?: { readonly content?: string };
    readonly message?: { readonly content?: string };
  }[];
}

/** The text in an answer of either dialect, streamed or whole. */
function textOf(body: string): string {
  return body
    .split('\n')
    .map((line) => line.replace(/^data: /, ''))
    .filter((line) => line.startsWith('{'))
    .flatMap((line) => {
      const { message, response, choices = [] } = JSON.parse(line) as Part;
      return [message?.content ?? response, ...choices.map((choice) => (choice.delta ?? choice.message)?.content)];
    })
    .join('');
}

/** A provider whose streams are altered, before what its fault does to them. */
export class AlteredOpenai extends OpenaiStandIn {
  alter = (pieces: readonly string[]): readonly string[] => pieces;

  protected override stream(response: ServerResponse, contentType: string, pieces: readonly string[]): Promise<void> {
    return super.stream(response, contentType, this.alter(pieces));
  }
}

/** Whoever waits for it goes on when it is told. */
export class Held {
  readonly #released: Promise<void>;
  /** Tells them. */
  release!: () => void;

  constructor() {
    this.#released = new Promise((resolve) => {
      this.release = resolve;
    });
  }

  /** Settles when it is released. */
  get over(): Promise<void> {
    return this.#released;
  }
}

/** An Ollama that says nothing to some requests until it is told to: without a head, as while it loads a model. */
export class HeldOllama extends OllamaStandIn {
  readonly #held = new Held();

  /** @param holds which requests wait */
  constructor(private readonly holds = ({ method }: Received): boolean => method === 'POST') {
    super();
  }

  /** Answers them all, and those to come. */
  release(): void {
    this.#held.release();
  }

  protected override async handle(received: Received, response: ServerResponse): Promise<void> {
    if (this.holds(received)) await this.#held.over;
    if (!response.destroyed) await super.handle(received, response);
  }
}

/** An event of OpenAI’s streams. */
export function event(fields: object): string {
  return `data: ${JSON.stringify(fields)}\n\n`;
}

/** The same with a piece of the only choice. */
export function piece(delta: object, finish_reason: string | null = null): string {
  return event({ id: 'chatcmpl-1', object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason }] });
}

/** A machine on which time passes faster: so many seconds in one. Nothing there may be limited that takes real time. */
export function hastened(times: number): NodeJS.ProcessEnv {
  return machineOf(`
    for (const name of ['setTimeout', 'setInterval']) {
      const set = globalThis[name];
      globalThis[name] = (call, milliseconds, ...more) => set(call, milliseconds / ${times}, ...more);
    }
  `);
}

/** Variables with which a program runs a script of ours first: what stands in there for its machine. */
export function machineOf(script: string): NodeJS.ProcessEnv {
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(script)}` };
}
