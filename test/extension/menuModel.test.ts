import { describe, expect, it } from 'vitest';
import type { BrokerSnapshot, ConnectionSnapshot } from '../../extension/broker/contract.ts';
import { menuModel } from '../../extension/panel/menuModel.ts';
import { broker } from './broker.ts';
import { connection } from './connection.ts';
import { untranslated } from './untranslated.ts';

const running = broker({ connections: [connection('ollama', { name: 'Local Ollama', latency: 12.4 })] });
/** Seconds since 1970. */
const now = 1_800_000_000;
const without: BrokerSnapshot = { ...running, connections: [], activeConnection: '/', address: '' };

function model(snapshot: Partial<BrokerSnapshot>, order: string[] = ['ollama']) {
  return menuModel({ ...running, ...snapshot }, order, now, untranslated);
}

describe('the indicator', () => {
  it.each([
    ['unknown', 'connected', 'idle'],
    ['absent', 'connected', 'idle'],
    ['stopped', 'connected', 'idle'],
    ['starting', 'connected', 'connecting'],
    ['silent', 'connected', 'error'],
    ['running', 'connecting', 'connecting'],
    ['running', 'connected', 'connected'],
    ['running', 'partial', 'partial'],
    ['running', 'disconnected', 'error'],
  ] as const)('shows a broker that is %s and %s as %s', (presence, state, icon) => {
    expect(model({ presence, state }).icon).toBe(icon);
  });

  it('says the state in words to a screen reader', () => {
    expect(model({}).accessibleName).toBe('CloudToLocalLLM: Connected through Local Ollama');
    expect(model({ ...without, presence: 'stopped' }).accessibleName).toBe('CloudToLocalLLM: The broker isn’t running');
  });
});

describe('the header', () => {
  it('names what serves now and the address to give to applications', () => {
    expect(model({})).toMatchObject({ title: 'Connected through Local Ollama', subtitle: 'http://127.0.0.1:11435' });
  });

  it('counts who answers when some do', () => {
    const connections = [
      ...running.connections,
      connection('b', { state: 'unreachable' }),
      connection('c', { state: 'disabled', enabled: false }),
    ];
    expect(model({ state: 'partial', connections })).toMatchObject({
      title: 'Partly connected, through Local Ollama',
      subtitle: '1 of 2 connections answer',
    });
  });

  it('says when the chosen route leads nowhere', () => {
    expect(model({ route: 'cloud', activeConnection: '/' })).toMatchObject({
      title: 'Connected',
      subtitle: 'No connection serves the chosen route.',
    });
  });

  it('says why nothing is connected', () => {
    const state = 'disconnected';
    expect(model({ ...without, state }).subtitle).toBe('There are no connections. Add one in the settings.');
    const off = [connection('a', { enabled: false, state: 'disabled' })];
    expect(model({ state, connections: off, activeConnection: '/' }).subtitle).toBe(
      'All connections are switched off.',
    );
    const down = [connection('a', { state: 'unreachable' })];
    expect(model({ state, connections: down, activeConnection: '/' })).toMatchObject({
      title: 'Disconnected',
      subtitle: 'No connection answers.',
    });
  });

  it('says what went wrong instead of anything else', () => {
    const stopped = model({ ...without, presence: 'stopped', failure: { action: 'start', reason: 'No such unit' } });
    expect(stopped).toMatchObject({ icon: 'error', subtitle: 'It didn’t start: No such unit' });
    const refused = model({ failure: { action: 'route', reason: 'Unknown route' } });
    expect(refused).toMatchObject({ icon: 'connected', subtitle: 'The route didn’t change: Unknown route' });
  });
});

describe('a broker that does not run', () => {
  it('can be started when it is installed', () => {
    const stopped = model({ ...without, presence: 'stopped' });
    expect(stopped.remedy).toMatchObject({ intent: 'start', label: 'Start the Broker', sensitive: true });
    expect(stopped.connections).toEqual([]);
    expect(stopped.routes).toEqual([]);
  });

  it('cannot be started twice', () => {
    expect(model({ ...without, presence: 'starting' }).remedy?.sensitive).toBe(false);
  });

  it('can be got when it is not installed', () => {
    expect(model({ ...without, presence: 'absent' })).toMatchObject({
      title: 'The broker isn’t installed',
      remedy: { intent: 'install' },
    });
  });

  it('has no remedy while it runs', () => {
    expect(model({}).remedy).toBeNull();
  });
});

