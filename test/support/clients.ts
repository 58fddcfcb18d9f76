import { once } from 'node:events';
import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { within } from './broker.ts';

/** An API in which applications ask. */
export type ClientName = 'ollama' | 'openai' | 'responses' | 'anthropic';

/** What an application asks for, in words that each API has its own for. */
export interface Question {
  readonly model: string;
  readonly streamed: boolean;
  /** Tokens at most. */
  readonly limit?: number;
  /** JSON Schema that the answer must have. */
  readonly schema?: object;
  readonly thinks?: boolean;
  /** Whether it may call the tool `weather`. */
  readonly tools?: boolean;
  /** Other messages than a greeting, in the words of the API. */
  readonly messages?: readonly object[];
}

/** What an application has of an answer. */
export interface Told {
  readonly thoughts: string;
  readonly text: string;
  /** Whether it says that it is whole. */
  readonly ended: boolean;
  /** Why it isn't. */
  readonly error: string | undefined;
}

/** What an application has seen when an answer is over. */
export interface Seen extends Told {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Who answered, and who went on with it. */
  readonly by: readonly string[];
  readonly body: string;
  /** Whether the connection was cut in the middle of it. */
  readonly cut: boolean;
}

type Fields = Readonly<Record<string, unknown>>;

/** An API, and what its answers must be. */
interface Client {
  readonly path: string;
  asks(question: Question): Fields;
  /** @throws {Wrong} */
  stream(body: string): Told;
  /** @throws {Wrong} */
  whole(fields: Fields): Told;
  /** What an error says, undefined if it hasn't the API's shape. */
  error(fields: Fields): string | undefined;
}

/** An answer that no client of its API need understand. */
class Wrong extends Error {
  override readonly name = 'Wrong';
}

