import { beforeEach, describe, expect, it } from 'vitest';
import { RunningBroker, within } from '../../support/broker.ts';
import { PrivateBus } from '../../support/bus.ts';
import { releasing } from '../../support/releases.ts';
import { ManagedOllama, success } from '../../upstreams/managed.ts';
import { begun, fieldsIn, linesIn, read, send } from '../http/sending.ts';
import { Held } from '../pitfalls/asking.ts';
import { type Monitored, monitored } from './monitored.ts';

const release = releasing();
const brokerPath = '/online/cloudtolocalllm/Broker';
const broker1 = 'online.cloudtolocalllm.Broker1';
const pull1 = 'online.cloudtolocalllm.Pull1';

let bus: PrivateBus;
let ollama: ManagedOllama;
let broker: RunningBroker;
let signals: Monitored;

beforeEach(async () => {
  bus = await PrivateBus.start();
  release(() => bus.stop());
  ollama = await new ManagedOllama().start();
  release(() => ollama.stop());
  broker = await RunningBroker.start({
    config: {
      connections: [
        { id: 'home', name: 'Home', kind: 'ollama', url: ollama.origin },
        { id: 'off', name: 'Off', kind: 'ollama', url: ollama.origin, enabled: false },
        { id: 'demo', name: 'Demo', kind: 'demo' },
      ],
    },
    env: bus.env,
  });
  release(() => broker.release());
  signals = await monitored(bus, release);
});

/** Holds pulls in their middle. */
function held(): Held {
  const one = new Held();
  ollama.until = one.over;
  return one;
}

async function pull(model: string, id = 'home'): Promise<string> {
  const told = await bus.call(brokerPath, `${broker1}.Pull`, id, model);
  return /'(.*)'/.exec(told)?.[1] ?? told;
}

const properties = (path: string): Promise<string> => bus.call(path, 'org.freedesktop.DBus.Properties.GetAll', pull1);

const cancel = (path: string): Promise<string> => bus.call(path, `${pull1}.Cancel`);

