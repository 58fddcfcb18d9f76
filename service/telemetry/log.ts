/** How grave a line is, with the number that systemd's journal gives it (sd-daemon(3)). */
const levels = { error: 3, warn: 4, info: 6, debug: 7 } as const;

type Level = keyof typeof levels;

/** Writes lines for the person who looks after the broker. Never a token, never a prompt. */
export type Log = Readonly<Record<Level, (message: string) => void>>;

/** A log whose lines are chosen by how grave they are. */
export interface AdjustableLog extends Log {
  /** From now on it has no line that is less grave than this level, unless it is to have all. */
  least(level: Level): void;
}

/**
 * A log on standard error: for the journal with its levels, otherwise as plain lines.
 *
 * @param write takes a whole line
 * @param forJournal whether systemd's journal reads it
 * @param all whether it has every line, whatever level is chosen
 */
export function createLog(write: (line: string) => void, forJournal: boolean, all: boolean): AdjustableLog {
  let least: Level = 'info';
  const at = (level: Level) => (message: string) => {
    if (!all && levels[level] > levels[least]) return;
    // A new line would begin a new entry, of another level.
    const line = message.replace(/\s*\n\s*/g, ' ');
    write(forJournal ? `<${levels[level]}>${line}\n` : `${line}\n`);
  };
  return {
    error: at('error'),
    warn: at('warn'),
    info: at('info'),
    debug: at('debug'),
    least: (level) => {
      least = level;
    },
  };
}
