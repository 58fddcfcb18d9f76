import { beforeEach, describe, expect, it } from 'vitest';
import type { BrokerSnapshot, ConnectionSnapshot, PullSnapshot } from '../../extension/broker/contract.ts';
import { BACK, type Circumstances, NotificationsModel } from '../../extension/notifications/notificationsModel.ts';
import { QUIET, SETTLE } from '../../extension/notifications/settling.ts';
import { broker } from './broker.ts';
import { connection } from './connection.ts';
import { untranslated } from './untranslated.ts';

const version = '4.0.0';
const all = { failover: true, credentials: true, pulls: true };

let model: NotificationsModel, now: number;
beforeEach(() => {
  model = new NotificationsModel(version, untranslated);
  now = 1000;
});

/** Looks at the service now. */
const look = (snapshot: BrokerSnapshot, values: Partial<Circumstances> = {}) =>
  model.observe(snapshot, { now, watched: false, wanted: all, toldVersions: '', ...values });

/** What is shown at a look, as titles; a mark tells those without a banner. */
const shown = (snapshot: BrokerSnapshot, values?: Partial<Circumstances>): string[] =>
  look(snapshot, values).notices.map(({ title, quiet }) => (quiet ? `${title} (quiet)` : title));

/** Looks at the service now, and again when that has lasted. */
const lasting = (snapshot: BrokerSnapshot, values?: Partial<Circumstances>): string[] => {
  look(snapshot, values);
  now += SETTLE;
  return shown(snapshot, values);
};

describe('of failover', () => {
  const own = (state: ConnectionSnapshot['state']) => connection('own', { name: 'Ollama', state });
  const cloud = (values: Partial<ConnectionSnapshot> = {}) =>
    connection('cloud', { name: 'Provider', place: 'cloud', kind: 'openai', ...values });
  const well = broker({ connections: [own('connected'), cloud()], activeConnection: '/c/own' });
  const lost = broker({ connections: [own('unreachable'), cloud()], activeConnection: '/c/cloud', state: 'partial' });

  it('tells that a provider has taken over once that has lasted, and who it is that stopped', () => {
    look(well);
    expect(look(lost)).toMatchObject({ notices: [], next: now + SETTLE });
    now += SETTLE - 1;
    expect(shown(lost)).toEqual([]);
    now += 1;
    const { notices, next } = look(lost);
    expect(notices).toMatchObject([
      {
        title: 'Provider answers now',
        body: 'Ollama stopped answering. Requests go to the provider until it’s back.',
        action: { label: 'Try Again', intent: { act: 'test', connection: 'own' } },
      },
    ]);
    expect(next).toBeNull();
  });

  it.each<[string, Partial<BrokerSnapshot>]>([
    ['the route is one connection', { route: 'cloud' }],
    ['nothing serves', { activeConnection: '/' }],
    ['another own server serves', { connections: [own('unreachable'), connection('b')], activeConnection: '/c/b' }],
    ['the provider is preferred', { connections: [cloud(), own('unreachable')] }],
    ['it was switched off', { connections: [{ ...own('disabled'), enabled: false }, cloud()] }],
    ['it is full', { connections: [own('limited'), cloud()] }],
    ['it is tried for the first time since', { connections: [own('connecting'), cloud()] }],
    ['the service has stopped', { presence: 'stopped' }],
  ])('tells nothing when %s', (_case, values) => {
    look(well);
    expect(lasting({ ...lost, ...values })).toEqual([]);
  });

  it('tells nothing of a server that never answered while it looked', () => {
    expect(lasting(lost)).toEqual([]);
  });

  it('tells nothing of what doesn’t last', () => {
    look(well);
    for (let times = 0; times < 5; times += 1) {
      expect(shown(lost)).toEqual([]);
      now += SETTLE - 1;
      expect(shown(well)).toEqual([]);
    }
    expect(look(well).next).toBeNull();
  });

  it('keeps it while the server is tried anew, and takes it back at once when it serves', () => {
    look(well);
    expect(lasting(lost)).toEqual(['Provider answers now']);
    expect(shown({ ...lost, connections: [own('connecting'), cloud()] })).toEqual(['Provider answers now']);
    expect(look(well)).toMatchObject({
      notices: [{ title: 'Ollama answers again', passing: true, body: 'Requests no longer go to Provider.' }],
      next: now + BACK,
    });
    now += BACK;
    expect(look(well)).toMatchObject({ notices: [], next: null });
  });

  it.each([
    ['another serves than the one that was lost', { ...lost, activeConnection: '/' }],
    ['the service has stopped', { ...well, presence: 'stopped' as const }],
  ])('just takes it back when %s', (_case, snapshot) => {
    look(well);
    lasting(lost);
    expect(shown(snapshot)).toEqual([]);
  });

  it('takes back that the server is there when it goes again', () => {
    look(well);
    lasting(lost);
    look(well);
    expect(shown(lost)).toEqual([]);
  });

  it('shows one that comes again within minutes in the list only, and then says nothing of its end', () => {
    look(well);
    lasting(lost);
    look(well);
    now += BACK;
    expect(lasting(lost)).toEqual(['Provider answers now (quiet)']);
    expect(shown(well)).toEqual([]);
    now += QUIET;
    expect(lasting(lost)).toEqual(['Provider answers now']);
  });

  it('needs no banner while the menu is open', () => {
    look(well);
    expect(lasting(lost, { watched: true })).toEqual(['Provider answers now (quiet)']);
    expect(shown(lost)).toEqual(['Provider answers now (quiet)']);
  });

  it('isn’t shown again after it was put away, before the server has answered', () => {
    look(well);
    lasting(lost);
    model.dismiss('failover');
    expect(lasting(lost)).toEqual([]);
    look(well);
    now += QUIET;
    expect(lasting(lost)).toEqual(['Provider answers now']);
  });

  it('can be turned off, and what is shown goes at once', () => {
    look(well);
    lasting(lost);
    const wanted = { ...all, failover: false };
    expect(shown(lost, { wanted })).toEqual([]);
    expect(lasting(lost, { wanted })).toEqual([]);
    expect(shown(well, { wanted })).toEqual([]);
  });

  it('outlasts a service that doesn’t answer for a while', () => {
    look(well);
    lasting(lost);
    expect(shown({ ...lost, presence: 'silent' })).toEqual(['Provider answers now']);
  });
});

