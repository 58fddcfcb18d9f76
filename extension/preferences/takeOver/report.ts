import { fill, type Translator } from '../../broker/translator.js';

/** What `cloudtolocalllm import --json` tells, as far as it is shown. */
export interface Report {
  readonly outcomes: readonly Outcome[];
  /** Files that are broken, in words. */
  readonly problems: readonly string[];
}

interface Outcome {
  readonly kind: 'connection' | 'token' | 'autostart' | 'unit';
  /** Of the connection, or of what started the old program. */
  readonly name: string;
  readonly state: 'done' | 'planned' | 'failed';
  /** Why it failed. */
  readonly problem?: string;
}

/** Understands what the command printed. Fails where that is no report, which a command of another version may print. */
export function reportFrom(text: string): Report {
  const { outcomes, problems } = JSON.parse(text) as Partial<Report>;
  if (!Array.isArray(outcomes) || !Array.isArray(problems)) throw new SyntaxError('no report');
  return { outcomes: outcomes as Outcome[], problems: problems as string[] };
}

/** What there is to take over, a line each; none where there is nothing. */
export function offered({ outcomes }: Report, translator: Translator): string[] {
  const { gettext: _ } = translator;
  const lines = outcomes.map(({ kind, name }) => {
    switch (kind) {
      case 'connection':
        return fill(_('Connection “{name}”'), { name });
      case 'token':
        return fill(_('Token of “{name}”, which goes to the keyring and out of the old file'), { name });
      default:
        return _('The old daemon no longer starts with the session');
    }
  });
  return [...new Set(lines)];
}

/** What couldn't be taken over and why, a line each; none where all could. */
export function shortfall({ outcomes, problems }: Report): string[] {
  const failed = outcomes.flatMap(({ name, problem }) => (problem === undefined ? [] : [`${name}: ${problem}`]));
  return [...failed, ...problems];
}
