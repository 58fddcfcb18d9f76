import { type Part, textParts } from '../chat.js';
import { Untranslatable } from '../codec.js';
import type { Fields } from '../fields.js';
import { mediaTypeOf, pictureAt } from '../media.js';
import type { Reader } from '../reader.js';

/**
 * The content of a message: a string, null, or a list of parts (OpenAI's API reference, "Chat Completions": `text`,
 * `refusal`, `image_url`, `input_audio`, `file`).
 *
 * @throws {InvalidRequest} if it is none of these
 * @throws {Untranslatable} for files, and for parts that this API doesn't have
 */
export function readContent(message: Reader): readonly Part[] {
  const content = message.value('content');
  if (content === undefined) return [];
  if (typeof content === 'string') return textParts(content);
  if (!Array.isArray(content)) throw message.invalid('content', 'a string or a list of parts');
  return message.objects('content').flatMap(readPart);
}

function readPart(part: Reader): readonly Part[] {
  const read = partsOf(part);
  part.rest();
  return read;
}

function partsOf(part: Reader): readonly Part[] {
  const type = part.text('type');
  switch (type) {
    case 'text':
    case 'refusal':
      return textParts(part.needed(type, part.text(type), 'a string'));
    case 'image_url':
      return [readPicture(part)];
    case 'input_audio':
      return [readSound(part)];
    case undefined:
      throw part.invalid('type', 'the kind of part: "text", "image_url" or "input_audio"');
    default:
      throw new Untranslatable(
        `"${part.at('type')}": a part "${type}" can't be carried to another API; send its content as text or as a picture`,
      );
  }
}

/** An object with `url`, or the URL itself, which Ollama takes too (openai/openai.go there). */
function readPicture(part: Reader): Part {
  if (typeof part.value('image_url') === 'string') return readPictureAt(part, 'image_url');
  const picture = part.needed('image_url', part.object('image_url'), 'an object with "url"');
  const read = readPictureAt(picture, 'url');
  picture.rest({ detail: ['auto'] });
  return read;
}

/** The picture whose URL a field is. */
export function readPictureAt(place: Reader, name: string): Part {
  return place.needed(name, pictureAt(place.text(name) ?? ''), 'an http(s) URL, or "data:image/png;base64,…"');
}

/** `input_audio` of a part. */
export function readSound(part: Reader): Part {
  const sound = part.needed('input_audio', part.object('input_audio'), 'an object with "data" and "format"');
  const data = sound.needed('data', sound.text('data'), 'a string in base64');
  const format = sound.text('format');
  if (format !== 'wav' && format !== 'mp3') throw sound.invalid('format', '"wav" or "mp3"');
  sound.rest();
  return { type: 'audio', format, data };
}

/** Content as OpenAI's API takes it: a string as long as it is text, which all servers take, else a list of parts. */
export function writeContent(parts: readonly Part[]): string | readonly Fields[] {
  if (parts.every((part) => part.type === 'text')) return parts.map(({ text }) => text).join('');
  return parts.map((part): Fields => {
    switch (part.type) {
      case 'text':
        return { type: 'text', text: part.text };
      case 'image': {
        // OpenAI and llama.cpp insist on a type; servers go by what the picture is.
        const mediaType = part.mediaType || mediaTypeOf(part.data) || 'image/jpeg';
        return { type: 'image_url', image_url: { url: `data:${mediaType};base64,${part.data}` } };
      }
      case 'imageUrl':
        return { type: 'image_url', image_url: { url: part.url } };
      case 'audio':
        return { type: 'input_audio', input_audio: { data: part.data, format: part.format } };
    }
  });
}