describe('the connections', () => {
  it('come in order of preference, those that the settings do not know last', () => {
    const connections = ['x', 'b', 'y', 'a'].map((id) => connection(id));
    const ids = model({ connections }, ['a', 'b']).connections.map(({ id }) => id);
    expect(ids).toEqual(['a', 'b', 'x', 'y']);
  });

  it.each([
    ['connected', 12.4, '12 ms'],
    ['connected', 0.2, '1 ms'],
    ['connected', 0, 'Connected'],
    ['connecting', 0, 'Connecting…'],
    ['unreachable', 9, 'Unreachable'],
    ['limited', 9, 'Rate limited'],
    ['cooling', 9, 'Paused after errors'],
    ['disabled', 9, 'Off'],
  ] as const)('that are %s after %s ms say “%s”', (state, latency, words) => {
    expect(model({ connections: [connection('a', { state, latency })] }).connections[0]?.state).toBe(words);
  });

  it.each([
    ['cooling', 7.2, 'Paused after errors, next try in 8 s', true],
    ['limited', 60, 'Rate limited, next try in 60 s', true],
    ['limited', 300, 'Rate limited, next try in 5 min', true],
    ['cooling', 0, 'Paused after errors', false],
  ] as const)('that are %s for another %s s say “%s”', (state, left, words, ticking) => {
    const told = model({ connections: [connection('a', { state, nextTry: now + left })] });
    expect(told.connections[0]?.state).toBe(words);
    expect(told.ticking).toBe(ticking);
  });

  it.each([
    ['keyring', 'locked', 'Keyring locked'],
    ['keyring', 'missing', 'No token'],
    ['keyring', 'none', 'No token'],
    ['keyring', 'stored', 'Token refused'],
    ['fixed', 'missing', 'No token'],
    ['fixed', 'none', 'No token'],
    ['fixed', 'stored', 'Token refused'],
    ['signIn', 'locked', 'Keyring locked'],
    ['signIn', 'missing', 'Not signed in'],
    ['signIn', 'none', 'Not signed in'],
    ['signIn', 'stored', 'Sign-in refused'],
    ['signIn', 'expired', 'Sign-in expired'],
    ['signIn', 'refused', 'Sign-in refused'],
  ] as const)('that are refused with credentials of %s that are %s say “%s”', (tokenSource, tokenState, words) => {
    const refused = connection('a', { state: 'refused', tokenSource, tokenState });
    expect(model({ connections: [refused] }).connections[0]?.state).toBe(words);
  });

  it.each([
    ['signIn', 'missing', '', ''],
    ['signIn', 'missing', 'waiting', ''],
    ['signIn', 'missing', 'The provider said no', 'The provider said no'],
    ['signIn', 'expired', '', 'It answers 401'],
    ['signIn', 'locked', '', ''],
    ['keyring', 'missing', '', ''],
    ['keyring', 'none', '', ''],
    ['keyring', 'stored', '', 'It answers 401'],
    ['fixed', 'missing', '', 'It answers 401'],
  ] as const)('say of %s credentials that are %s, after a sign-in that is “%s”: “%s”', (...row) => {
    const [tokenSource, tokenState, signIn, words] = row;
    const lastError = 'It answers 401';
    const refused = connection('a', { state: 'refused', tokenSource, tokenState, signIn, lastError });
    expect(model({ connections: [refused] }).connections[0]?.error).toBe(words);
  });

  it('say that they wait while a person signs in', () => {
    const waiting = connection('a', { state: 'refused', tokenSource: 'signIn', signIn: 'waiting' });
    expect(model({ connections: [waiting] }).connections[0]?.state).toBe('Waiting for you to sign in');
  });

  it('show the first line of an error only while it matters', () => {
    const lastError = 'Refused.\n  at somewhere';
    const errorOf = (state: ConnectionSnapshot['state']) =>
      model({ connections: [connection('a', { state, lastError })] }).connections[0]?.error;
    expect(errorOf('unreachable')).toBe('Refused.');
    expect(errorOf('connected')).toBe('');
    expect(errorOf('disabled')).toBe('');
  });

  it('are dimmed when switched off, and called by their id when they have no name', () => {
    const [item] = model({
      connections: [connection('a', { name: '', enabled: false, state: 'disabled' })],
    }).connections;
    expect(item).toMatchObject({ name: 'a', dimmed: true });
  });
});

describe('the route', () => {
  it('is one of the places or one of the connections', () => {
    const { route, routes } = model({ route: 'ollama' });
    expect(route).toBe('Local Ollama');
    expect(routes.map((choice) => [choice.route, choice.chosen])).toEqual([
      ['automatic', false],
      ['local', false],
      ['cloud', false],
      ['ollama', true],
    ]);
  });

  it('does not offer connections whose id means a place', () => {
    const connections = ['local', 'cloud', 'automatic', 'mine'].map((id) => connection(id, { name: `My ${id}` }));
    const labels = model({ connections }).routes.map(({ label }) => label);
    expect(labels).toEqual(['Automatic', 'Local Only', 'Cloud Only', 'My mine']);
  });

  it('does not offer connections that are switched off, unless it is one already', () => {
    const connections = [connection('off', { enabled: false, state: 'disabled' })];
    expect(model({ connections }).routes).toHaveLength(3);
    expect(model({ connections, route: 'off' }).routes).toHaveLength(4);
  });

  it('shows what the service says even if nobody knows it', () => {
    const { route, routes } = model({ route: 'gone' });
    expect(route).toBe('gone');
    expect(routes.some((choice) => choice.chosen)).toBe(false);
  });
});
