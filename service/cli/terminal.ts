/** Where a command writes. */
export interface Terminal {
  /** To standard output. */
  readonly print: (text: string) => void;
  /** To standard error, for the person beside what is printed. */
  readonly say: (text: string) => void;
  /** Whether a person sees what is printed as it comes. */
  readonly isTerminal: boolean;
  /** Whether a person sees what is said. */
  readonly isAttended: boolean;
}
