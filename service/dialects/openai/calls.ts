import type { ChatEvent } from '../events.js';
import { type Fields, isObject, textIn } from '../fields.js';

/** A call of which pieces come. */
interface Call {
  id: string;
  name: string;
  /** Its number among the events, undefined as long as its name isn't known. */
  index: number | undefined;
  /** Arguments that came before the name. */
  held: string[];
  /** Some arguments have come. */
  begun: boolean;
}

/**
 * Puts the pieces of `tool_calls` together. OpenAI numbers calls by `index` and tells id and name with the first piece. Of
 * servers that speak its API some leave the index out (ollama#7881, Gemini) or give each call the same (ollama#15457),
 * repeat id and name or send '' instead (opencode#37841), name a call after its arguments began (vercel/ai#15879), or write
 * arguments as an object (llama.cpp#20198).
 */
export class CallReader {
  readonly #calls: Call[] = [];
  readonly #byIndex = new Map<number, Call>();
  #told = 0;

  /** How many calls have begun. */
  get count(): number {
    return this.#calls.length;
  }

  read(pieces: unknown): readonly ChatEvent[] {
    return Array.isArray(pieces) ? pieces.filter(isObject).flatMap((piece) => this.#read(piece)) : [];
  }

  /**
   * What the calls lack when the answer ends: arguments, which a server may leave out where there are none.
   *
   * @param whole whether the answer was not cut off
   */
  end(whole: boolean): readonly ChatEvent[] {
    if (this.#calls.some(({ index }) => index === undefined)) {
      return [{ type: 'error', kind: 'upstream', message: 'the server calls a tool without its name' }];
    }
    if (!whole) return [];
    return this.#calls.flatMap(({ begun, index = 0 }): ChatEvent[] =>
      begun ? [] : [{ type: 'toolArguments', index, json: '{}' }],
    );
  }

  #read(piece: Fields): readonly ChatEvent[] {
    const asked = isObject(piece.function) ? piece.function : {};
    const [id, name] = [textIn(piece.id), textIn(asked.name)];
    const call = this.#callOf(typeof piece.index === 'number' ? piece.index : undefined, id, name);
    if (call.id === '') call.id = id;
    if (call.name === '') call.name = name;
    const json = argumentsOf(asked.arguments);
    if (json !== '') {
      call.held.push(json);
      call.begun = true;
    }
    if (call.name === '') return [];
    const events: ChatEvent[] = [];
    if (call.index === undefined) {
      call.index = this.#told;
      this.#told += 1;
      events.push({ type: 'toolCall', index: call.index, id: call.id, name: call.name });
    }
    const index = call.index;
    return [...events, ...call.held.splice(0).map((held) => ({ type: 'toolArguments' as const, index, json: held }))];
  }

  #callOf(index: number | undefined, id: string, name: string): Call {
    const last = this.#calls.at(-1);
    const before = index === undefined ? last : this.#byIndex.get(index);
    const found =
      before !== undefined && continues(before, index, id, name)
        ? before
        : this.#calls.find((call) => id !== '' && call.id === id);
    const call = found ?? { id, name, index: undefined, held: [], begun: false };
    if (found === undefined) this.#calls.push(call);
    if (index !== undefined) this.#byIndex.set(index, call);
    return call;
  }
}

/** Whether a piece of this id and name belongs to a call, being of the same index or right behind it. */
function continues(call: Call, index: number | undefined, id: string, name: string): boolean {
  if (id !== '' && call.id !== '') return id === call.id;
  if (name === '' || call.name === '') return true;
  return index !== undefined && name === call.name;
}

/** An empty object stands at the beginning of a stream for arguments that are to come. */
function argumentsOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return isObject(value) && Object.keys(value).length > 0 ? JSON.stringify(value) : '';
}
