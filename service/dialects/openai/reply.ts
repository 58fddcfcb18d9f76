import type { ReplyEncoder, ReplyOptions } from '../codec.js';
import type { ChatEvent } from '../events.js';
import { type Fields, isObject } from '../fields.js';
import { eventText } from '../serverSentEvents.js';
import { blank, template } from '../template.js';
import { openaiError } from './errors.js';
import { openaiFraming } from './frames.js';
import { writeUsage } from './usage.js';

/** What an answer is made of, in one of OpenAI's two forms. */
export interface Form {
  /** `chunk` in pieces and `whole` at once, as `object` says it. */
  readonly objects: { readonly chunk: string; readonly whole: string };
  readonly prefix: string;
  /** The choice that says nothing but this text, where it is the same for each. */
  readonly text?: (text: string) => Fields;
  /** The choice that says a piece, undefined if it says nothing. @throws {Unspeakable} */
  piece(event: ChatEvent): Fields | undefined;
  /** The choice that says all the answer. @throws {Unspeakable} */
  whole(events: readonly ChatEvent[]): Fields;
}

/** Writes an answer in one of OpenAI's forms: server-sent events and a closing `[DONE]`, or one object. */
export function openaiReply(form: Form, { fields, streamed, id, date }: ReplyOptions): ReplyEncoder {
  let head: Fields = { id: form.prefix + id, created: Math.floor(date().getTime() / 1000) };
  const wanted = isObject(fields.stream_options) && fields.stream_options.include_usage === true;
  const events: ChatEvent[] = [];
  let begun = false;
  let closed = false;
  let model = '';

  const object = (name: string, rest: Fields): Fields => ({
    id: head.id,
    object: name,
    created: head.created,
    model,
    ...rest,
  });
  const chunk = (rest: Fields): string => eventText(object(form.objects.chunk, rest));

  /** What is around the text of a chunk that says nothing else: there are thousands. */
  let around: readonly string[] | undefined;

  const streamedEvent = (event: ChatEvent): string => {
    if (event.type === 'text' && event.logprobs === undefined && form.text !== undefined) {
      const [before, after] = (around ??= template(chunk({ choices: [form.text(blank)] })));
      return `${before}${JSON.stringify(event.text)}${after}`;
    }
    if (event.type === 'error') return eventText(openaiError(event.kind, event.message));
    const choice = form.piece(event);
    const piece = choice === undefined ? '' : chunk({ choices: [choice] });
    if (event.type !== 'finish') return piece;
    const usage = wanted && event.usage !== undefined ? chunk({ choices: [], ...writeUsage(event.usage) }) : '';
    return piece + usage + openaiFraming.endMark;
  };

  const wholeEvent = (event: ChatEvent): string => {
    if (event.type === 'error') return JSON.stringify(openaiError(event.kind, event.message));
    events.push(event);
    if (event.type !== 'finish') return '';
    return JSON.stringify(object(form.objects.whole, { choices: [form.whole(events)], ...writeUsage(event.usage) }));
  };

  const write = streamed ? streamedEvent : wholeEvent;
  return {
    contentType: streamed ? 'text/event-stream; charset=utf-8' : 'application/json; charset=utf-8',
    encode(event) {
      if (closed) return '';
      if (event.type === 'start') {
        if (model === '') model = event.model;
        around = undefined;
        if (begun) return '';
        begun = true;
      }
      const written = write(event);
      closed = event.type === 'finish' || event.type === 'error';
      return written;
    },
    resumes(first) {
      head = first;
      around = undefined;
    },
  };
}