describe('of credentials', () => {
  const refused = (values: Partial<ConnectionSnapshot> = {}, id = 'p') =>
    connection(id, { name: 'Provider', place: 'cloud', state: 'refused', tokenState: 'stored', ...values });
  const of = (...connections: ConnectionSnapshot[]) => broker({ connections, activeConnection: '/' });

  it.each([
    ['keyring', 'stored', 'Provider refuses the token', 'Set Another Token', { act: 'setToken', connection: 'p' }],
    ['keyring', 'missing', 'Provider wants a token', 'Set a Token', { act: 'setToken', connection: 'p' }],
    ['signIn', 'stored', 'Provider refuses the sign-in', 'Sign In Again', { act: 'signIn', connection: 'p' }],
    ['signIn', 'refused', 'Provider refuses the sign-in', 'Sign In Again', { act: 'signIn', connection: 'p' }],
    ['signIn', 'expired', 'The sign-in at Provider has expired', 'Sign In Again', { act: 'signIn', connection: 'p' }],
    ['signIn', 'missing', 'Provider wants a sign-in', 'Sign In', { act: 'signIn', connection: 'p' }],
    ['keyring', 'locked', 'The keyring is locked', 'Unlock the Keyring', { act: 'unlock' }],
    ['fixed', 'stored', 'Provider refuses the token', undefined, undefined],
  ] as const)('tells of %s credentials that are %s: “%s”, and “%s” mends it', (...row) => {
    const [tokenSource, tokenState, title, label, intent] = row;
    look(of(refused({ state: 'connected' })));
    const snapshot = of(refused({ tokenSource, tokenState }));
    expect(lasting(snapshot)).toEqual([title]);
    expect(look(snapshot).notices[0]?.action ?? {}).toEqual(label ? { label, intent } : {});
  });

  it('tells the server’s reason if there is one, else what follows', () => {
    look(of(refused({ state: 'connecting' })));
    lasting(of(refused({ lastError: 'invalid key\nat 3' })));
    expect(look(of(refused({ lastError: 'invalid key\nat 3' }))).notices[0]?.body).toBe('invalid key');
    expect(look(of(refused())).notices[0]?.body).toBe('It isn’t used until that is mended.');
  });

  it('asks once for one keyring', () => {
    const two = (state: ConnectionSnapshot['state']) =>
      of(refused({ tokenState: 'locked', state }, 'a'), refused({ tokenState: 'locked', state, name: '' }, 'b'));
    look(two('connecting'));
    lasting(two('refused'));
    expect(look(two('refused')).notices).toMatchObject([
      { title: 'The keyring is locked', body: 'Provider and b can’t be used before it is unlocked.' },
    ]);
  });

  it('waits until connections that are still connecting have an answer', () => {
    expect(lasting(of(refused({ state: 'connecting' })))).toEqual([]);
    expect(look(of(refused({ state: 'connecting' }))).next).toBeNull();
    expect(lasting(of(refused()))).toEqual(['Provider refuses the token']);
  });

  it('only lists what was so at the first look, as after the screen was unlocked', () => {
    expect(shown(of(refused()))).toEqual(['Provider refuses the token (quiet)']);
    look(of(refused({ state: 'connected' })));
    now += QUIET;
    expect(lasting(of(refused()))).toEqual(['Provider refuses the token']);
  });

  it('tells nothing of a connection that never had any', () => {
    look(of(refused({ state: 'connecting', tokenState: 'missing' })));
    expect(lasting(of(refused({ tokenState: 'missing' })))).toEqual([]);
  });

  it.each<[string, Partial<ConnectionSnapshot>]>([
    ['is connected', { state: 'connected' }],
    ['is unreachable', { state: 'unreachable' }],
    ['is switched off', { enabled: false, state: 'disabled' }],
  ])('takes it back when the connection %s', (_case, values) => {
    look(of(refused({ state: 'connected' })));
    lasting(of(refused()));
    expect(shown(of(refused(values)))).toEqual([]);
  });

  it('takes it back when the connection is removed', () => {
    look(of(refused({ state: 'connected' })));
    lasting(of(refused()));
    expect(shown(of())).toEqual([]);
  });

  it('keeps it while somebody signs in, and tells nothing new then', () => {
    const waiting = refused({ tokenSource: 'signIn', tokenState: 'expired', signIn: 'waiting' });
    look(of(refused({ state: 'connected' })));
    expect(lasting(of(waiting))).toEqual([]);
    expect(lasting(of({ ...waiting, signIn: '' }))).toEqual(['The sign-in at Provider has expired']);
    expect(shown(of(waiting))).toEqual(['The sign-in at Provider has expired']);
  });

  it('can be turned off', () => {
    look(of(refused({ state: 'connected' })));
    lasting(of(refused()));
    expect(shown(of(refused()), { wanted: { ...all, credentials: false } })).toEqual([]);
  });
});

