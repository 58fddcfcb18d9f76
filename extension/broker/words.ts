import { type ConnectionSnapshot, type Failure, type Presence, SIGN_IN_WAITS } from './contract.js';
import { fill, type Translator } from './translator.js';

/** Whether there is a service to talk to, in words; "" while it runs, since there is more to say then. */
export function presenceInWords(presence: Presence, { gettext: _ }: Translator): string {
  switch (presence) {
    case 'unknown':
      return _('Looking for the broker…');
    case 'absent':
      return _('The broker isn’t installed');
    case 'stopped':
      return _('The broker isn’t running');
    case 'starting':
      return _('The broker is starting…');
    case 'silent':
      return _('The broker doesn’t answer');
    case 'running':
      return '';
  }
}

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
      return refusalInWords(connection, translator);
    case 'limited':
      return _('Rate limited');
    case 'cooling':
      return _('Paused after errors');
    case 'disabled':
      return _('Off');
  }
}

/** What is wrong with the credentials of a connection that is refused for want of them. */
function refusalInWords({ tokenState, tokenSource, signIn }: ConnectionSnapshot, { gettext: _ }: Translator): string {
  if (tokenState === 'locked') return _('Keyring locked');
  if (signIn === SIGN_IN_WAITS) return _('Waiting for you to sign in');
  if (tokenState === 'expired') return _('Sign-in expired');
  if (tokenSource !== 'signIn') return tokenState === 'stored' ? _('Token refused') : _('No token');
  return tokenState === 'none' || tokenState === 'missing' ? _('Not signed in') : _('Sign-in refused');
}

/** A connection's state in one line that stands for itself: with its latency when all is well, else with the reason. */
export function connectionSummaryInWords(connection: ConnectionSnapshot, translator: Translator): string {
  const { gettext: _ } = translator;
  const state = stateInWords(connection, translator);
  if (connection.state !== 'connected') return [state, connectionErrorInWords(connection)].filter(Boolean).join(' · ');
  return connection.latency > 0 ? `${_('Connected')} · ${state}` : state;
}

/** What is wrong with a connection, in one line, or "" when nothing is, or its state says it all. */
export function connectionErrorInWords(connection: ConnectionSnapshot): string {
  const { state, lastError, signIn } = connection;
  if (state === 'connected' || state === 'disabled') return '';
  const failure = signIn === SIGN_IN_WAITS ? '' : signIn;
  const reason = state === 'refused' ? failure || (lacksCredentials(connection) ? '' : lastError) : lastError;
  return (reason.split('\n', 1)[0] ?? '').trim();
}

/** Whether what is wrong is that there are no credentials yet, and a person can give some here. */
function lacksCredentials({ tokenState, tokenSource }: ConnectionSnapshot): boolean {
  return tokenSource !== 'fixed' && (tokenState === 'none' || tokenState === 'missing' || tokenState === 'locked');
}

/** A failed intent in words. */
export function failureInWords({ action, reason }: Failure, translator: Translator): string {
  const { gettext: _ } = translator;
  if (action === 'start' && reason === '') {
    return _('It didn’t start in time. Its log tells why: journalctl --user -u cloudtolocalllm');
  }
  return fill(failureTextOf(action, translator), { reason: reason || _('the broker doesn’t answer.') });
}

function failureTextOf(action: Failure['action'], { gettext: _ }: Translator): string {
  switch (action) {
    case 'start':
      return _('It didn’t start: {reason}');
    case 'restart':
      return _('It didn’t start anew: {reason}');
    case 'enable':
      return _('The connection wasn’t switched: {reason}');
    case 'test':
      return _('The connection wasn’t tested: {reason}');
    case 'pull':
      return _('The model isn’t pulled: {reason}');
    case 'cancelPull':
      return _('The pull goes on: {reason}');
    case 'unload':
      return _('The model stays loaded: {reason}');
    case 'startOllama':
      return _('Ollama didn’t start: {reason}');
    case 'route':
      return _('The route didn’t change: {reason}');
    case 'setToken':
      return _('The token wasn’t kept: {reason}');
    case 'clearToken':
      return _('The token wasn’t removed: {reason}');
    case 'unlock':
      return _('The keyring wasn’t unlocked: {reason}');
    case 'signIn':
      return _('Signing in didn’t begin: {reason}');
    case 'open':
      return _('No browser could be opened: {reason}');
    case 'signOut':
      return _('Signing out failed: {reason}');
  }
}
