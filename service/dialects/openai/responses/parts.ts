import { type Part, textParts } from '../../chat.js';
import { Untranslatable } from '../../codec.js';
import type { Reader } from '../../reader.js';
import { readPictureAt, readSound } from '../parts.js';

/**
 * The content of a message, or the output of a call: a text, or a list of parts (OpenAI's API reference, "Responses",
 * input item list; `input_audio` from its OpenAPI description).
 *
 * @throws {InvalidRequest} if it is neither
 * @throws {Untranslatable} if a part is a file
 */
export function readParts(item: Reader, name: 'content' | 'output'): readonly Part[] {
  const content = item.value(name);
  if (typeof content === 'string') return textParts(content);
  if (!Array.isArray(content)) throw item.invalid(name, 'a text or a list of parts');
  return item.objects(name).flatMap((part) => {
    const read = partsOf(part);
    part.rest({ detail: ['auto'] });
    return read;
  });
}

function partsOf(part: Reader): readonly Part[] {
  switch (part.value('type')) {
    case 'input_text':
      return textParts(part.needed('text', part.text('text'), 'a string'));
    case 'output_text':
      part.pass('logprobs');
      return textParts(part.needed('text', part.text('text'), 'a string'));
    case 'refusal':
      return textParts(part.needed('refusal', part.text('refusal'), 'a string'));
    case 'input_image':
      if (part.text('file_id') !== undefined) {
        throw new Untranslatable(
          `"${part.at('file_id')}" names a file that is kept at OpenAI: send the picture itself as a data URL in "image_url"`,
        );
      }
      return [readPictureAt(part, 'image_url')];
    case 'input_audio':
      return [readSound(part)];
    case 'input_file':
      throw new Untranslatable(
        `"${part.place}" is a file ("input_file"), which no other API takes: send its text as "input_text"`,
      );
    default:
      throw part.invalid('type', '"input_text", "input_image", "input_audio", "output_text" or "refusal"');
  }
}
