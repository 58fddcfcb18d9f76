import { CallIds } from '../../callIds.js';
import { type Message, oneThought, type Part, textParts, type Thought, type ToolCall } from '../../chat.js';
import { Untranslatable } from '../../codec.js';
import { argumentsFrom } from '../../fields.js';
import type { Reader } from '../../reader.js';
import { readParts } from './parts.js';
import { signatureIn } from './signature.js';

/**
 * The messages of a conversation that is told in items (OpenAI's API reference, "Responses", input item list). What the
 * model said, thought and called between two items of others is one message: other APIs know calls only as part of one,
 * and want the results right behind it. `input` is a text, the user's, or a list of items.
 *
 * @throws {InvalidRequest} if it is neither
 * @throws {Untranslatable} if an item is of a tool that runs at OpenAI, or is kept there
 */
export function readInput(body: Reader): readonly Message[] {
  const input = body.value('input');
  if (typeof input === 'string') return [{ role: 'user', content: textParts(input) }];
  if (!Array.isArray(input)) throw body.invalid('input', 'a text, or a list of items such as messages');
  const conversation = new Conversation(body.dropped);
  for (const item of body.objects('input')) {
    item.pass('id', 'status');
    conversation.add(item);
    item.rest();
  }
  return conversation.end();
}

/** What the model did at a stretch, as far as it is read. */
interface Turn {
  readonly thoughts: Thought[];
  readonly content: Part[];
  readonly calls: ToolCall[];
}

class Conversation {
  readonly #messages: Message[] = [];
  readonly #ids = new CallIds();
  #turn: Turn | undefined;

  constructor(private readonly dropped: Set<string>) {}

  add(item: Reader): void {
    const type = item.text('type') ?? 'message';
    switch (type) {
      case 'message':
        this.#message(item);
        break;
      case 'function_call':
        this.#call(item);
        break;
      case 'function_call_output':
        this.#result(item);
        break;
      case 'reasoning':
        this.#thought(item);
        break;
      case 'item_reference':
        throw new Untranslatable(`"${item.place}" refers to an item that isn't stored here: send the item itself`);
      default:
        throw new Untranslatable(
          `"${item.place}" is of type "${type}", which only OpenAI's own models understand: leave it out, or tell what it says in a message`,
        );
    }
  }

  end(): readonly Message[] {
    this.#close();
    return this.#messages;
  }

  #message(item: Reader): void {
    const content = readParts(item, 'content');
    switch (item.value('role')) {
      case 'user':
        this.#say({ role: 'user', content });
        break;
      case 'system':
      case 'developer':
        this.#say({ role: 'system', content });
        break;
      case 'assistant': {
        const { content: before, calls } = this.#open();
        if (before.length > 0 && calls.length === 0) this.#close();
        this.#open().content.push(...content);
        break;
      }
      default:
        throw item.invalid('role', '"user", "assistant", "system" or "developer"');
    }
  }

  #call(item: Reader): void {
    const id = item.needed('call_id', item.text('call_id'), 'the id of a call');
    const name = item.needed('name', item.text('name'), 'the name of a tool');
    const given = argumentsFrom(item.needed('arguments', item.text('arguments'), 'the JSON of an object'));
    const call = { name, arguments: item.needed('arguments', given, 'the JSON of an object') };
    this.#open().calls.push({ id: this.#ids.call(id, name), ...call });
  }

  #result(item: Reader): void {
    const callId = item.needed('call_id', item.text('call_id'), 'the id of a call');
    const name = this.#ids.result(callId, '')?.name ?? '';
    this.#say({ role: 'tool', callId, name, content: readParts(item, 'output'), failed: false });
  }

  #thought(item: Reader): void {
    const [summary, content] = [textsOf(item, 'summary'), textsOf(item, 'content')];
    const encrypted = item.text('encrypted_content');
    const signature = encrypted === undefined ? undefined : signatureIn(encrypted);
    if (encrypted !== undefined && signature === undefined) this.dropped.add('reasoning.encrypted_content');
    // The thoughts themselves say more than their summary.
    const text = (content.length > 0 ? content : summary).join('\n\n');
    if (text === '' && signature === undefined) return;
    const { content: said, calls } = this.#open();
    if (said.length > 0 && calls.length === 0) this.#close();
    this.#open().thoughts.push({ text, signature });
  }

  #say(message: Message): void {
    this.#close();
    this.#messages.push(message);
  }

  #open(): Turn {
    this.#turn ??= { thoughts: [], content: [], calls: [] };
    return this.#turn;
  }

  #close(): void {
    if (this.#turn === undefined) return;
    const { thoughts, content, calls } = this.#turn;
    this.#turn = undefined;
    if (content.length > 0 || calls.length > 0) {
      const thinking = oneThought(thoughts, () => this.dropped.add('reasoning.encrypted_content'));
      this.#messages.push({ role: 'assistant', content, thinking, calls });
    } else if (thoughts.length > 0) {
      // A thought that led to nothing has no place in other APIs.
      this.dropped.add('reasoning');
    }
  }
}

/** The texts in a list of `summary_text` or `reasoning_text`. */
function textsOf(item: Reader, name: 'summary' | 'content'): readonly string[] {
  return item.objects(name).map((part) => part.needed('text', part.text('text'), 'a string'));
}
