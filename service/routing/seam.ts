/** So many characters in a row that repeat an answer's beginning are no coincidence: it is being told anew. */
const certain = 24;

/** What a piece of a continuing answer comes to: text that is new, '' while that isn't known yet, or another answer. */
export type Joined = { readonly text: string } | 'another';

/**
 * Joins an answer that broke off and the one that goes on from it. A model that takes up the text just goes on; one that
 * begins anew must first repeat what was delivered, to the letter, and the repetition is left out.
 */
export class Seam {
  #matched = '';
  #anew: boolean;
  #joined = false;

  /**
   * @param delivered what the client has
   * @param anew whether it is known that the answer begins anew
   */
  constructor(
    private readonly delivered: string,
    anew: boolean,
  ) {
    this.#anew = anew;
    this.#joined = delivered === '';
  }

  /** Takes the next piece. */
  take(text: string): Joined {
    if (this.#joined) return { text };
    const whole = this.#matched + text;
    if (whole.startsWith(this.delivered)) {
      this.#joined = true;
      return { text: whole.slice(this.delivered.length) };
    }
    if (this.delivered.startsWith(whole)) {
      this.#matched = whole;
      if (whole.length >= certain) this.#anew = true;
      return { text: '' };
    }
    if (this.#anew) return 'another';
    this.#joined = true;
    return { text: whole };
  }

  /** Nothing more comes. */
  end(): Joined {
    if (this.#joined) return { text: '' };
    this.#joined = true;
    return this.#anew ? 'another' : { text: this.#matched };
  }
}