describe('a pull', () => {
  it('is an object that tells how far it is, and how it ended', async () => {
    const hold = held();
    const path = await pull('new');
    expect(path).toBe(`${brokerPath}/pulls/1`);
    await signals.until(/pulls\/1: .*'Step': <'pulling dde5aa3fc5ff'>, 'Completed': <uint64 1000000000>/);
    expect(await properties(path)).toBe(
      `({'Connection': <'home'>, 'Model': <'new'>, 'State': <'running'>, 'Step': <'pulling dde5aa3fc5ff'>, ` +
        `'Completed': <uint64 1000000000>, 'Total': <uint64 2019377376>, 'Error': <''>},)`,
    );
    hold.release();
    await signals.until(
      /pulls\/1: .*'State': <'done'>, 'Step': <'writing manifest'>, 'Completed': <uint64 2019377376>/,
    );
    // Who hears that looks for the model.
    expect((await broker.status()).connections[0]?.models).toContain('new:latest');
    expect(await properties(path)).toContain(`'State': <'done'>`);
  });

  it('is announced by the object manager before its path is told', async () => {
    held();
    const path = await pull('new');
    await signals.until(
      /InterfacesAdded \(objectpath '.*\/pulls\/1', {'online\.cloudtolocalllm\.Pull1': {'Connection'/,
    );
    expect(await bus.call('/online/cloudtolocalllm', 'org.freedesktop.DBus.ObjectManager.GetManagedObjects')).toContain(
      `'${path}': {'${pull1}'`,
    );
  });

  it('is the same for all who ask for it, on the bus and over HTTP', async () => {
    const hold = held();
    const first = await pull('new');
    expect(await pull('NEW:latest')).toBe(first);
    const answer = begun(broker, 'POST', '/api/pull', { body: { model: 'new' } });
    await answer;
    hold.release();
    expect(linesIn(await read(await answer)).at(-1)).toEqual(success);
    expect(ollama.managed).toEqual(['POST /api/pull']);
  });

  it('is an object, too, where an application begins it', async () => {
    const hold = held();
    const answer = await begun(broker, 'POST', '/api/pull', { body: { model: 'new' } });
    await signals.until(/InterfacesAdded.*'Model': <'new'>, 'State': <'running'>/);
    hold.release();
    await signals.until(/pulls\/1: .*'State': <'done'>/);
    answer.resume();
  });

  it('tells of much that happens at once once', async () => {
    const lines = 10_000;
    ollama.beginning = Array.from({ length: lines }, (_, index) => {
      return { status: 'pulling aaa', digest: 'sha256:aaa', total: lines, completed: index + 1 };
    });
    held();
    await pull('new');
    await signals.until(/pulls\/1: .*'Completed': <uint64 10000>/);
    expect(signals.seen.filter((line) => /pulls\/1: .*'Completed'/.test(line)).length).toBeLessThan(lines / 100);
  });

  it.for<[how: ManagedOllama['breaks'], words: RegExp]>([
    ['error', /'Error': <'the server’s connection to the library of models failed; try again'>/],
    ['cut', /'Error': <'.*broke off in the middle of its answer.*'>/],
    ['end', /'Error': <'the server stopped in the middle; pull it again to go on from there'>/],
  ])('that fails in the middle (%s) says why', async ([breaks, words]) => {
    ollama.breaks = breaks;
    await pull('new');
    expect(await signals.until(/pulls\/1: .*'State': <'failed'>/)).toMatch(words);
  });

  it('of what there isn’t says so in words', async () => {
    await pull('nobody/nothing');
    const words = /'Error': <'There is no model “nobody\/nothing” to fetch; is its name right\?'>/;
    expect(await signals.until(/pulls\/1: .*'State': <'failed'>/)).toMatch(words);
  });

  it('at a server that is gone says so', async () => {
    await ollama.stop();
    await pull('new');
    expect(await signals.until(/pulls\/1: .*'State': <'failed'>/)).toMatch(/Home: Nothing is listening there/);
  });

  it('takes the place of an earlier one of that model that has ended', async () => {
    ollama.breaks = 'error';
    await pull('new');
    await signals.until(/pulls\/1: .*'State': <'failed'>/);
    ollama.breaks = undefined;
    expect(await pull('new')).toBe(`${brokerPath}/pulls/2`);
    await signals.until(/InterfacesRemoved \(objectpath '.*\/pulls\/1'/);
    await signals.until(/pulls\/2: .*'State': <'done'>/);
  });

  it.each<[what: string, id: string, model: string, words: RegExp]>([
    [
      'a kind that fetches none',
      'demo',
      'new',
      /InvalidArgs: Demo can’t be told to fetch models: only Ollama’s servers can/,
    ],
    ['a connection that is switched off', 'off', 'new', /InvalidArgs: Off is switched off/],
    ['a connection that there isn’t', 'nobody', 'new', /InvalidArgs: there is no connection "nobody"/],
    ['no model', 'home', ' ', /InvalidArgs: which model\?/],
  ])('can’t be had of %s', async (_what, id, model, words) => {
    await expect(pull(model, id)).rejects.toThrow(words);
    expect(ollama.managed).toEqual([]);
  });
});

describe('a pull that is cancelled', () => {
  it('ends the transfer, and tells all who follow it', async () => {
    held();
    const asked = ollama.nextReceived();
    const path = await pull('new');
    const streamed = await begun(broker, 'POST', '/api/pull', { body: { model: 'new' } });
    const whole = send(broker, 'POST', '/api/pull', { body: { model: 'new', stream: false } });
    await broker.until(({ requestsInFlight }) => requestsInFlight === 2);
    await cancel(path);
    const { closed } = await asked;
    expect(await within(closed, () => 'the transfer goes on')).toBe(true);
    await signals.until(/pulls\/1: .*'State': <'cancelled'>/);
    const error = 'the pull was cancelled; pull it again to go on from what is there';
    expect(linesIn(await read(streamed)).at(-1)).toEqual({ error });
    expect([(await whole).status, fieldsIn(await whole)]).toEqual([500, { error }]);
    expect(await properties(path)).toMatch(/'State': <'cancelled'>.*'Error': <''>/);
  });

  it('before the server has begun ends it as well', async () => {
    ollama.fault = { silent: true };
    const asked = ollama.nextReceived();
    const follower = send(broker, 'POST', '/api/pull', { body: { model: 'new' } });
    const { closed } = await asked;
    await signals.until(/InterfacesAdded.*pulls\/1/);
    await cancel(`${brokerPath}/pulls/1`);
    expect(await within(closed, () => 'the request goes on')).toBe(true);
    await signals.until(/pulls\/1: .*'State': <'cancelled'>/);
    const error = 'the pull was cancelled; pull it again to go on from what is there';
    expect([(await follower).status, fieldsIn(await follower)]).toEqual([499, { error }]);
  });

  it('is begun anew by the next one', async () => {
    const hold = held();
    await cancel(await pull('new'));
    await signals.until(/pulls\/1: .*'State': <'cancelled'>/);
    hold.release();
    await pull('new');
    await signals.until(/pulls\/2: .*'State': <'done'>/);
  });

  it('or has ended is forgotten when it is cancelled again', async () => {
    const path = await pull('new');
    await signals.until(/pulls\/1: .*'State': <'done'>/);
    await cancel(path);
    await signals.until(/InterfacesRemoved \(objectpath '.*\/pulls\/1'/);
    await expect(properties(path)).rejects.toThrow(/UnknownObject/);
  });
});

it('a pull that has ended keeps no broker from ending', async () => {
  await pull('new');
  await signals.until(/pulls\/1: .*'State': <'done'>/);
  broker.process.kill('SIGTERM');
  expect(await broker.ended()).toBe(0);
});
