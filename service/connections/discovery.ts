import { request } from 'node:http';
import { isLoopback, withoutBrackets } from '../config/validate.js';
import { type Fields, isObject, objectFrom } from '../dialects/fields.js';

/** What is looked for on this machine. */
const host = '127.0.0.1';

/** Where servers of models listen unless told otherwise: Ollama, llama.cpp and LocalAI, LM Studio, vLLM, Jan, KoboldCpp. */
export const usualPorts: readonly number[] = [11434, 8080, 1234, 8000, 1337, 5001];

/** A server that doesn't answer within that is none. Milliseconds. */
const patience = 2000;

/** More than any list of models takes. Bytes. */
const limit = 4 * 1024 * 1024;

/** A server of models that was found. */
export interface Found {
  readonly kind: 'ollama' | 'openai';
  /** What its program is called. */
  readonly name: string;
  /** As a connection's settings want it. */
  readonly url: string;
  /** How many models it has. */
  readonly models: number;
}

/** What was answered to a question. */
export interface Reply {
  readonly status: number;
  readonly text: string;
}

/** What a server answers to the questions by which kinds are told apart; undefined where it didn't. */
export interface Replies {
  /** `/` */
  readonly root: Reply | undefined;
  /** `/api/version` */
  readonly version: Reply | undefined;
  /** `/v1/models` */
  readonly models: Reply | undefined;
}

/** What programs call themselves, by whom their list says its models belong to. */
const byOwner: Readonly<Record<string, string>> = {
  llamacpp: 'llama.cpp',
  vllm: 'vLLM',
  organization_owner: 'LM Studio',
  koboldcpp: 'KoboldCpp',
};

/**
 * Looks for servers of models on this machine.
 *
 * @param ports where
 * @param taken addresses that are known, as URLs: what is there isn't looked at
 */
export async function discover(ports: readonly number[], taken: readonly string[]): Promise<readonly Found[]> {
  const known = new Set(taken.flatMap(portHere));
  const looked = ports.filter((port) => !known.has(port)).map((port) => lookAt(port));
  return (await Promise.all(looked)).flatMap((found) => found ?? []);
}

/** What a server is by its answers, undefined if it is no server of models. */
export function told({ root, version, models }: Replies, port: number): Found | undefined {
  const origin = `http://${host}:${port}`;
  // Other programs speak Ollama's API beside their own; only itself says that.
  const isOllama = root?.text === 'Ollama is running' && typeof fieldsOf(version)?.version === 'string';
  const list = listIn(models);
  if (isOllama) return { kind: 'ollama', name: 'Ollama', url: origin, models: list?.length ?? 0 };
  // Another user's broker, say: what it has is somebody else's.
  if (root?.text === 'CloudToLocalLLM is running') return undefined;
  const openai = { kind: 'openai', url: `${origin}/v1` } as const;
  if (isLoadingLlama(models)) return { ...openai, name: 'llama.cpp', models: 0 };
  if (list === undefined) return undefined;
  const owners = list.map(({ owned_by }) => (typeof owned_by === 'string' ? byOwner[owned_by] : undefined));
  return {
    ...openai,
    name: owners.find((name) => name !== undefined) ?? 'OpenAI-Compatible Server',
    models: list.length,
  };
}

/** The list of models in an answer that is one of OpenAI's. */
function listIn(models: Reply | undefined): readonly Fields[] | undefined {
  const fields = models?.status === 200 ? fieldsOf(models) : undefined;
  if (fields === undefined || !Array.isArray(fields.data)) return undefined;
  const listed = fields.data.filter((one): one is Fields => isObject(one) && typeof one.id === 'string');
  // Many APIs have lists called "data".
  const isList = fields.object === 'list' && listed.length === fields.data.length;
  return isList ? listed : undefined;
}

/** llama-server has no list while it loads, and says so in its own way (its tools/server). */
function isLoadingLlama(models: Reply | undefined): boolean {
  const error = models?.status === 503 ? fieldsOf(models)?.error : undefined;
  return isObject(error) && error.message === 'Loading model' && error.type === 'unavailable_error';
}

function fieldsOf(reply: Reply | undefined): Fields | undefined {
  return reply === undefined ? undefined : objectFrom(reply.text);
}

async function lookAt(port: number): Promise<Found | undefined> {
  const signal = AbortSignal.timeout(patience);
  const [root, version, models] = await Promise.all(
    ['/', '/api/version', '/v1/models'].map((path) => asked(port, path, signal)),
  );
  return told({ root, version, models }, port);
}

/** Asks a server without a token, and goes nowhere that it points to. @returns undefined if it doesn't answer in full */
function asked(port: number, path: string, signal: AbortSignal): Promise<Reply | undefined> {
  return new Promise((resolve) => {
    const nothing = (): void => {
      resolve(undefined);
    };
    const sent = request({ host, port, path, signal, agent: false }, (reply) => {
      const chunks: Buffer[] = [];
      let size = 0;
      reply.on('data', (chunk: Buffer) => {
        size += chunk.length;
        chunks.push(chunk);
        if (size > limit) sent.destroy();
      });
      reply.on('end', () => {
        resolve({ status: reply.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8').trim() });
      });
      reply.on('error', nothing);
    });
    sent.on('error', nothing);
    sent.on('close', nothing);
    sent.end();
  });
}

/** The port of an address that can only mean this machine. */
function portHere(address: string): number[] {
  if (!URL.canParse(address)) return [];
  const { hostname, port, protocol } = new URL(address);
  const host = withoutBrackets(hostname);
  // What listens on all addresses is here, too.
  if (!isLoopback(host) && host !== '0.0.0.0' && host !== '::') return [];
  return [port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port)];
}