/** Asks as an application does. @returns what it has when the answer is over @throws {Wrong} */
export async function askAs(name: ClientName, address: string, question: Question): Promise<Seen> {
  const client = clients[name];
  const sent = request(`${address}${client.path}`, {
    method: 'POST',
    agent: false,
    headers: { 'content-type': 'application/json' },
  });
  const response = once(sent, 'response');
  sent.end(JSON.stringify({ model: question.model, stream: question.streamed, ...client.asks(question) }));
  const [reply] = (await within(response, () => 'there is no answer')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  reply.on('data', (chunk: Buffer) => chunks.push(chunk));
  reply.on('error', () => undefined);
  await within(
    new Promise((resolve) => reply.once('close', resolve)),
    () => `the answer does not end: ${Buffer.concat(chunks).toString('utf8')}`,
  );
  const body = Buffer.concat(chunks).toString('utf8');
  const status = reply.statusCode ?? 0;
  const { headers, trailers } = reply;
  const by = [headers['x-cloudtolocalllm-connection'], trailers['x-cloudtolocalllm-continued']];
  return {
    ...(status === 200 ? toldIn(client, question, body) : { ...nothing, error: errorIn(client, body) }),
    ...{ status, headers, body, cut: !reply.complete },
    by: by.flatMap((ids) => String(ids ?? '').split(', ')).filter((id) => id !== ''),
  };
}

const nothing: Told = { thoughts: '', text: '', ended: false, error: undefined };

function toldIn(client: Client, { streamed }: Question, body: string): Told {
  try {
    return streamed ? client.stream(body) : client.whole(JSON.parse(body) as Fields);
  } catch (error) {
    throw new Wrong(`${(error as Error).message}: ${body}`);
  }
}

function errorIn(client: Client, body: string): string {
  const message = client.error(JSON.parse(body) as Fields);
  must(message !== undefined && message !== '', `an error has another shape: ${body}`);
  return message;
}

function must(fits: boolean, otherwise: string): asserts fits {
  if (!fits) throw new Wrong(otherwise);
}

const greeting = [{ role: 'user', content: 'Hello!' }];
const parameters = { type: 'object', properties: { city: { type: 'string' } } };

const ollama: Client = {
  path: '/api/chat',

  asks: ({ messages = greeting, limit, schema, thinks, tools }) => ({
    messages,
    ...(limit === undefined ? {} : { options: { num_predict: limit } }),
    ...(schema === undefined ? {} : { format: schema }),
    ...(thinks === undefined ? {} : { think: thinks }),
    ...(tools === true ? { tools: [{ type: 'function', function: { name: 'weather', parameters } }] } : {}),
  }),

  /** A JSON object a line; only the last is `done`, or has an error. */
  stream(body) {
    const lines = body.split('\n');
    must(lines.pop() === '', 'the last line has no end');
    const parts = lines.map((line) => JSON.parse(line) as Fields);
    const last = parts.at(-1) ?? {};
    const told = parts.slice(0, 'error' in last ? -1 : undefined).map((part) => {
      must(typeof part.done === 'boolean' && (!part.done || part === last), 'a line is no part of an answer');
      return ollamaMessage(part);
    });
    return {
      thoughts: told.map(({ thinking = '' }) => thinking).join(''),
      text: told.map(({ content }) => content).join(''),
      ended: last.done === true,
      error: ollama.error(last),
    };
  },

  whole(fields) {
    must(fields.done === true, 'it isn’t done');
    const { content, thinking = '' } = ollamaMessage(fields);
    return { text: content, thoughts: thinking, ended: true, error: undefined };
  },

  error: ({ error }) => (typeof error === 'string' ? error : undefined),
};

function ollamaMessage({ model, created_at, message }: Fields): {
  readonly content: string;
  readonly thinking?: string;
} {
  const { role, content, thinking } = (message ?? {}) as Partial<Record<string, string>>;
  const named = typeof model === 'string' && typeof created_at === 'string';
  must(named && role === 'assistant' && content !== undefined, 'a line is no part of an answer');
  return { content, ...(thinking === undefined ? {} : { thinking }) };
}

interface Choice {
  readonly delta?: Readonly<Record<string, string>>;
  readonly message?: Readonly<Record<string, string>>;
  readonly finish_reason: string | null;
}

const openai: Client = {
  path: '/v1/chat/completions',

  asks: ({ messages = greeting, limit, schema, thinks, tools }) => ({
    messages,
    ...(limit === undefined ? {} : { max_tokens: limit }),
    ...(schema === undefined ? {} : { response_format: { type: 'json_schema', json_schema: { name: 'a', schema } } }),
    ...(thinks === undefined ? {} : { reasoning_effort: thinks ? 'low' : 'none' }),
    ...(tools === true ? { tools: [{ type: 'function', function: { name: 'weather', parameters } }] } : {}),
  }),

  /** Chunks of one id; the first has the role, one a reason to end, and nothing comes behind `[DONE]`, or an error. */
  stream(body) {
    const data = eventsIn(body).map((event) => event.replace(/^data: /, ''));
    const done = data.at(-1) === '[DONE]';
    const parts = data.slice(0, done ? -1 : undefined).map((one) => JSON.parse(one) as Fields);
    const error = openai.error(parts.at(-1) ?? {});
    const chunks = parts.slice(0, error === undefined ? undefined : -1);
    for (const { id, created, object } of chunks) {
      must(object === 'chat.completion.chunk', 'it has something that is no chunk');
      must(id === chunks[0]?.id && created === chunks[0]?.created, 'it is two answers');
    }
    const choices = chunks.flatMap((chunk) => chunk.choices as Choice[]);
    must(choices.filter(({ delta }) => delta?.role !== undefined).length <= 1, 'its role is told twice');
    must(choices[0]?.delta?.role === 'assistant', 'its role isn’t told first');
    const finished = choices.filter(({ finish_reason }) => finish_reason !== null).length;
    must(finished === (done ? 1 : 0), 'it doesn’t say once why it ends');
    const told = (...names: string[]): string =>
      choices.map(({ delta = {} }) => names.map((name) => delta[name] ?? '').join('')).join('');
    return { text: told('content'), thoughts: told('reasoning_content', 'reasoning'), ended: done, error };
  },

  whole({ object, choices }) {
    const [{ message = {}, finish_reason = null } = {}, ...others] = choices as Partial<Choice>[];
    must(object === 'chat.completion' && others.length === 0, 'it is no completion');
    must(message.role === 'assistant' && finish_reason !== null, 'it isn’t whole');
    const { content, reasoning_content = '' } = message;
    return { text: content ?? '', thoughts: reasoning_content, ended: true, error: undefined };
  },

  error({ error }) {
    const { message, type } = (error ?? {}) as Partial<Record<string, string>>;
    return typeof type === 'string' ? message : undefined;
  },
};

interface Item {
  readonly type: string;
  readonly status: string;
  readonly content?: readonly { readonly text: string }[];
  readonly summary?: readonly { readonly text: string }[];
}

const textsOf = (output: readonly Item[]): Pick<Told, 'text' | 'thoughts'> => ({
  text: output.flatMap(({ content = [] }) => content.map(({ text }) => text)).join(''),
  thoughts: output.flatMap(({ summary = [] }) => summary.map(({ text }) => text)).join(''),
});

const responses: Client = {
  path: '/v1/responses',

  asks: ({ messages = greeting, limit, schema, thinks, tools }) => ({
    input: messages,
    ...(limit === undefined ? {} : { max_output_tokens: limit }),
    ...(schema === undefined ? {} : { text: { format: { type: 'json_schema', name: 'a', schema } } }),
    ...(thinks === undefined ? {} : { reasoning: { effort: thinks ? 'low' : 'none' } }),
    ...(tools === true ? { tools: [{ type: 'function', name: 'weather', parameters }] } : {}),
  }),

  /** Events numbered from 0; what the last one says is what the others have told. */
  stream(body) {
    const events = eventsIn(body).map((event) => namedEvent(event));
    must(
      events.every(({ sequence_number: number }, index) => number === index),
      'its events aren’t numbered one by one',
    );
    const [created, inProgress, ...rest] = events.map(({ type }) => type);
    must(created === 'response.created' && inProgress === 'response.in_progress', 'it doesn’t begin');
    must(![...rest].includes('response.created'), 'it begins twice');
    const deltas = (type: string): string =>
      events.map((event) => (event.type === type ? String(event.delta) : '')).join('');
    const told = {
      text: deltas('response.output_text.delta'),
      thoughts: deltas('response.reasoning_summary_text.delta'),
    };
    const last = events.at(-1) ?? {};
    const {
      status,
      output = [],
      error,
    } = (last.response ?? {}) as { status?: string; output?: Item[]; error?: unknown };
    const ends = ['response.completed', 'response.incomplete', 'response.failed'];
    const over = ends.includes(String(last.type));
    must(events.filter(({ type }) => ends.includes(String(type))).length <= 1, 'it ends twice');
    const added = events.filter(({ type }) => type === 'response.output_item.added').map((event) => event.output_index);
    must(
      added.every((number, index) => number === index),
      'its items aren’t added one by one',
    );
    if (last.type === 'response.failed') {
      must(events.at(-2)?.type === 'error' && status === 'failed', 'it fails without saying why');
      return { ...told, ended: false, error: String((error as Fields).message) };
    }
    if (over) {
      const done = events
        .filter(({ type }) => type === 'response.output_item.done')
        .sort((one, other) => Number(one.output_index) - Number(other.output_index))
        .map(({ item }) => item);
      must(JSON.stringify(done) === JSON.stringify(output), 'its items aren’t those that it ends with');
      must(JSON.stringify(textsOf(output)) === JSON.stringify(told), 'its pieces aren’t what it ends with');
    }
    return { ...told, ended: over, error: undefined };
  },

  whole({ object, status, output }) {
    must(object === 'response' && ['completed', 'incomplete'].includes(String(status)), 'it is no response');
    return { ...textsOf(output as Item[]), ended: true, error: undefined };
  },

  error: (fields) => openai.error(fields),
};

const anthropic: Client = {
  path: '/v1/messages',

  asks: ({ messages = greeting, limit = 4096, schema, thinks, tools }) => ({
    messages,
    max_tokens: limit,
    ...(schema === undefined ? {} : { output_config: { format: { type: 'json_schema', schema } } }),
    ...(thinks === true ? { thinking: { type: 'enabled', budget_tokens: 1024 } } : {}),
    ...(tools === true ? { tools: [{ name: 'weather', input_schema: parameters }] } : {}),
  }),

  /** One message, whose blocks are opened, filled and closed one after another. */
  stream(body) {
    const events = eventsIn(body).map((event) => namedEvent(event));
    const told = { text: '', thoughts: '' };
    let blocks = -1;
    let open: string | undefined;
    let state: 'before' | 'within' | 'reasoned' | 'over' = 'before';
    let error: string | undefined;
    for (const event of events) {
      must(state !== 'over' && error === undefined, 'something comes behind its end');
      const { content_block: block, delta } = event as Readonly<Record<string, Fields>>;
      switch (event.type) {
        case 'ping':
          break;
        case 'message_start':
          must(state === 'before', 'it begins twice');
          state = 'within';
          break;
        case 'content_block_start':
          blocks += 1;
          must(state === 'within' && open === undefined && event.index === blocks, 'a block isn’t opened in its turn');
          open = String(block?.type);
          break;
        case 'content_block_delta': {
          must(open !== undefined && event.index === blocks, `a block is filled that isn’t open`);
          const kind = String(delta?.type);
          must(kindsOf[open]?.includes(kind) === true, `a block of ${open} is filled with ${kind}`);
          told.text += kind === 'text_delta' ? String(delta?.text) : '';
          told.thoughts += kind === 'thinking_delta' ? String(delta?.thinking) : '';
          break;
        }
        case 'content_block_stop':
          must(open !== undefined && event.index === blocks, `a block is closed that isn’t open`);
          open = undefined;
          break;
        case 'message_delta':
          must(state === 'within' && open === undefined, 'it ends before its blocks');
          must(typeof delta?.stop_reason === 'string', 'it doesn’t say why it ends');
          state = 'reasoned';
          break;
        case 'message_stop':
          must(state === 'reasoned', 'it doesn’t say why it ends');
          state = 'over';
          break;
        case 'error':
          error = anthropic.error(event);
          must(error !== undefined, 'its error has another shape');
          break;
        default:
          throw new Wrong(`"${String(event.type)}" is no event`);
      }
    }
    return { ...told, ended: state === 'over', error };
  },

  whole({ type, role, content, stop_reason }) {
    must(type === 'message' && role === 'assistant' && typeof stop_reason === 'string', 'it is no message');
    const blocks = content as readonly Partial<Record<string, string>>[];
    return {
      text: blocks.map(({ text = '' }) => text).join(''),
      thoughts: blocks.map(({ thinking = '' }) => thinking).join(''),
      ended: true,
      error: undefined,
    };
  },

  error({ type, error }) {
    const { message, type: kind } = (error ?? {}) as Partial<Record<string, string>>;
    return type === 'error' && typeof kind === 'string' ? message : undefined;
  },
};

/** What each kind of Anthropic's blocks is filled with. */
const kindsOf: Partial<Record<string, readonly string[]>> = {
  text: ['text_delta'],
  thinking: ['thinking_delta', 'signature_delta'],
  tool_use: ['input_json_delta'],
};

/** The server-sent events of a stream. */
function eventsIn(body: string): readonly string[] {
  const events = body.split(/\n{2,}/);
  must(events.pop() === '', 'the last event has no end');
  return events;
}

/** What an event says whose name is also its type. */
function namedEvent(event: string): Fields {
  const [, name, data = ''] = /^event: (\S+)\ndata: (.*)$/s.exec(event) ?? [];
  const fields = JSON.parse(data) as Fields;
  must(fields.type === name, `an event is called ${String(name)} and says it is ${String(fields.type)}`);
  return fields;
}

export const clients: Readonly<Record<ClientName, Client>> = { ollama, openai, responses, anthropic };
