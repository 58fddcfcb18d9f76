import { CallIds } from '../callIds.js';
import { type Message, type Part, textOf } from '../chat.js';
import { Untranslatable } from '../codec.js';
import type { Fields } from '../fields.js';
import { mediaTypeOf } from '../media.js';

/** A conversation as Anthropic's API takes it. */
export interface Conversation {
  /** What the model is told before all, undefined if it is nothing. */
  readonly system: string | undefined;
  readonly messages: readonly Fields[];
}

/** What one side says until it is the other's turn. */
interface Turn {
  readonly role: 'user' | 'assistant';
  /** Results of tools, which must come before all else. */
  readonly results: Fields[];
  readonly blocks: Fields[];
}

/**
 * Writes a conversation ("Create a Message": the two sides take turns; no block may be empty, nor may the last end with
 * white space if it is the assistant's).
 *
 * @param dropped where the names go of what can't be carried
 * @throws {Untranslatable} for sounds, pictures where they can't be, results without a call, and no messages at all
 */
export function writeMessages(messages: readonly Message[], dropped: Set<string>): Conversation {
  const system: string[] = [];
  const turns: Turn[] = [];
  const ids = new CallIds();
  const turnOf = (role: Turn['role']): Turn => {
    const last = turns.at(-1);
    if (last?.role === role) return last;
    const turn: Turn = { role, results: [], blocks: [] };
    turns.push(turn);
    return turn;
  };
  const say = (role: Turn['role'], blocks: readonly Fields[]): void => {
    if (blocks.length > 0) turnOf(role).blocks.push(...blocks);
  };
  for (const message of messages) {
    switch (message.role) {
      case 'system':
        system.push(onlyText(message.content, 'a system message'));
        break;
      case 'user':
        say('user', blocksOf(message.content));
        break;
      case 'tool':
        turnOf('user').results.push(resultOf(message, ids));
        break;
      case 'assistant':
        say('assistant', assistantBlocks(message, ids, dropped));
        break;
    }
  }
  const last = turns.at(-1);
  if (last === undefined) {
    throw new Untranslatable(
      '"messages" must have one of the user’s that says something: Anthropic’s API takes none without',
    );
  }
  if (last.role === 'assistant') trimEnd(last.blocks);
  const told = system.filter((text) => text.trim() !== '').join('\n\n');
  return { system: told === '' ? undefined : told, messages: turns.map(written) };
}

function written({ role, results, blocks }: Turn): Fields {
  const content = [...results, ...blocks];
  const [first] = content;
  return { role, content: content.length === 1 && first?.type === 'text' ? first.text : content };
}

function trimEnd(blocks: Fields[]): void {
  const last = blocks.at(-1);
  if (last?.type === 'text') blocks[blocks.length - 1] = { ...last, text: String(last.text).trimEnd() };
}

function assistantBlocks(
  { content, thinking, calls }: Extract<Message, { role: 'assistant' }>,
  ids: CallIds,
  dropped: Set<string>,
): readonly Fields[] {
  const blocks: Fields[] = [];
  // What isn't signed isn't taken back.
  if (thinking?.signature !== undefined) {
    blocks.push({ type: 'thinking', thinking: thinking.text, signature: thinking.signature });
  } else if (thinking !== undefined && thinking.text !== '') {
    dropped.add('reasoning');
  }
  if (content.some(({ type }) => type !== 'text')) throw unfit('an assistant’s message');
  blocks.push(...blocksOf(content));
  for (const { id, name, arguments: input } of calls) {
    blocks.push({ type: 'tool_use', id: safe(ids.call(id, name)), name, input });
  }
  return blocks;
}

function resultOf({ callId, name, content, failed }: Extract<Message, { role: 'tool' }>, ids: CallIds): Fields {
  const id = ids.result(callId, name)?.id ?? callId;
  if (id === '') {
    throw new Untranslatable(
      `"messages" has a result of a tool (${name === '' ? 'without a name' : name}) that belongs to no call before it: give it the id of its call`,
    );
  }
  const blocks = blocksOf(content);
  const [first] = blocks;
  return {
    type: 'tool_result',
    tool_use_id: safe(id),
    ...(blocks.length === 0 ? {} : { content: blocks.length === 1 && first?.type === 'text' ? first.text : blocks }),
    ...(failed ? { is_error: true } : {}),
  };
}

/** Ids may have letters, digits, `_` and `-` alone. */
function safe(id: string): string {
  return id.replace(/[^\w-]/g, '_');
}

function onlyText(content: readonly Part[], where: string): string {
  if (content.some(({ type }) => type !== 'text')) throw unfit(where);
  return textOf(content);
}

function unfit(where: string): Untranslatable {
  return new Untranslatable(`"messages": ${where} can only be text for Anthropic’s API: let the user send what is not`);
}

function blocksOf(content: readonly Part[]): readonly Fields[] {
  return content.filter((part) => part.type !== 'text' || part.text.trim() !== '').map(blockOf);
}

const pictures = ['image/jpeg', 'image/png', 'image/gif', 'image/webp'];

function blockOf(part: Part): Fields {
  switch (part.type) {
    case 'text':
      return { type: 'text', text: part.text };
    case 'image': {
      const told = part.mediaType.toLowerCase().replace('image/jpg', 'image/jpeg');
      const media_type = told === '' ? mediaTypeOf(part.data) : told;
      if (!pictures.includes(media_type)) {
        throw new Untranslatable(
          `"image": Anthropic’s API takes pictures as JPEG, PNG, GIF and WebP, not as ${media_type === '' ? 'this' : media_type}`,
        );
      }
      return { type: 'image', source: { type: 'base64', media_type, data: part.data } };
    }
    case 'imageUrl':
      return { type: 'image', source: { type: 'url', url: part.url } };
    case 'audio':
      throw new Untranslatable('"input_audio": Anthropic’s API takes no sound: send what is said as text');
  }
}