describe('of pulls', () => {
  const pull = (state: PullSnapshot['state'], values: Partial<PullSnapshot> = {}): PullSnapshot => {
    const progress = { step: '', completed: 0, total: 0, error: '' };
    return { path: '/p/1', connection: 'ollama', model: 'qwen3:8b', state, ...progress, ...values };
  };
  const of = (...pulls: PullSnapshot[]) => broker({ pulls });

  it('tells that a model is there', () => {
    look(of(pull('running')));
    expect(look(of(pull('done'))).notices).toMatchObject([
      { title: '“qwen3:8b” is there', body: 'Local Ollama can answer with it now.', action: null, quiet: false },
    ]);
  });

  it('tells why one isn’t, and offers to try again', () => {
    look(of(pull('running')));
    expect(look(of(pull('failed', { error: 'no space left' }))).notices).toMatchObject([
      {
        title: '“qwen3:8b” wasn’t pulled',
        body: 'no space left',
        action: { label: 'Try Again', intent: { act: 'pull', connection: 'ollama', model: 'qwen3:8b' } },
      },
    ]);
  });

  it('tells of one that began and ended between two looks', () => {
    look(of());
    expect(shown(of(pull('done')))).toEqual(['“qwen3:8b” is there']);
  });

  it('tells of one that was tried again and failed at once', () => {
    look(of(pull('running')));
    look(of(pull('failed')));
    model.dismiss('pull/ollama/qwen3:8b');
    expect(shown(of(pull('failed'), pull('failed', { path: '/p/2' })))).toEqual(['“qwen3:8b” wasn’t pulled']);
  });

  it.each([
    ['cancelled', [of(pull('running')), of(pull('cancelled'))]],
    ['cancelled between two looks', [of(), of(pull('cancelled'))]],
    ['over at the first look', [of(pull('done')), of(pull('done'))]],
    ['over at the first look at the next service', [of(), broker({ presence: 'stopped' }), of(pull('done'))]],
    [
      'seen running in a service that has ended since',
      [of(pull('running')), broker({ presence: 'stopped' }), of(pull('failed'))],
    ],
  ])('tells nothing of one that was %s', (_case, snapshots) => {
    expect(snapshots.flatMap((each) => shown(each))).toEqual([]);
  });

  it('stays after the service has forgotten it, until it is put away', () => {
    look(of(pull('running')));
    look(of(pull('done')));
    expect(shown(of())).toEqual(['“qwen3:8b” is there']);
    expect(shown(broker({ presence: 'stopped' }))).toEqual(['“qwen3:8b” is there']);
    model.dismiss('pull/ollama/qwen3:8b');
    expect(shown(of())).toEqual([]);
  });

  it('is taken back when the model is pulled again', () => {
    look(of(pull('running')));
    look(of(pull('failed')));
    expect(shown(of(pull('failed'), pull('running', { path: '/p/2' })))).toEqual([]);
  });

  it('needs no banner while the menu shows its progress', () => {
    look(of(pull('running')));
    expect(shown(of(pull('done')), { watched: true })).toEqual(['“qwen3:8b” is there (quiet)']);
  });

  it('can be turned off, also afterwards, and what ended meanwhile stays untold', () => {
    const wanted = { ...all, pulls: false };
    look(of(pull('running')), { wanted });
    expect(shown(of(pull('done')), { wanted })).toEqual([]);
    expect(shown(of(pull('done')))).toEqual([]);
  });
});

