import type { ConnectionSnapshot, Failure } from './contract.js';
import { fill, type Translator } from './translator.js';

/** A latency as people read it. */
function latencyInWords(milliseconds: number, { gettext: _ }: Translator): string {
  // Translators: how long a server took to answer, in milliseconds
  return fill(_('{number} ms'), { number: String(Math.max(1, Math.round(milliseconds))) });
}

/**
 * A connection's state in a few words: its latency when all is well, the time until it is tried again when it is left
 * alone.
 *
 * @param now - the time of day, seconds since 1970
 */
export function connectionStateInWords(connection: ConnectionSnapshot, now: number, translator: Translator): string {
  const state = stateInWords(connection, translator);
  const left = Math.ceil(connection.nextTry - now);
  if (left <= 0) return state;
  const { gettext: _ } = translator;
  return left < 120
    ? // Translators: a connection's state, and when it is tried again
      fill(_('{state}, next try in {number} s'), { state, number: String(left) })
    : fill(_('{state}, next try in {number} min'), { state, number: String(Math.round(left / 60)) });
}

function stateInWords(connection: ConnectionSnapshot, translator: Translator): string {
  const { gettext: _ } = translator;
  switch (connection.state) {
    case 'connected':
      return connection.latency > 0 ? latencyInWords(connection.latency, translator) : _('Connected');
    case 'connecting':
      return _('Connecting…');
    case 'unreachable':
      return _('Unreachable');
    case 'refused':
      return _('Sign-in refused');
    case 'limited':
      return _('Rate limited');
    case 'cooling':
      return _('Paused after errors');
    case 'disabled':
      return _('Off');
  }
}

/** A connection's state in one line that stands for itself: with its latency when all is well, else with the reason. */
export function connectionSummaryInWords(connection: ConnectionSnapshot, translator: Translator): string {
  const { gettext: _ } = translator;
  const state = stateInWords(connection, translator);
  if (connection.state !== 'connected') return [state, connectionErrorInWords(connection)].filter(Boolean).join(' · ');
  return connection.latency > 0 ? `${_('Connected')} · ${state}` : state;
}

/** What is wrong with a connection, in one line, or "" when nothing is. */
export function connectionErrorInWords(connection: ConnectionSnapshot): string {
  const healthy = connection.state === 'connected' || connection.state === 'disabled';
  return healthy ? '' : (connection.lastError.split('\n', 1)[0] ?? '').trim();
}

/** A failed intent in words. */
export function failureInWords({ action, reason }: Failure, { gettext: _ }: Translator): string {
  switch (action) {
    case 'start':
      return reason
        ? fill(_('It didn’t start: {reason}'), { reason })
        : _('It didn’t start in time. Its log tells why: journalctl --user -u cloudtolocalllm');
    case 'route':
      return reason
        ? fill(_('The route didn’t change: {reason}'), { reason })
        : _('The route didn’t change: the broker doesn’t answer.');
  }
}
