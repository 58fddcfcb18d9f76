import { argumentsFrom, type Fields, objectFrom } from '../fields.js';
import { callTo } from './messages.js';

interface Told {
  readonly id: string;
  readonly name: string;
  readonly pieces: string[];
  /** Something came behind it before its arguments were whole: they go on later. */
  interrupted: boolean;
}

/** Holds back the calls of an answer until they can be written as Ollama does: whole, and in the order they were begun. */
export class CallCollector {
  readonly #calls = new Map<number, Told>();
  #written = 0;

  /** A call begins. */
  begin(index: number, id: string, name: string): void {
    this.#calls.set(index, { id, name, pieces: [], interrupted: false });
  }

  /** The next piece of a call's arguments. */
  add(index: number, json: string): void {
    this.#calls.get(index)?.pieces.push(json);
  }

  /**
   * The calls that are whole, up to the first that isn't, since something else comes now. JSON's objects tell where they
   * end, so that nothing can come behind one that is whole.
   */
  whole(): readonly Fields[] {
    return this.#take((call) => {
      if (call.interrupted || call.pieces.length === 0) return undefined;
      const given = objectFrom(call.pieces.join(''));
      // To look once is enough: what is looked at again and again takes time with the square of its length.
      call.interrupted = given === undefined;
      return given;
    });
  }

  /** All that are left, since nothing more comes, up to the first whose arguments are no JSON object. */
  rest(): readonly Fields[] {
    return this.#take(({ pieces }) => argumentsFrom(pieces.join('')));
  }

  /** The name of the first call that is left. */
  get left(): string | undefined {
    return this.#calls.values().next().value?.name;
  }

  #take(argumentsOf: (call: Told) => Fields | undefined): readonly Fields[] {
    const taken: Fields[] = [];
    for (const [index, call] of this.#calls) {
      const given = argumentsOf(call);
      if (given === undefined) break;
      taken.push(callTo({ id: call.id, name: call.name, arguments: given }, this.#written));
      this.#calls.delete(index);
      this.#written += 1;
    }
    return taken;
  }
}
