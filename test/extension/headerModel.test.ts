import { describe, expect, it } from 'vitest';
import type { BrokerSnapshot, ConnectionSnapshot } from '../../extension/broker/contract.ts';
import { headerModel } from '../../extension/panel/headerModel.ts';
import { broker } from './broker.ts';
import { connection } from './connection.ts';
import { untranslated } from './untranslated.ts';

/** Seconds since 1970. */
const now = 1_800_000_000;
const header = (values: Partial<BrokerSnapshot>, mendable = false) =>
  headerModel(broker(values), mendable, now, untranslated);

const local = (values: Partial<ConnectionSnapshot> = {}) =>
  connection('ollama', { name: 'Local Ollama', latency: 12.4, ...values });
const cloud = (values: Partial<ConnectionSnapshot> = {}) =>
  connection('cloud', { name: 'Provider', kind: 'openai', place: 'cloud', latency: 80, ...values });

describe('a broker that serves', () => {
  it('names what serves, with its latency', () => {
    expect(header({ connections: [local()] })).toMatchObject({ title: 'Local Ollama · 12 ms', subtitle: 'Connected' });
  });

  it('leaves the latency out before it is known', () => {
    expect(header({ connections: [local({ latency: 0 })] }).title).toBe('Local Ollama');
  });

  it.each([
    [{ state: 'unreachable' }, 'Local Ollama isn’t answering'],
    [{ state: 'connecting' }, 'Local Ollama isn’t connected yet'],
    [{ state: 'refused', tokenState: 'locked' }, 'Local Ollama: Keyring locked'],
    [{ state: 'limited', nextTry: now + 30 }, 'Local Ollama: Rate limited, next try in 30 s'],
    [{ state: 'cooling' }, 'Local Ollama: Paused after errors'],
  ] as const)('says why it isn’t the preferred one, which is %j: “%s”', (values, reason) => {
    const connections = [local(values), cloud()];
    expect(header({ state: 'partial', connections, activeConnection: '/c/cloud' })).toMatchObject({
      title: 'Provider · 80 ms',
      subtitle: reason,
    });
  });

  it('names the first of those that are preferred', () => {
    const connections = [local({ state: 'unreachable' }), connection('b', { state: 'unreachable' }), cloud()];
    expect(header({ state: 'partial', connections, activeConnection: '/c/cloud' }).subtitle).toBe(
      'Local Ollama isn’t answering',
    );
  });

  it('blames nothing on a connection that is switched off', () => {
    const connections = [local({ state: 'disabled', enabled: false }), cloud()];
    expect(header({ connections, activeConnection: '/c/cloud' }).subtitle).toBe('Connected');
  });

  it.each([
    ['cloud', 'By the route “Cloud Only”'],
    ['b', 'By the route “Second”'],
  ])('says that it is by the route %s', (route, reason) => {
    const second = cloud({ id: 'b', path: '/c/b', name: 'Second' });
    expect(header({ route, connections: [local(), second], activeConnection: '/c/b' }).subtitle).toBe(reason);
  });

  it('blames no connection that the route leaves out', () => {
    const connections = [local({ state: 'unreachable' }), cloud()];
    expect(header({ state: 'partial', route: 'cloud', connections, activeConnection: '/c/cloud' }).subtitle).toBe(
      'By the route “Cloud Only”',
    );
  });

  it('counts who answers when another one doesn’t', () => {
    const connections = [local(), cloud({ state: 'unreachable' }), connection('c', { enabled: false })];
    expect(header({ state: 'partial', connections })).toMatchObject({
      title: 'Local Ollama · 12 ms',
      subtitle: '1 of 2 connections answer',
    });
  });

  it('has nothing to be mended', () => {
    expect(header({}).remedy).toBeNull();
  });

  it('tells of a configuration file that is in force', () => {
    expect(header({ configurationFile: '/etc/broker.json' }).note).toBe('Configured by /etc/broker.json');
    expect(header({}).note).toBe('');
  });
});

describe('a broker that serves nothing', () => {
  const state = 'disconnected';
  const activeConnection = '/';

  it.each([
    ['has no connections', [], 'No connections yet', 'Add a server of models, your own or a provider’s.'],
    ['has only one, which is off', [local({ enabled: false })], 'Disconnected', 'All connections are switched off.'],
    ['has one that is down', [local({ state: 'unreachable' })], 'Disconnected', 'Local Ollama isn’t answering'],
    [
      'has two that are down',
      [local({ state: 'unreachable' }), cloud({ state: 'unreachable' })],
      'Disconnected',
      'No connection answers.',
    ],
  ] as const)('and %s says so', (_what, connections, title, subtitle) => {
    expect(header({ state, activeConnection, connections })).toMatchObject({ title, subtitle });
  });

  it('says when the route leads nowhere, and mends that', () => {
    expect(header({ route: 'cloud', activeConnection, connections: [local()] })).toMatchObject({
      title: 'Disconnected',
      subtitle: 'No connection serves the route “Cloud Only”.',
      remedy: { intent: 'automatic', label: 'Set the Route to Automatic' },
    });
  });

  it('says nothing more while it is connecting', () => {
    const connections = [local({ state: 'connecting' })];
    expect(header({ state: 'connecting', activeConnection, connections })).toMatchObject({
      title: 'Connecting…',
      subtitle: '',
      remedy: null,
    });
  });

  it('offers to add a connection where nothing else helps', () => {
    const offered = { intent: 'addConnection', label: 'Add a Connection' };
    expect(header({ state, activeConnection, connections: [] }).remedy).toMatchObject(offered);
    const connections = [local({ state: 'unreachable' })];
    expect(header({ state, activeConnection, connections }).remedy).toMatchObject(offered);
    expect(header({ state, activeConnection, connections }, true).remedy).toBeNull();
    expect(header({ state, activeConnection, connections, configurationFile: '/etc/broker.json' }).remedy).toBeNull();
  });
});

describe('a broker that does not run', () => {
  it.each([
    ['unknown', 'Looking for the broker…', null],
    ['absent', 'The broker isn’t installed', 'How to Install the Broker'],
    ['stopped', 'The broker isn’t running', 'Start the Broker'],
    ['starting', 'The broker is starting…', 'Start the Broker'],
    ['silent', 'The broker doesn’t answer', null],
  ] as const)('and is %s says “%s” and offers: %s', (presence, title, label) => {
    const shown = header({ presence, connections: [], activeConnection: '/' });
    expect([shown.title, shown.remedy?.label ?? null]).toEqual([title, label]);
  });

  it('cannot be started twice', () => {
    expect(header({ presence: 'starting' }).remedy?.sensitive).toBe(false);
  });
});

describe('what went wrong', () => {
  it('is said instead of anything else', () => {
    const stopped = header({ presence: 'stopped', failure: { action: 'start', reason: 'No such unit' } });
    expect(stopped).toMatchObject({ subtitle: 'It didn’t start: No such unit', warning: true });
    const refused = header({ failure: { action: 'route', reason: 'Unknown route' } });
    expect(refused).toMatchObject({ subtitle: 'The route didn’t change: Unknown route', warning: true });
  });

  it('with a pull is said where its name was typed', () => {
    expect(header({ failure: { action: 'pull', reason: 'No such model' } })).toMatchObject({ warning: false });
  });
});
