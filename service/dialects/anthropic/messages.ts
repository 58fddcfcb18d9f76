import { CallIds } from '../callIds.js';
import { type Message, oneThought, type Part, textParts, type Thought, type ToolCall } from '../chat.js';
import { Untranslatable } from '../codec.js';
import { Reader } from '../reader.js';

/** What the model is told before the conversation: `system` of a request, a string or blocks of text. */
export function readSystem(request: Reader): readonly Message[] {
  const blocks = blocksOf(request, 'system');
  const text = blocks.map(textOf).join('\n\n');
  return text === '' ? [] : [{ role: 'system', content: textParts(text) }];
}

/** The conversation: `messages` of a request. @throws {InvalidRequest | Untranslatable} */
export function readMessages(request: Reader): readonly Message[] {
  if (!Array.isArray(request.value('messages'))) throw request.invalid('messages', 'a list of messages');
  const ids = new CallIds();
  return request.objects('messages').flatMap((message) => {
    const role = message.text('role');
    if (message.value('content') === undefined) throw message.invalid('content', 'a string or a list of blocks');
    const blocks = blocksOf(message, 'content');
    message.rest();
    switch (role) {
      case 'user':
        return userMessages(blocks, ids);
      case 'assistant':
        return [assistantMessage(message, blocks, ids)];
      case 'system':
      case 'developer':
        return [{ role: 'system', content: blocks.flatMap(partsOf) }];
      default:
        throw message.invalid('role', '"user", "assistant" or "system"');
    }
  });
}

/** Results of tools are messages of their own elsewhere; what the user says beside them stays in its place. */
function userMessages(blocks: readonly Reader[], ids: CallIds): readonly Message[] {
  const messages: Message[] = [];
  let said: Part[] | undefined;
  for (const block of blocks) {
    if (block.text('type') === 'tool_result') {
      messages.push(resultOf(block, ids));
      said = undefined;
      continue;
    }
    if (said === undefined) {
      said = [];
      messages.push({ role: 'user', content: said });
    }
    said.push(...partsOf(block));
  }
  return messages.length === 0 ? [{ role: 'user', content: [] }] : messages;
}

function resultOf(block: Reader, ids: CallIds): Message {
  const callId = block.needed('tool_use_id', block.text('tool_use_id'), 'the id of a call');
  const failed = block.flag('is_error') === true;
  const content = blocksOf(block, 'content').flatMap(partsOf);
  finish(block);
  return { role: 'tool', callId, name: ids.result(callId, '')?.name ?? '', content, failed };
}

function assistantMessage(message: Reader, blocks: readonly Reader[], ids: CallIds): Message {
  const content: Part[] = [];
  const thoughts: Thought[] = [];
  const calls: ToolCall[] = [];
  for (const block of blocks) {
    switch (block.text('type')) {
      case 'thinking': {
        const text = block.needed('thinking', block.text('thinking'), 'a string');
        thoughts.push({ text, signature: block.text('signature') });
        finish(block);
        break;
      }
      // Nobody but Anthropic can read it.
      case 'redacted_thinking':
        block.dropped.add('redacted_thinking');
        break;
      case 'tool_use':
        calls.push(callOf(block, ids));
        break;
      default:
        content.push(...partsOf(block));
    }
  }
  const thinking = oneThought(thoughts, () => message.dropped.add('signature'));
  return { role: 'assistant', content, ...(thinking === undefined ? {} : { thinking }), calls };
}

function callOf(block: Reader, ids: CallIds): ToolCall {
  const id = block.needed('id', block.text('id'), 'the id of a call');
  const name = block.needed('name', block.text('name'), 'the name of a tool');
  const input = block.needed('input', block.fields('input'), 'an object');
  // By whom it was called: the model itself, since other callers have tools that are refused.
  block.pass('caller');
  finish(block);
  return { id: ids.call(id, name), name, arguments: input };
}

/** What is said: a string, or blocks; none if there is nothing. */
function blocksOf(reader: Reader, name: string): readonly Reader[] {
  const value = reader.value(name);
  if (typeof value === 'string') {
    return [new Reader({ type: 'text', text: value }, reader.at(name), reader.dropped)];
  }
  if (value !== undefined && !Array.isArray(value)) throw reader.invalid(name, 'a string or a list of blocks');
  return reader.objects(name);
}

function partsOf(block: Reader): readonly Part[] {
  const type = block.text('type');
  if (type === 'text') return textParts(textOf(block));
  if (type === 'image' || type === 'document') {
    const source = block.needed('source', block.object('source'), 'an object');
    const part = type === 'image' ? pictureIn(source) : documentIn(block, source);
    source.rest();
    finish(block);
    return [part];
  }
  if (type === undefined) throw block.invalid('type', 'the type of a block, for instance "text"');
  throw new Untranslatable(
    `"${block.at('type')}": only Anthropic can read a block of type "${type}": send what it says as text`,
  );
}

function textOf(block: Reader): string {
  const text = block.needed('text', block.text('text'), 'a string');
  block.pass('type');
  finish(block);
  return text;
}

function pictureIn(source: Reader): Part {
  const type = source.text('type');
  if (type === 'base64') {
    const data = source.needed('data', source.text('data'), 'a picture in base64');
    return { type: 'image', mediaType: source.text('media_type') ?? '', data };
  }
  if (type === 'url') {
    return { type: 'imageUrl', url: source.needed('url', source.text('url'), 'the address of a picture') };
  }
  if (type !== 'file') throw source.invalid('type', '"base64" or "url"');
  throw new Untranslatable(
    `"${source.at('type')}": the picture is a file that only Anthropic has: send it in base64 with the source "base64"`,
  );
}

/** Only text can be read by all. */
function documentIn(block: Reader, source: Reader): Part {
  const type = source.text('type');
  const data = source.text('data');
  if (type !== 'text' || data === undefined) {
    throw new Untranslatable(
      `"${block.at('source')}": only Anthropic can read a document of type "${type ?? ''}": send its text`,
    );
  }
  source.pass('media_type');
  const text = [block.text('title'), block.text('context'), data].filter(Boolean).join('\n\n');
  return { type: 'text', text };
}

/** Names what of a block nobody has read. */
function finish(block: Reader): void {
  if (block.value('cache_control') !== undefined) block.dropped.add('cache_control');
  block.rest();
}
