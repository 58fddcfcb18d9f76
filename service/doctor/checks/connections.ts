import type { ConnectionFact, Facts } from '../facts.js';
import { type Finding, note, right, wrong } from '../finding.js';

/** How each connection is. Says nothing where no broker can be asked. */
export function checkConnections({ broker, ollamaUnit }: Facts): Finding[] {
  if ('problem' in broker) return [];
  const { connections } = broker.status;
  if (!connections.some(({ enabled }) => enabled)) return [wrong('connections', 'no-connection')];
  return connections.map((connection) => checked(connection, ollamaUnit));
}

function checked(connection: ConnectionFact, ollamaUnit: boolean): Finding {
  const { id, name, kind, place, state, latency, models, nextTry } = connection;
  const reason = connection.lastError ?? state;
  switch (state) {
    case 'connected':
      return right(
        'connections',
        `${name}: ${latency} ms, ${models.length} ${models.length === 1 ? 'model' : 'models'}`,
      );
    case 'disabled':
      return right('connections', `${name} is switched off`);
    case 'connecting':
      return note('connections', 'unchecked', { name, id });
    case 'refused':
      return refused(connection, reason);
    case 'limited':
    case 'cooling':
      return note('connections', 'resting', { name, id, reason, until: timeOf(nextTry) });
    default:
      if (kind !== 'ollama' || place !== 'local') return wrong('connections', 'unreachable', { name, id, reason });
      return wrong('connections', ollamaUnit ? 'ollama-stopped' : 'ollama-missing', { name, reason });
  }
}

function refused({ id, name, tokenState }: ConnectionFact, reason: string): Finding {
  switch (tokenState) {
    case 'locked':
      return wrong('connections', 'token-locked', { name });
    case 'expired':
    case 'refused':
      return wrong('connections', 'sign-in-wanted', { name, id, reason });
    default:
      return /\blogin\b/.test(reason)
        ? wrong('connections', 'sign-in-wanted', { name, id, reason })
        : wrong('connections', 'token-wanted', { name, id, reason });
  }
}

function timeOf(iso: string | null): string {
  return iso === null ? 'its next request' : new Date(iso).toLocaleTimeString('en-GB');
}
