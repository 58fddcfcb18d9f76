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
export function written(event: StreamEvent, sequence: number): string {
  // Its number comes behind its type, which always is its first field.
  const type = `{"type":${JSON.stringify(event.type)}`;
  const rest = JSON.stringify(event).slice(type.length);
  return `event: ${event.type}\ndata: ${type},"sequence_number":${sequence}${rest}\n\n`;
}
