import { type Message, type Part, textOf, textParts, type ToolCall } from '../chat.js';
import { CallIds } from '../callIds.js';
import { Untranslatable } from '../codec.js';
import type { Fields } from '../fields.js';
import { mediaTypeOf } from '../media.js';
import type { Reader } from '../reader.js';

/**
 * Reads the messages of a chat (docs/api.md, `Message` in api/types.go of Ollama). Ids of tool calls are young and
 * optional there, while other servers want them: calls without get one, and results without get that of their call.
 *
 * @throws {InvalidRequest}
 */
export function messagesFrom(readers: readonly Reader[]): readonly Message[] {
  const ids = new CallIds();
  return readers.map((reader) => {
    const message = messageFrom(reader, ids);
    reader.rest();
    return message;
  });
}

function messageFrom(reader: Reader, ids: CallIds): Message {
  const role = reader.text('role')?.toLowerCase();
  const text = reader.text('content') ?? '';
  const content = [...textParts(text), ...mediaParts(reader)];
  switch (role) {
    case 'system':
    case 'developer':
      return { role: 'system', content };
    case 'user':
      return { role, content };
    case 'assistant': {
      const thinking = reader.text('thinking') ?? '';
      return {
        role,
        content,
        thinking: thinking === '' ? undefined : { text: thinking },
        calls: reader.objects('tool_calls').map((call) => callFrom(call, ids)),
      };
    }
    case 'tool': {
      const [callId, name] = [reader.text('tool_call_id') ?? '', reader.text('tool_name') ?? ''];
      const call = ids.result(callId, name) ?? { id: callId, name };
      return { role, callId: call.id, name: call.name, content, failed: false };
    }
    default:
      throw reader.invalid('role', '"system", "user", "assistant" or "tool"');
  }
}

/** Reads `images`, where recordings stand as well. @throws {InvalidRequest} */
export function mediaParts(reader: Reader): readonly Part[] {
  return (reader.texts('images') ?? []).map((image, index): Part => {
    // Ollama passes over line breaks, and some encoders of base64 write them.
    const data = image.replace(/[\r\n]/g, '');
    if (data === '' || !/^[A-Za-z0-9+/]*={0,2}$/.test(data)) {
      throw reader.invalid(`images[${index}]`, 'a picture in base64, without anything before it');
    }
    const mediaType = mediaTypeOf(data);
    if (mediaType === 'audio/wav') return { type: 'audio', format: 'wav', data };
    if (mediaType === 'audio/mpeg') return { type: 'audio', format: 'mp3', data };
    return { type: 'image', mediaType, data };
  });
}

function callFrom(reader: Reader, ids: CallIds): ToolCall {
  reader.pass('type');
  const made = reader.inside('function');
  // Its place in the list says the same.
  made.pass('index');
  const name = made.needed('name', made.text('name'), 'the name of a tool');
  const call = { id: ids.call(reader.text('id') ?? '', name), name, arguments: made.fields('arguments') ?? {} };
  reader.rest();
  made.rest();
  return call;
}

/**
 * Writes the messages of a chat for a server. All text of a message is one there, and its pictures and recordings stand
 * beside it.
 *
 * @param drop is told what can't be said
 * @throws {Untranslatable} if one has a picture that the server would have to fetch
 */
export function messagesTo(messages: readonly Message[], drop: (name: string) => void): readonly Fields[] {
  const ids = new CallIds();
  return messages.map((message) => {
    const { role, content } = message;
    const images = content.flatMap((part) => mediaOf(part));
    const said = { role, content: textOf(content), ...(images.length === 0 ? {} : { images }) };
    if (message.role === 'assistant') {
      const { thinking, calls } = message;
      for (const { id, name } of calls) ids.call(id, name);
      if (thinking?.signature !== undefined) drop('signature');
      return {
        ...said,
        ...(thinking === undefined || thinking.text === '' ? {} : { thinking: thinking.text }),
        ...(calls.length === 0 ? {} : { tool_calls: calls.map(callTo) }),
      };
    }
    if (message.role === 'tool') {
      if (message.failed) drop('is_error');
      const name = ids.result(message.callId, message.name)?.name ?? message.name;
      return {
        ...said,
        ...(name === '' ? {} : { tool_name: name }),
        ...(message.callId === '' ? {} : { tool_call_id: message.callId }),
      };
    }
    return said;
  });
}

function mediaOf(part: Part): readonly string[] {
  switch (part.type) {
    case 'text':
      return [];
    case 'image':
    case 'audio':
      return [part.data];
    case 'imageUrl':
      throw new Untranslatable(
        '"image_url": an Ollama server fetches no pictures; send it as a data: URL with the picture in base64',
      );
  }
}

/** A call as Ollama writes it (`ToolCall` in api/types.go). @param index among the calls of its message or answer */
export function callTo({ id, name, arguments: given }: ToolCall, index: number): Fields {
  return { ...(id === '' ? {} : { id }), function: { index, name, arguments: given } };
}
