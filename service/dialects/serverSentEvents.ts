import type { Fields } from './fields.js';
import { type Frame, frameLimit, type FrameReader, FrameTooLong, LineSplitter } from './frames.js';

/**
 * Cuts an answer of server-sent events (HTML standard, 9.2.6) into its events.
 *
 * @param frameOf what an event is; its bytes end with its blank line
 */
export function eventReader(frameOf: (bytes: Buffer) => Frame): FrameReader {
  const lines = new LineSplitter();
  let event: Buffer[] = [];
  let length = 0;
  const takeEvent = (): Frame => {
    const bytes = event.length === 1 ? (event[0] ?? Buffer.alloc(0)) : Buffer.concat(event);
    event = [];
    length = 0;
    return frameOf(bytes);
  };
  return {
    feed(chunk) {
      const frames: Frame[] = [];
      for (const line of lines.feed(chunk)) {
        event.push(line);
        length += line.length;
        if (isBlank(line)) frames.push(takeEvent());
        else if (length > frameLimit) throw new FrameTooLong();
      }
      return frames;
    },
    rest() {
      const bytes = lines.rest();
      if (event.length === 0 && bytes.length === 0) return undefined;
      const end = bytes.length === 0 ? '\n' : '\n\n';
      event.push(bytes, Buffer.from(end));
      const frame = takeEvent();
      return frame.malformed ? undefined : frame;
    },
  };
}

/** A line of nothing but its end, `\n` or `\r\n`. */
function isBlank(line: Buffer): boolean {
  return line.length === 1 || (line.length === 2 && line[0] === 13);
}

/** An event's name and data; no data if it has none. Comments and other fields mean nothing here. */
export function eventIn(bytes: Buffer): { readonly name: string | undefined; readonly data: string | undefined } {
  let name: string | undefined;
  const data: string[] = [];
  // A byte order mark may stand before all (HTML standard).
  for (const line of bytes
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)) {
    const [, field = '', value = ''] = /^([^:]+)(?:: ?(.*))?$/s.exec(line) ?? [];
    if (field === 'data') data.push(value);
    if (field === 'event') name = value;
  }
  return { name, data: data.length === 0 ? undefined : data.join('\n') };
}

/** An event of this data as it is written. */
export function eventText(fields: Fields): string {
  return `data: ${JSON.stringify(fields)}\n\n`;
}

/** The same, named by its type. */
export function typedEventText(fields: Fields & { readonly type: string }): string {
  return `event: ${fields.type}\n${eventText(fields)}`;
}
