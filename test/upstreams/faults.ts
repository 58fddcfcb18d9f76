import type { Dialect } from '../../service/dialects/dialect.js';
import { anthropicError } from './anthropic.ts';
import { tokens } from './said.ts';
import type { Fault } from './server.ts';

/** What the stand-in says where it says why it can't answer. */
export const words = 'as the stand-in says';

/** How an answer is asked for: what is wrong has the same shape. */
export interface Asked {
  readonly dialect: Dialect;
  readonly streamed: boolean;
}

/** As many pieces come before something goes wrong in the middle: tokens, and what OpenAI and Anthropic begin with. */
const some = 4;

/**
 * Up to the one that says why the answer ends: the role, tokens and the finish; tokens and the last line; the beginnings of
 * message and block with a ping between, tokens, the block's end and the reason.
 */
const finish = { openai: 1 + tokens.length + 1, ollama: tokens.length + 1, anthropic: 3 + tokens.length + 2 };

/** Faults of real servers, by what a person would call them. Those of whole answers are cut into pieces like streams. */
const faults = {
  'reset before its head': () => ({ resets: true }),
  'reset after its head': () => ({ cutAfter: 0 }),
  'cut in the middle': () => ({ cutAfter: some }),
  'clean end in the middle': () => ({ endAfter: some }),
  'clean end before the first token': () => ({ endAfter: 0 }),
  'no end mark': () => ({ missing: 1 }),
  'cut behind its finish': ({ dialect }) => ({ cutAfter: finish[dialect] }),
  'silence behind its finish': ({ dialect }) => ({ stallAfter: finish[dialect] }),
  'no finish and no end mark': ({ dialect }) => ({ endAfter: finish[dialect] - 1 }),

  silence: () => ({ silent: true }),
  'silence after its head': () => ({ stallAfter: 0 }),
  'silence in the middle': () => ({ stallAfter: some }),
  'byte by byte': () => ({ cuts: 'bytes' }),
  'characters cut in two': () => ({ cuts: 'characters' }),

  'web page, 200': () => ({ page: 200 }),
  'web page, 502': () => ({ page: 502 }),
  'one line that can’t be read': (asked) => ({ after: some, piece: piece(asked, '{"mess'), then: 'goes on' }),
  'nothing that can be read': (asked) => ({ after: 0, piece: piece(asked, '{"mess').repeat(20), then: 'ends' }),
  'nothing that can be read from the middle on': (asked) => ({
    ...{ after: some, piece: piece(asked, '{"mess').repeat(20) },
    then: 'ends',
  }),
  'line without end': () => ({ after: 0, piece: 'x'.repeat(17 * 1024 * 1024), then: 'ends' }),

  'error as its answer': (asked) => ({ after: 0, piece: errorPiece(asked), then: 'ends' }),
  'JSON of something else': () => ({ status: 200, body: { detail: 'Welcome' } }),
  'error behind the role': (asked) => ({ after: 1, piece: errorPiece(asked), then: 'ends' }),
  'error in the middle': (asked) => ({ after: some, piece: errorPiece(asked), then: 'ends' }),

  '400': declines(400),
  '400, too long for the window': declines(400, `prompt is too long: ${words}`, 'context_length_exceeded'),
  '400, content policy': declines(400, `flagged by moderation: ${words}`, 'content_policy_violation'),
  '401': declines(401),
  '402': declines(402),
  '403': declines(403),
  '404, no such model': declines(404, `model not found: ${words}`, 'model_not_found'),
  '413': declines(413),
  '422': declines(422),
  '429 once, wait 1 s': declines(429, words, 'rate_limit_exceeded', { 'retry-after': '1' }, 1),
  '429, wait 60 s': declines(429, words, 'rate_limit_exceeded', { 'retry-after': '60' }),
  '429': declines(429, words, 'rate_limit_exceeded'),
  '500 once': declines(500, words, 'server_error', {}, 1),
  '500': declines(500),
  '503 once': declines(503, words, 'server_error', {}, 1),
  '503': declines(503),
  '503, queue full': declines(503, `server busy, please try again. maximum pending requests exceeded: ${words}`),
} as const satisfies Record<string, (asked: Asked) => Fault>;

export type FaultName = keyof typeof faults;

/** A fault in the shape of what was asked for. */
export function faultOf(name: FaultName, asked: Asked): Fault {
  return faults[name](asked);
}

function declines(
  status: number,
  message = words,
  code = 'invalid_request_error',
  headers: Readonly<Record<string, string>> = {},
  times = Infinity,
): (asked: Asked) => Fault {
  return ({ dialect }) => ({ status, body: errorBody(dialect, status, message, code), headers, times });
}

/** An error as a server of the dialect tells it. */
function errorBody(dialect: Dialect, status: number, message: string, code: string): object {
  if (dialect === 'anthropic') return anthropicError(status, message);
  return { error: dialect === 'openai' ? { message, type: code, param: null, code } : message };
}

function errorPiece(asked: Asked): string {
  const body = JSON.stringify(errorBody(asked.dialect, 500, words, 'server_error'));
  return piece(asked, body, 'error');
}

/** @param event what Anthropic calls it */
function piece({ dialect, streamed }: Asked, text: string, event = 'content_block_delta'): string {
  if (dialect === 'anthropic' && streamed) return `event: ${event}\ndata: ${text}\n\n`;
  return dialect === 'openai' && streamed ? `data: ${text}\n\n` : `${text}\n`;
}
