import { typedEventText } from '../../serverSentEvents.js';

/** An event of a streamed response, without its number. */
export interface StreamEvent {
  readonly type: string;
  readonly [field: string]: unknown;
}

/**
 * A streamed response's event as it is sent: a server-sent event of the same name (OpenAI's API reference, "Responses",
 * streaming events).
 *
 * @param sequence how many were sent before it
 */
export function written({ type, ...rest }: StreamEvent, sequence: number): string {
  return typedEventText({ type, sequence_number: sequence, ...rest });
}
