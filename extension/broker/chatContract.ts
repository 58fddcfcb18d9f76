// How asking the broker is told, as plain data, so that tests can load it in Node.

/** Why an answer ended: it was at its end, at a limit of the model, or the provider withheld the rest. */
export type Finish = 'stop' | 'length' | 'withheld';

/** What is wrong, as the broker tells it. */
export interface ChatError {
  /** OpenAI's word for what kind of error it is, "" if there is none. */
  readonly code: string;
  readonly message: string;
}

/** What some bytes of a stream have brought. */
export interface ChatProgress {
  readonly text: string;
  /** Whether the model has thought, which is not part of its answer. */
  readonly thinks: boolean;
  /** Why the answer ended, null if it hasn't. */
  readonly finish: Finish | null;
  readonly error: ChatError | null;
  /** Whether the stream is at its end. */
  readonly done: boolean;
}

/** What was said, by whom. */
export interface ChatMessage {
  readonly role: 'user' | 'assistant';
  readonly content: string;
}

/** Who answers. */
export interface ChatOrigin {
  /** Id of the connection. */
  readonly connection: string;
  /** How many connections were tried, or how often. */
  readonly attempts: number;
}

/** Why there is no answer, or no whole one: the broker wasn't reached, it says so itself, or the answer broke off. */
export interface ChatFailure extends ChatError {
  readonly kind: 'unreached' | 'refused' | 'brokenOff';
}

/** How an answer ended. */
export interface ChatEnd {
  readonly finish: Finish;
  /** Ids of the connections that went on with it where the first broke off. */
  readonly continuedBy: readonly string[];
  readonly failure: ChatFailure | null;
}
