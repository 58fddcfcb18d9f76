import { expect, it } from 'vitest';
import { mediaTypeOf } from '../../../service/dialects/media.js';

const base64 = (latin1: string): string => Buffer.from(latin1, 'latin1').toString('base64');

it.each([
  ['a PNG', base64('\x89PNG\r\n\x1a\n and more'), 'image/png'],
  ['a JPEG', base64('\xff\xd8\xff\xe0 and more'), 'image/jpeg'],
  ['a GIF', base64('GIF89a and more'), 'image/gif'],
  ['an old GIF', base64('GIF87a and more'), 'image/gif'],
  ['a WebP of any length', base64('RIFF\x0a\x00\xff\x00WEBPVP8 '), 'image/webp'],
  ['a WAV', base64('RIFF\x24\x08\x00\x00WAVEfmt '), 'audio/wav'],
  ['an MP3 with tags', base64('ID3\x04\x00'), 'audio/mpeg'],
  ['an MP3 without', base64('\xff\xfb\x90\x64'), 'audio/mpeg'],
  ['nothing well known', base64('BM6\x00'), ''],
  ['one that is well known, but only further on', base64(' GIF89a'), ''],
  ['too little', base64('RIFF'), ''],
  ['nothing', '', ''],
])('the media type of %s', (_what, data, expected) => {
  expect(mediaTypeOf(data)).toBe(expected);
});
