import type { Machine } from './machine.ts';

/** What the tests read of a journal's entry. */
interface Entry {
  readonly PRIORITY?: string;
  readonly MESSAGE?: string | readonly number[] | null;
  readonly SYSLOG_IDENTIFIER?: string;
  readonly _SYSTEMD_USER_UNIT?: string;
  readonly __CURSOR: string;
}

/** journald's number for “warning”; what is worse has a lower one. */
const warning = 4;

/** Follows a machine's journal, to find what our programs complained about. */
export class Journal {
  private cursor = '';

  constructor(private readonly machine: Machine) {}

  /**
   * What has been said since the last call that must not be said: a warning or a trace of the extension or its
   * preferences, or a trace of the broker (which may warn: tests take its connections away).
   */
  async complaints(): Promise<string[]> {
    return (await this.entries()).filter(isComplaint).map((entry) => `${entry.SYSLOG_IDENTIFIER}: ${textOf(entry)}`);
  }

  private async entries(): Promise<Entry[]> {
    await this.machine.asRoot(['journalctl', '--sync']);
    const since = this.cursor ? [`--after-cursor=${this.cursor}`] : [];
    const printed = await this.machine.asRoot([
      'journalctl',
      '--quiet',
      '--output=json',
      '--all',
      ...since,
      '_UID=1000',
    ]);
    const entries = printed
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Entry);
    this.cursor = entries.at(-1)?.__CURSOR ?? this.cursor;
    return entries;
  }
}

function isComplaint(entry: Entry): boolean {
  // systemd reports how the broker ended, or that it couldn't be started, which is what some tests are about: as itself, or
  // as the process that was to become the broker, by its name in parentheses.
  if (/^(systemd|\(.+\))$/.test(entry.SYSLOG_IDENTIFIER ?? '')) return false;
  if (entry._SYSTEMD_USER_UNIT === 'cloudtolocalllm.service') return /^\s+at .+:\d+:\d+\)?$/m.test(textOf(entry));
  return Number(entry.PRIORITY ?? 6) <= warning && /cloudtolocalllm/i.test(JSON.stringify(entry));
}

/** An entry's message; journald gives one that isn't plain text as bytes. */
function textOf(entry: Entry): string {
  const { MESSAGE: message } = entry;
  return typeof message === 'string' ? message : Buffer.from(message ?? []).toString();
}
