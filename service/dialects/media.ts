import type { Part } from './chat.js';

/** Files that chats hold, told apart by the bytes they begin with; `.` is any byte. Bytes as Latin-1. */
const beginnings: readonly (readonly [mediaType: string, beginning: RegExp])[] = [
  ['image/png', /^\x89PNG\r\n/],
  ['image/jpeg', /^\xff\xd8\xff/],
  ['image/gif', /^GIF8[79]a/],
  ['image/webp', /^RIFF.{4}WEBP/s],
  ['audio/wav', /^RIFF.{4}WAVE/s],
  ['audio/mpeg', /^(ID3|\xff[\xe0-\xff])/],
];

/**
 * The media type of a picture or a recording by its first bytes (WHATWG MIME Sniffing, 6), for dialects that don't tell it.
 *
 * @param data base64
 * @returns '' if it is none that is well known
 */
export function mediaTypeOf(data: string): string {
  const first = Buffer.from(data.slice(0, 32), 'base64').toString('latin1');
  return beginnings.find(([, beginning]) => beginning.test(first))?.[0] ?? '';
}

/**
 * The picture that a URL is or names.
 *
 * @returns undefined if it is neither an http(s) URL nor a data URL in base64 (RFC 2397)
 */
export function pictureAt(url: string): Part | undefined {
  if (/^https?:/i.test(url)) return { type: 'imageUrl', url };
  // Only the head is looked at: the rest may be long.
  const [head, mediaType = ''] = /^data:([^;,]*)(?:;[^;,]*)*;base64,/i.exec(url) ?? [];
  return head === undefined ? undefined : { type: 'image', mediaType, data: url.slice(head.length) };
}
