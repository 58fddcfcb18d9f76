interface Call {
  readonly id: string;
  readonly name: string;
}

/** The calls of a conversation, told apart by ids as OpenAI's API has them, also where a client wrote none. */
export class CallIds {
  readonly #all: Call[] = [];
  /** Those that have no result yet. */
  readonly #open: Call[] = [];

  /** The id of the conversation's next call. @param id '' for none: it gets its running number */
  call(id: string, name: string): string {
    const call = { id: id === '' ? `call_${this.#all.length}` : id, name };
    this.#all.push(call);
    this.#open.push(call);
    return call.id;
  }

  /**
   * The call that a result belongs to: by its id, or if it has none, the first of its name that has no result yet. A call
   * may have a second result, by its id.
   *
   * @param name '' for any
   */
  result(id: string, name: string): Call | undefined {
    const place = this.#open.findIndex((call) => (id === '' ? name === '' || call.name === name : call.id === id));
    if (place >= 0) return this.#open.splice(place, 1)[0];
    return id === '' ? undefined : this.#all.findLast((call) => call.id === id);
  }
}