describe('of versions', () => {
  const title = 'Broker and panel are of different versions';

  it('tells nothing when they are the same, or one isn’t known', () => {
    expect(shown(broker({ version }))).toEqual([]);
    expect(shown(broker({ version: '', presence: 'stopped' }))).toEqual([]);
    model = new NotificationsModel('', untranslated);
    expect(shown(broker({ version }))).toEqual([]);
  });

  it.each([
    ['4.1.0', 'Log out and in again', null],
    ['4.0.10', 'Log out and in again', null],
    ['3.9.12', 'Restart the broker', { label: 'Restart the Broker', intent: { act: 'restart' } }],
  ])('tells what to do about a service of %s: %s', (other, way, action) => {
    const [notice] = look(broker({ version: other })).notices;
    expect(notice).toMatchObject({ title, action });
    expect(notice?.body).toContain(way);
    expect(notice?.body).toContain(other);
  });

  it('tells of each two versions once, whatever happens', () => {
    const { toldVersions } = look(broker({ version: '4.1.0' }));
    expect(toldVersions).toBe('4.1.0 4.0.0');
    expect(shown(broker({ version: '4.1.0' }), { toldVersions })).toEqual([title]);
    expect(shown(broker({ version: '', presence: 'stopped' }), { toldVersions })).toEqual([title]);
    model.dismiss('versions/4.1.0/4.0.0');
    expect(shown(broker({ version: '4.1.0' }), { toldVersions })).toEqual([]);

    model = new NotificationsModel(version, untranslated);
    expect(look(broker({ version: '4.1.0' }), { toldVersions })).toMatchObject({ notices: [], toldVersions });
    expect(look(broker({ version: '4.2.0' }), { toldVersions })).toMatchObject({
      notices: [{ title }],
      toldVersions: '4.2.0 4.0.0',
    });
  });

  it('is taken back when they are the same', () => {
    look(broker({ version: '4.1.0' }));
    expect(look(broker({ version }), { toldVersions: '4.1.0 4.0.0' })).toMatchObject({
      notices: [],
      toldVersions: '4.1.0 4.0.0',
    });
  });
});
