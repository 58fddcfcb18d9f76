import { filled, type ProblemName, problems } from './problems.js';

/** What is looked at, in the order in which it is told. */
export type Check =
  | 'service'
  | 'socket'
  | 'ports'
  | 'bus'
  | 'settings'
  | 'versions'
  | 'GNOME'
  | 'extension'
  | 'keyring'
  | 'connections'
  | 'clock'
  | 'proxy';

/** What was found: all right; worth knowing; or wrong, so that something doesn't work. */
export interface Finding {
  readonly check: Check;
  readonly state: 'right' | 'note' | 'wrong';
  readonly message: string;
  /** Its name in docs/troubleshooting.md. */
  readonly problem?: ProblemName;
  /** The one command that mends it. */
  readonly mend?: string;
}

/** All is right. */
export function right(check: Check, message: string): Finding {
  return { check, state: 'right', message };
}

/** Something doesn't work. */
export function wrong(
  check: Check,
  problem: ProblemName,
  values: Readonly<Record<string, string | number>> = {},
): Finding {
  return found('wrong', check, problem, values);
}

/** Something is worth knowing, though all that is wanted works. */
export function note(
  check: Check,
  problem: ProblemName,
  values: Readonly<Record<string, string | number>> = {},
): Finding {
  return found('note', check, problem, values);
}

function found(
  state: 'note' | 'wrong',
  check: Check,
  problem: ProblemName,
  values: Readonly<Record<string, string | number>>,
): Finding {
  const { says, mend } = problems[problem];
  return { check, state, message: filled(says, values), problem, mend: filled(mend, values) };
}
