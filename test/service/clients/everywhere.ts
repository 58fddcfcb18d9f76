import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RunningBroker } from '../../support/broker.ts';
import { AnthropicStandIn } from '../../upstreams/anthropic.ts';
import { OllamaStandIn } from '../../upstreams/ollama.ts';
import { OpenaiStandIn } from '../../upstreams/openai.ts';
import { tokens } from '../../upstreams/said.ts';

/** The model that every server has. */
export const model = 'qwen3:8b';

/** What servers speak. */
export const kinds = ['ollama', 'openai', 'anthropic'] as const;

export type Kind = (typeof kinds)[number];

/** Where each kind of server is, and brokers that each have one as their only connection. */
export interface Places {
  readonly direct: Readonly<Record<Kind, string>>;
  readonly through: Readonly<Record<Kind, string>>;
}

/** Starts servers that all say the same, and the brokers before them, for a file's tests. @returns says where they are */
export function usePlaces(): () => Places {
  const standIns = { ollama: new OllamaStandIn(), openai: new OpenaiStandIn(), anthropic: new AnthropicStandIn() };
  standIns.openai.texts = tokens;
  standIns.ollama.loaded = [model];
  const brokers = new Map<Kind, RunningBroker>();
  const every = async (start: (kind: Kind) => Promise<unknown>): Promise<unknown> => Promise.all(kinds.map(start));
  beforeAll(async () => {
    await every(async (kind) => {
      standIns[kind].models = [model];
      const { origin } = await standIns[kind].start();
      const token = { env: 'KEY' };
      const config = { connections: [{ id: kind, kind, url: origin, token }] };
      brokers.set(kind, await RunningBroker.start({ config, env: { KEY: 'sk-connection' } }));
    });
  });
  afterAll(async () => {
    await every(async (kind) => {
      await brokers.get(kind)?.release();
      await standIns[kind].stop();
    });
  });
  const places = (of: (kind: Kind) => string) => ({
    ...{ ollama: of('ollama'), openai: of('openai'), anthropic: of('anthropic') },
  });
  return () => ({
    direct: places((kind) => standIns[kind].origin),
    through: places((kind) => brokers.get(kind)?.address ?? ''),
  });
}

/** What an application does with a client, and what it gets. */
export type Program<Client> = (client: Client) => Promise<unknown>;

/**
 * What an application gets otherwise from a broker than from a server of its own dialect, since the connection's server
 * knows no more: the programs, the kinds of connection, and what is at a place in all that they get, if there is one
 * (undefined: nothing is; with a number first, of what they get in that place). `failed` is at the place of everything.
 */
export type Difference = readonly [
  programs: RegExp,
  over: readonly Kind[],
  otherwise: Readonly<Record<string, unknown>>,
];

/** Shows that programs get the same from a broker, whatever its connection speaks, as from a server of their own dialect. */
export function sameEverywhere<Client>(
  dialect: Kind,
  clientOf: (origin: string) => Client,
  programs: Readonly<Record<string, Program<Client>>>,
  byNature: readonly Difference[] = [],
): void {
  const places = usePlaces();
  describe.each(kinds)('over %s', (kind) => {
    it.concurrent.each(Object.entries(programs))('%s', async (name, program) => {
      const { direct, through } = places();
      const [expected, seen] = await Promise.all([
        outcomeOf(program, clientOf(direct[dialect])),
        outcomeOf(program, clientOf(through[kind])),
      ]);
      const differences = byNature.filter(([programs, over]) => programs.test(name) && over.includes(kind));
      expect(seen).toEqual(differences.reduce((result, [, , otherwise]) => different(result, otherwise), expected));
    });
  });
}

/** What differs from answer to answer. */
const passing =
  /^(_request_id|toolCallId|(item_|call_|tool_call_|tool_use_|request_)?id|created|(created|completed|modified|updated)_at|timestamp|system_fingerprint|.*_duration|connections)$/i;

interface Failure {
  readonly status?: number;
  readonly status_code?: number;
  readonly statusCode?: number;
  readonly message: string;
}

/** What a program gets, or the status with which it gets nothing, without what differs from answer to answer. */
async function outcomeOf<Client>(program: Program<Client>, client: Client): Promise<unknown> {
  const outcome = await program(client).catch((error: unknown) => {
    const { status, status_code, statusCode, message } = error as Failure;
    const failed = status ?? status_code ?? statusCode;
    return { failed: failed ?? message };
  });
  return JSON.parse(
    JSON.stringify(outcome, (key, value: unknown) => (passing.test(key) ? undefined : value)),
  ) as unknown;
}

/** What a program gets, but for what is otherwise. */
function different(outcome: unknown, otherwise: Difference[2]): unknown {
  if ('failed' in otherwise) return otherwise;
  for (const [place, value] of Object.entries(otherwise)) put(outcome, place.split('.'), value);
  return outcome;
}

/** Puts a value, or nothing, at every place of that name. */
function put(target: unknown, place: readonly string[], value: unknown): void {
  if (!isObject(target)) return;
  const holder = place.slice(0, -1).reduce<unknown>((at, name) => (isObject(at) ? at[name] : undefined), target);
  const name = place.at(-1) ?? '';
  // A name alone means what is there already.
  if (isObject(holder) && (place.length > 1 || name in holder)) {
    if (value === undefined) Reflect.deleteProperty(holder, name);
    else holder[name] = value;
  }
  if (!/^\d/.test(place[0] ?? '')) for (const each of Object.values(target)) put(each, place, value);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
