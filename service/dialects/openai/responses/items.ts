import type { TokenProbability } from '../../events.js';
import { type Fields, objectFrom } from '../../fields.js';
import { encryptedOf } from './signature.js';
import { deltaEvents, type StreamEvent, streamEvent } from './stream.js';

/** How far an output item is; `incomplete`: it was cut off. */
export type Status = 'in_progress' | 'completed' | 'incomplete';

/** Where an output item stands in the response. */
export interface Place {
  /** Of the item; its own prefix goes before it. */
  readonly id: string;
  readonly index: number;
}

/**
 * An output item in the making (OpenAI's API reference, "Responses", output items). It tells each change as the events
 * of a stream; `fields` is what they amount to.
 */
export interface OutputItem {
  /** The events by which it begins. */
  begin(): readonly StreamEvent[];
  /** Whether nothing more can belong to it when another item begins. */
  settled(): boolean;
  /** The events by which it ends. @param cut whether the answer ends before it was complete */
  end(cut: boolean): readonly StreamEvent[];
  /** The item as it is now. */
  fields(): Fields;
}

const added = (index: number, item: Fields): StreamEvent =>
  streamEvent({ type: 'response.output_item.added', output_index: index, item });

const done = (index: number, item: Fields): StreamEvent =>
  streamEvent({ type: 'response.output_item.done', output_index: index, item });

/** A message of one part, its text. */
export class MessageItem implements OutputItem {
  readonly #id: string;
  readonly #place: Fields;
  readonly #delta: (delta: string) => StreamEvent;
  readonly #pieces: string[] = [];
  readonly #probabilities: TokenProbability[] = [];
  #status: Status = 'in_progress';

  constructor(private readonly place: Place) {
    this.#id = `msg_${place.id}`;
    this.#place = { item_id: this.#id, output_index: place.index, content_index: 0 };
    this.#delta = deltaEvents('response.output_text.delta', this.#place, { logprobs: [] });
  }

