import { fstatSync } from 'node:fs';
import { isObject } from '../dialects/fields.js';
import { type Ask, UsageError } from './arguments.js';
import { ask as asked, RequestFailed } from './client.js';
import type { PrintedStatus } from './print.js';
import { streamed } from './streaming.js';
import type { Terminal } from './terminal.js';

/** `ask`: asks a model, and prints its answer as it comes. @throws {NoService | RequestFailed | UsageError} */
export async function ask(
  { model: wanted, prompt }: Ask,
  environment: NodeJS.ProcessEnv,
  input: NodeJS.ReadStream,
  { print, say, isTerminal, isAttended }: Terminal,
): Promise<void> {
  const question = [prompt, await given(input, prompt === '')].filter((text) => text !== '').join('\n\n');
  if (question.trim() === '') throw new UsageError('what is to be asked? cloudtolocalllm ask [-m MODEL] PROMPT');
  const model = wanted ?? (await firstModel(environment));
  const messages = [{ role: 'user', content: question }];
  const { connection, lines } = await streamed('/api/chat', { model, messages, stream: true }, environment);
  let last = '';
  let done = false;
  for await (const { message, done: ended } of lines) {
    done ||= ended === true;
    const text = isObject(message) && typeof message.content === 'string' ? message.content : '';
    if (text === '') continue;
    // What a model says doesn't steer the terminal; a file gets it as it is.
    print(isTerminal ? text.replace(/[^\P{Cc}\n\t]/gu, '') : text);
    last = text;
  }
  if (!last.endsWith('\n')) print('\n');
  if (!done) throw new RequestFailed('the answer broke off');
  if (isAttended) say(`(${model}, answered by ${connection})\n`);
}

/** What comes over standard input: what is piped or redirected to it, or all if nothing else is asked. */
async function given(input: NodeJS.ReadStream, needed: boolean): Promise<string> {
  if (input.isTTY) return '';
  const { fd } = input as NodeJS.ReadStream & { readonly fd: number };
  const kind = fstatSync(fd);
  // A service's or a cron job's, say, may never end.
  if (!needed && !kind.isFIFO() && !kind.isFile() && !kind.isSocket()) return '';
  let text = '';
  for await (const chunk of input.setEncoding('utf8')) text += String(chunk);
  return text.trimEnd();
}

/** The first model of the connection that would answer. */
async function firstModel(environment: NodeJS.ProcessEnv): Promise<string> {
  const { activeConnection, connections } = (await asked('/broker/status', environment)) as unknown as PrintedStatus;
  const active = connections.find(({ id }) => id === activeConnection);
  if (active === undefined) {
    throw new RequestFailed('no connection works; cloudtolocalllm status tells what is wrong');
  }
  const [model] = active.models;
  if (model === undefined) {
    throw new RequestFailed(
      `${active.name} tells of no model; -m MODEL names one, cloudtolocalllm pull MODEL fetches one`,
    );
  }
  return model;
}
