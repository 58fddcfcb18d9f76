import type { Fields } from '../../fields.js';
import { typedEventText } from '../../serverSentEvents.js';
import { blank, template } from '../../template.js';

/** A streamed response's event: how it is sent as the one of this number, from 0. */
export type StreamEvent = (sequence: number) => string;

/**
 * An event as it is sent: a server-sent event of the same name as its type (OpenAI's API reference, "Responses", streaming
 * events).
 */
export function streamEvent(fields: Fields & { readonly type: string }): StreamEvent {
  const { type, ...rest } = fields;
  return (sequence) => typedEventText({ type, sequence_number: sequence, ...rest });
}

/**
 * Events that are alike but for their `delta`.
 *
 * @param place where the deltas belong
 * @param rest what else the events say
 */
export function deltaEvents(type: string, place: Fields, rest: Fields = {}): (delta: string) => StreamEvent {
  const fields = { type, sequence_number: blank, ...place, delta: blank, ...rest };
  const [before = '', between = '', after = ''] = template(typedEventText(fields));
  return (delta) => (sequence) => `${before}${sequence}${between}${JSON.stringify(delta)}${after}`;
}