  begin(): readonly StreamEvent[] {
    return [
      added(this.place.index, this.#item([])),
      streamEvent({ type: 'response.content_part.added', ...this.#place, part: this.#part() }),
    ];
  }

  text(delta: string, probabilities: readonly TokenProbability[]): readonly StreamEvent[] {
    this.#pieces.push(delta);
    if (probabilities.length === 0) return [this.#delta(delta)];
    this.#probabilities.push(...probabilities);
    const logprobs = probabilities.map(withoutBytes);
    return [streamEvent({ type: 'response.output_text.delta', ...this.#place, delta, logprobs })];
  }

  settled(): boolean {
    return true;
  }

  end(cut: boolean): readonly StreamEvent[] {
    this.#status = cut ? 'incomplete' : 'completed';
    const part = this.#part();
    const logprobs = this.#probabilities.map(withoutBytes);
    return [
      streamEvent({ type: 'response.output_text.done', ...this.#place, text: part.text, logprobs }),
      streamEvent({ type: 'response.content_part.done', ...this.#place, part }),
      done(this.place.index, this.#item([part])),
    ];
  }

  fields(): Fields {
    return this.#item([this.#part()]);
  }

  #item(content: readonly Fields[]): Fields {
    return { id: this.#id, type: 'message', status: this.#status, role: 'assistant', content };
  }

  #part(): Fields {
    const logprobs = this.#probabilities.map(withBytes);
    return { type: 'output_text', annotations: [], logprobs, text: this.#pieces.join('') };
  }
}

/** The probability of a token as the events of a stream have it. */
function withoutBytes({ token, logprob, alternatives }: TokenProbability): Fields {
  return {
    token,
    logprob,
    top_logprobs: alternatives.map((other) => ({ token: other.token, logprob: other.logprob })),
  };
}

/** The same as items have it. Bytes that a server doesn't tell are none: a list must be there. */
function withBytes({ token, logprob, bytes, alternatives }: TokenProbability): Fields {
  return {
    token,
    logprob,
    bytes: bytes ?? [],
    top_logprobs: alternatives.map((other) => ({
      token: other.token,
      logprob: other.logprob,
      bytes: other.bytes ?? [],
    })),
  };
}

/** A thought, told as its own summary: of the two forms that thoughts have here it is the one that clients show. */
export class ReasoningItem implements OutputItem {
  readonly #id: string;
  readonly #place: Fields;
  readonly #delta: (delta: string) => StreamEvent;
  readonly #pieces: string[] = [];
  #signature: string | undefined;
  #status: Status = 'in_progress';

  constructor(private readonly place: Place) {
    this.#id = `rs_${place.id}`;
    this.#place = { item_id: this.#id, output_index: place.index, summary_index: 0 };
    this.#delta = deltaEvents('response.reasoning_summary_text.delta', this.#place);
  }

  /** Whether it has its proof: what is thought from now on is another thought. */
  get signed(): boolean {
    return this.#signature !== undefined;
  }

  begin(): readonly StreamEvent[] {
    return [added(this.place.index, this.fields())];
  }

  text(delta: string): readonly StreamEvent[] {
    const first = this.#pieces.length === 0;
    const begun = first
      ? [streamEvent({ type: 'response.reasoning_summary_part.added', ...this.#place, part: this.#part() })]
      : [];
    this.#pieces.push(delta);
    return [...begun, this.#delta(delta)];
  }

  /** Takes the proof, which the item's end tells. */
  sign(signature: string): void {
    this.#signature = signature;
  }

  settled(): boolean {
    return true;
  }

  end(cut: boolean): readonly StreamEvent[] {
    this.#status = cut ? 'incomplete' : 'completed';
    const part = this.#part();
    const told: StreamEvent[] = [
      streamEvent({ type: 'response.reasoning_summary_text.done', ...this.#place, text: part.text }),
      streamEvent({
        type: 'response.reasoning_summary_part.done',
        ...this.#place,
        part,
        ...(cut ? { status: 'incomplete' } : {}),
      }),
    ];
    return [...(this.#pieces.length === 0 ? [] : told), done(this.place.index, this.fields())];
  }

  fields(): Fields {
    return {
      id: this.#id,
      type: 'reasoning',
      status: this.#status,
      summary: this.#pieces.length === 0 ? [] : [this.#part()],
      ...(this.#signature === undefined ? {} : { encrypted_content: encryptedOf(this.#signature) }),
    };
  }

  #part(): Fields {
    return { type: 'summary_text', text: this.#pieces.join('') };
  }
}

/** A call of a function. */
export class CallItem implements OutputItem {
  readonly #id: string;
  readonly #place: Fields;
  readonly #delta: (delta: string) => StreamEvent;
  readonly #pieces: string[] = [];
  #status: Status = 'in_progress';

  /** @param callId by which its result will be known; '' if the server has none */
  constructor(
    private readonly place: Place,
    private readonly callId: string,
    private readonly name: string,
  ) {
    this.#id = `fc_${place.id}`;
    this.#place = { item_id: this.#id, output_index: place.index };
    this.#delta = deltaEvents('response.function_call_arguments.delta', this.#place);
  }

  begin(): readonly StreamEvent[] {
    return [added(this.place.index, this.fields())];
  }

  arguments(delta: string): readonly StreamEvent[] {
    this.#pieces.push(delta);
    return [this.#delta(delta)];
  }

  /** Behind a whole JSON object nothing but blanks can come. */
  settled(): boolean {
    return (this.#pieces.at(-1) ?? '').trimEnd().endsWith('}') && objectFrom(this.#pieces.join('')) !== undefined;
  }

  end(cut: boolean): readonly StreamEvent[] {
    // Clients parse them, and no arguments at all are no JSON.
    const missing = this.#pieces.length === 0 && !cut ? this.arguments('{}') : [];
    this.#status = cut && !this.settled() ? 'incomplete' : 'completed';
    const item = this.fields();
    return [
      ...missing,
      streamEvent({
        type: 'response.function_call_arguments.done',
        ...this.#place,
        name: this.name,
        arguments: item.arguments,
      }),
      done(this.place.index, item),
    ];
  }

  fields(): Fields {
    return {
      id: this.#id,
      type: 'function_call',
      status: this.#status,
      arguments: this.#pieces.join(''),
      call_id: this.callId === '' ? `call_${this.place.id}` : this.callId,
      name: this.name,
    };
  }
}
