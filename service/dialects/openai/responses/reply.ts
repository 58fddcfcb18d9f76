import type { ReplyEncoder, ReplyOptions } from '../../codec.js';
import type { ErrorKind } from '../../dialect.js';
import type { ChatEvent, FinishReason, Usage } from '../../events.js';
import { type Fields, isObject } from '../../fields.js';
import { openaiError } from '../errors.js';
import { errorEvent, responseError } from './errors.js';
import { CallItem, MessageItem, type OutputItem, type Place, ReasoningItem } from './items.js';
import { type StreamEvent, streamEvent } from './stream.js';

/** Why a response is incomplete; those that aren't here are complete. */
const cuts: Partial<Record<FinishReason, string>> = { length: 'max_output_tokens', filter: 'content_filter' };

/**
 * Writes an answer as OpenAI's Responses API does: one `response`, or the server-sent events of its making, from
 * `response.created` to `response.completed`, `.incomplete` or `.failed` (OpenAI's API reference, "Responses", "Streaming
 * events"). There is no end mark.
 *
 * An item ends when the next begins, but for calls whose arguments aren't whole yet: those of several may come by turns.
 */
export function responsesReply({ fields, streamed, id, date }: ReplyOptions): ReplyEncoder {
  const answer = new Answer(fields, id, date);
  let sequence = 0;
  const encode = (event: ChatEvent): string => {
    const happened = answer.add(event);
    if (streamed) return happened.reduce((text, each) => text + each(sequence++), '');
    if (happened.length === 0) return '';
    if (event.type === 'error') return JSON.stringify(openaiError(event.kind, event.message));
    return event.type === 'finish' ? JSON.stringify(answer.response) : '';
  };
  return {
    contentType: streamed ? 'text/event-stream; charset=utf-8' : 'application/json; charset=utf-8',
    encode,
  };
}

/** A response in the making. */
class Answer {
  readonly #items: OutputItem[] = [];
  /** Those that haven't ended. */
  readonly #open = new Set<OutputItem>();
  readonly #calls = new Map<number, CallItem>();
  /** What text or thoughts are added to. */
  #current: OutputItem | undefined;
  readonly #created: number;
  #model: string | undefined;
  #outcome: Fields = { status: 'in_progress' };
  #ended = false;

  constructor(
    private readonly request: Fields,
    private readonly id: string,
    private readonly date: () => Date,
  ) {
    this.#created = this.#seconds();
  }

