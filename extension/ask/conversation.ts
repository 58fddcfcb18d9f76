import type { ChatEnd, ChatFailure, ChatMessage, ChatOrigin, ChatProgress, Finish } from '../broker/chatContract.js';

/** A question, and what has come of it. The same object as before as long as nothing of it has changed. */
export interface Turn {
  readonly number: number;
  readonly question: string;
  readonly model: string;
  readonly answer: string;
  /** `waiting` until something comes, `thinking` until something of the answer comes. */
  readonly state: 'waiting' | 'thinking' | 'answering' | 'done' | 'stopped' | 'failed';
  /** Id of the connection that answers, "" until it is known. */
  readonly connection: string;
  /** Ids of the connections that went on with it. */
  readonly continuedBy: readonly string[];
  readonly finish: Finish;
  readonly failure: ChatFailure | null;
}

/** What was asked and answered since the conversation began. Says what happened, and knows nothing of how. */
export class Conversation {
  #turns: readonly Turn[] = [];
  #count = 0;

  /** The turns in order. */
  get turns(): readonly Turn[] {
    return this.#turns;
  }

  /** Whether an answer is awaited or comes. */
  get busy(): boolean {
    const state = this.#turns.at(-1)?.state;
    return state === 'waiting' || state === 'thinking' || state === 'answering';
  }

  /** A person asks. Returns what a model has to be told for it: what was said up to now, and the question. */
  ask(question: string, model: string): ChatMessage[] {
    const said = this.#turns
      .filter(({ answer }) => answer !== '')
      .flatMap(({ question: content, answer }): ChatMessage[] => [
        { role: 'user', content },
        { role: 'assistant', content: answer },
      ]);
    this.#count += 1;
    const turn: Turn = {
      number: this.#count,
      question,
      model,
      answer: '',
      state: 'waiting',
      connection: '',
      continuedBy: [],
      finish: 'stop',
      failure: null,
    };
    this.#turns = [...this.#turns, turn];
    return [...said, { role: 'user', content: question }];
  }

  /** The last question is taken back, to be asked again; "" if there is none. */
  takeBack(): string {
    const question = this.#turns.at(-1)?.question ?? '';
    this.#turns = this.#turns.slice(0, -1);
    return question;
  }

  /** A connection answers the last question. */
  answeredBy({ connection }: ChatOrigin): void {
    this.#change({ connection });
  }

  /** Some of its answer has come. */
  progress({ text, thinks }: ChatProgress): void {
    const { answer = '', state = 'waiting' } = this.#turns.at(-1) ?? {};
    if (text !== '') this.#change({ answer: answer + text, state: 'answering' });
    else if (thinks && state === 'waiting') this.#change({ state: 'thinking' });
  }

  /** Its answer has ended. */
  end({ finish, continuedBy, failure }: ChatEnd): void {
    this.#change({ finish, continuedBy, failure, state: failure === null ? 'done' : 'failed' });
  }

  /** The person doesn't want more of it. */
  stop(): void {
    if (this.busy) this.#change({ state: 'stopped' });
  }

  /** Begins anew. */
  clear(): void {
    this.#turns = [];
  }

  #change(values: Partial<Turn>): void {
    const last = this.#turns.at(-1);
    if (last !== undefined) this.#turns = [...this.#turns.slice(0, -1), { ...last, ...values }];
  }
}