  /** What a stream tells of an event. */
  add(event: ChatEvent): readonly StreamEvent[] {
    if (this.#ended) return [];
    switch (event.type) {
      case 'start':
        return this.#start(event.model);
      case 'text': {
        const { text, logprobs = [] } = event;
        if (text === '' && logprobs.length === 0) return [];
        if (this.#current instanceof MessageItem) return this.#current.text(text, logprobs);
        const item = new MessageItem(this.#place());
        return [...this.#begin(item), ...item.text(text, logprobs)];
      }
      case 'thinking': {
        if (event.text === '') return [];
        const [item, begun] = this.#thought();
        return [...begun, ...item.text(event.text)];
      }
      case 'signature': {
        const [item, begun] = this.#thought();
        item.sign(event.signature);
        return begun;
      }
      case 'toolCall': {
        const item = new CallItem(this.#place(), event.id, event.name);
        this.#calls.set(event.index, item);
        return this.#begin(item);
      }
      case 'toolArguments': {
        const item = this.#calls.get(event.index);
        return item === undefined || !this.#open.has(item) || event.json === '' ? [] : item.arguments(event.json);
      }
      case 'finish':
        return this.#finish(event.reason, event.usage);
      case 'error':
        return this.#fail(event.kind, event.message);
    }
  }

  /** The whole of it as it is now. */
  get response(): Fields {
    const { request } = this;
    const { effort = null, summary = null } = isObject(request.reasoning) ? request.reasoning : {};
    const { format } = isObject(request.text) ? request.text : {};
    return {
      id: `resp_${this.id}`,
      object: 'response',
      created_at: this.#created,
      status: 'in_progress',
      background: false,
      error: null,
      incomplete_details: null,
      instructions: request.instructions ?? null,
      max_output_tokens: request.max_output_tokens ?? null,
      model: this.#model ?? '',
      output: this.#items.map((item) => item.fields()),
      parallel_tool_calls: request.parallel_tool_calls ?? true,
      previous_response_id: null,
      reasoning: { effort, summary },
      store: false,
      temperature: request.temperature ?? null,
      text: { format: toldFormat(format) },
      tool_choice: request.tool_choice ?? 'auto',
      tools: Array.isArray(request.tools) ? request.tools.filter(isObject).map(toldTool) : [],
      top_logprobs: request.top_logprobs ?? 0,
      top_p: request.top_p ?? null,
      truncation: 'disabled',
      // These two are there or not, but never null.
      usage: undefined,
      user: request.user ?? undefined,
      safety_identifier: request.safety_identifier ?? null,
      metadata: request.metadata ?? {},
      ...this.#outcome,
    };
  }

  /** Another server that goes on with the answer starts too: it is the first that has begun it. */
  #start(model: string): readonly StreamEvent[] {
    if (this.#model !== undefined) return [];
    this.#model = model === '' ? String(this.request.model) : model;
    const { response } = this;
    return [
      streamEvent({ type: 'response.created', response }),
      streamEvent({ type: 'response.in_progress', response }),
    ];
  }

  #place(): Place {
    const index = this.#items.length;
    return { id: `${this.id}_${index}`, index };
  }

  #begin(item: OutputItem): readonly StreamEvent[] {
    const ended = [...this.#open].filter((each) => each.settled()).flatMap((each) => this.#endItem(each, false));
    this.#items.push(item);
    this.#open.add(item);
    this.#current = item;
    return [...ended, ...item.begin()];
  }

  #endItem(item: OutputItem, cut: boolean): readonly StreamEvent[] {
    this.#open.delete(item);
    return item.end(cut);
  }

  #thought(): readonly [item: ReasoningItem, begun: readonly StreamEvent[]] {
    if (this.#current instanceof ReasoningItem && !this.#current.signed) return [this.#current, []];
    const item = new ReasoningItem(this.#place());
    return [item, this.#begin(item)];
  }

  #finish(reason: FinishReason, usage: Usage | undefined): readonly StreamEvent[] {
    const cut = cuts[reason];
    const ended = [...this.#open].flatMap((item) => this.#endItem(item, cut !== undefined));
    const outcome = cut === undefined ? { completed_at: this.#seconds() } : { incomplete_details: { reason: cut } };
    const counted = usage === undefined ? {} : { usage: usageOf(usage) };
    return [...ended, this.#end(cut === undefined ? 'completed' : 'incomplete', { ...outcome, ...counted })];
  }

  /** The ends of items aren't told: a client would take a call for one that is to be carried out. */
  #fail(kind: ErrorKind, message: string): readonly StreamEvent[] {
    const started = this.#start('');
    for (const item of this.#open) item.end(true);
    return [...started, errorEvent(kind, message), this.#end('failed', { error: responseError(kind, message) })];
  }

  #end(status: 'completed' | 'incomplete' | 'failed', outcome: Fields): StreamEvent {
    this.#ended = true;
    this.#outcome = { status, ...outcome };
    return streamEvent({ type: `response.${status}`, response: this.response });
  }

  #seconds(): number {
    return Math.floor(this.date().getTime() / 1000);
  }
}

/** A format as a response tells it: a schema has a name, which a request may leave out; servers are told this one. */
function toldFormat(format: unknown): Fields {
  if (!isObject(format)) return { type: 'text' };
  return format.type === 'json_schema' ? { name: 'answer', ...format } : format;
}

/** A tool as a response tells it: what a request may leave out of a function is null. */
function toldTool(tool: Fields): Fields {
  const type = tool.type ?? 'function';
  return type === 'function' ? { parameters: null, strict: null, ...tool, type } : tool;
}

function usageOf({ prompt, answer, cached = 0, thinking = 0 }: Usage): Fields {
  return {
    input_tokens: prompt,
    input_tokens_details: { cached_tokens: cached, cache_write_tokens: 0 },
    output_tokens: answer,
    output_tokens_details: { reasoning_tokens: thinking },
    total_tokens: prompt + answer,
  };
}
