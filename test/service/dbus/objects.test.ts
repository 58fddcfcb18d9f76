import { beforeEach, describe, expect, it } from 'vitest';
import { Bus, variant } from '../../../service/dbus/bus.js';
import { RunningBroker } from '../../support/broker.ts';
import { PrivateBus } from '../../support/bus.ts';
import { releasing } from '../../support/releases.ts';
import { OllamaStandIn } from '../../upstreams/ollama.ts';
import { type Monitored, monitored } from './monitored.ts';

const release = releasing();
const root = '/online/cloudtolocalllm';
const brokerPath = `${root}/Broker`;
const homePath = `${brokerPath}/connections/home`;
const broker1 = 'online.cloudtolocalllm.Broker1';
const connection1 = 'online.cloudtolocalllm.Connection1';
const get = 'org.freedesktop.DBus.Properties.Get';

let bus: PrivateBus;
let local: OllamaStandIn;
let broker: RunningBroker;

beforeEach(async () => {
  bus = await PrivateBus.start();
  release(() => bus.stop());
  local = await new OllamaStandIn().start();
  local.loaded = ['qwen3:8b'];
  release(() => local.stop());
  broker = await RunningBroker.start({
    config: {
      connections: [
        { id: 'home', name: 'Home', kind: 'ollama', url: local.origin },
        { id: 'demo', name: 'Demo', kind: 'demo', place: 'cloud' },
      ],
    },
    env: bus.env,
  });
  release(() => broker.release());
});

const monitor = (): Promise<Monitored> => monitored(bus, release);

describe('the objects', () => {
  it('are told by the object manager, with every property in its declared type', async () => {
    const told = await bus.call(root, 'org.freedesktop.DBus.ObjectManager.GetManagedObjects');
    expect(told).toContain(`objectpath '${brokerPath}': {'${broker1}': {'Version': <'`);
    expect(told).toContain(
      `'State': <'connected'>, 'Route': <'automatic'>, 'ActiveConnection': <objectpath '${homePath}'>`,
    );
    expect(told).toContain(`'Connections': <[objectpath '${homePath}', '${brokerPath}/connections/demo']>`);
    expect(told).toContain(`'ConfigurationFile': <'${broker.folder}/config.json'>, 'Problems': <@as []>`);
    expect(told).toContain(`'Address': <'${broker.address}'>, 'RequestsInFlight': <uint32 0>`);
    expect(told).toContain(
      `'${homePath}': {'${connection1}': {'Id': <'home'>, 'Name': <'Home'>, 'Kind': <'ollama'>, 'Place': <'local'>, ` +
        `'Enabled': <true>, 'State': <'connected'>`,
    );
    expect(told).toContain(`'Version': <'0.33.0'>, 'Models': <['llama3.2:latest', 'qwen3:8b']>`);
    expect(told).toMatch(
      /'Loaded': <\[{'name': <'qwen3:8b'>, 'size': <uint64 2019393189>, 'vram': <uint64 1500000000>, 'expires': <int64 1924992000>}\]>/,
    );
    expect(told).toMatch(
      /'LastError': <''>, 'LastCheck': <int64 \d{10}>, 'NextTry': <int64 0>, 'TokenState': <'none'>, 'TokenSource': <'fixed'>, 'Account': <''>, 'SignIn': <''>/,
    );
    expect(told).toContain(`'${brokerPath}/connections/demo'`);
  });

  it('can be introspected as schemas/ declares them', async () => {
    const told = await bus.run(
      'gdbus',
      'introspect',
      '--session',
      '--dest',
      'online.cloudtolocalllm.Broker',
      '--object-path',
      root,
      '--recurse',
    );
    expect(told).toMatch(/node \/online\/cloudtolocalllm\/Broker\/connections\/home {\s+interface/);
    expect(told).toMatch(/readwrite s Route = 'automatic'/);
    expect(told).toMatch(/Test\(in {2}s connection,\s+out s state,\s+out d latency,\s+out s error\)/);
  });
});

describe('live properties', () => {
  it('follow a connection that goes down and comes back', async () => {
    const { until } = await monitor();
    await local.stop();
    await bus.call(brokerPath, `${broker1}.Refresh`);
    await until(/connections\/home: .*PropertiesChanged.*'State': <'unreachable'>.*Nothing is listening there/);
    await until(
      /Broker: .*PropertiesChanged.*'State': <'partial'>, 'ActiveConnection': <objectpath '.*connections\/demo'>/,
    );
    await local.start();
    await until(/connections\/home: .*PropertiesChanged.*'State': <'connected'>/);
    await until(/Broker: .*PropertiesChanged.*'State': <'connected'>/);
  });

  it('tell whoever has read a value when it is another, however soon', async () => {
    const { until } = await monitor();
    const client = await Bus.connect(bus.address);
    release(() => client.close());
    const properties = 'org.freedesktop.DBus.Properties';
    const called = (member: string, signature: string, ...args: unknown[]): Promise<unknown> =>
      client.call(
        'online.cloudtolocalllm.Broker',
        { path: brokerPath, interface: properties, member },
        signature,
        broker1,
        'Route',
        ...args,
      );
    const chosen = (route: string): Promise<unknown> => called('Set', 'ssv', variant('s', route));
    // All at once: none waits for what is gathered to be told.
    const [, told] = await Promise.all([chosen('cloud'), called('Get', 'ss'), chosen('automatic')]);
    expect(told).toBe('cloud');
    await until(/Broker: .*PropertiesChanged.*'Route': <'cloud'>/);
    await until(/Broker: .*PropertiesChanged.*'Route': <'automatic'>/);
  });

  it('count the requests that are answered', async () => {
    const { until } = await monitor();
    local.fault = { stallAfter: 1 };
    const gone = new AbortController();
    const reply = await fetch(`${broker.address}/api/chat`, {
      method: 'POST',
      body: '{"model":"llama3.2","messages":[{"role":"user","content":"Hello!"}]}',
      signal: gone.signal,
    });
    await reply.body?.getReader().read();
    await until(/'RequestsInFlight': <uint32 1>/);
    gone.abort();
    await until(/'RequestsInFlight': <uint32 0>/);
  });
});

describe('what a server says that D-Bus has no place for', () => {
  it.each<[what: string, listing: object]>([
    ['a name with NUL', { name: 'qwen3\0:8b' }],
    ['a negative size', { name: 'a', size: -1 }],
    ['a size without end', { name: 'a', size: 1e308, size_vram: 0.5 }],
    ['a size that is none', { name: 'a', size: { valueOf: 1, toString: 1 }, size_vram: 'much' }],
    ['no name', { size: 5 }],
  ])('%s: is told as near as can be, and nothing ends', async (_what, listing) => {
    local.listings = [listing];
    await bus.call(brokerPath, `${broker1}.Test`, 'home');
    const told = await bus.call(root, 'org.freedesktop.DBus.ObjectManager.GetManagedObjects');
    expect(told).toMatch(/'Loaded': <\[{'name': <'[^\0]*'>, 'size': <uint64 \d+>, 'vram': <uint64 \d+>/);
    expect((await broker.status()).state).toBe('connected');
  });
});

describe('the route', () => {
  const set = (value: string): Promise<string> =>
    bus.call(brokerPath, 'org.freedesktop.DBus.Properties.Set', broker1, 'Route', value);

  it('is chosen by writing the property', async () => {
    const { until } = await monitor();
    await set("<'cloud'>");
    await until(/'Route': <'cloud'>, 'ActiveConnection': <objectpath '.*connections\/demo'>/);
    expect((await broker.status()).route).toBe('cloud');
  });

  it.each([
    ["<'mars'>", /InvalidArgs.*no route "mars"; there are automatic, local, cloud, home, demo/s],
    ['<7>', /InvalidArgs.*Route must be a string/s],
  ])('stays when %s is written', async (value, words) => {
    await expect(set(value)).rejects.toThrow(words);
    expect((await broker.status()).route).toBe('automatic');
  });
});

describe('methods', () => {
  it('Test checks a connection now, and returns what it found', async () => {
    await local.stop();
    const answer = await bus.call(brokerPath, `${broker1}.Test`, 'home');
    expect(answer).toMatch(/^\('unreachable', \d+\.\d+, 'Nothing is listening there \(http:\/\/127/);
  });

  it.each<[what: string, path: string, method: string, args: string[], words: RegExp]>([
    [
      'an unknown connection',
      brokerPath,
      `${broker1}.Test`,
      ['nobody'],
      /InvalidArgs: there is no connection "nobody"/,
    ],
    ['an unknown method', brokerPath, `${broker1}.Dance`, [], /UnknownMethod/],
    ['an unknown object', `${brokerPath}/nothing`, get, [connection1, 'Id'], /UnknownObject/],
    ['an unknown property', brokerPath, get, [broker1, 'Nothing'], /UnknownProperty/],
    ['another interface', brokerPath, get, [connection1, 'Id'], /UnknownInterface/],
  ])('%s: an error by its name', async (_what, path, method, args, words) => {
    await expect(bus.call(path, method, ...args)).rejects.toThrow(words);
  });

  it.each([
    ['too few arguments', `${broker1}.Test`, []],
    ['another type', `${broker1}.Test`, ['int32:3']],
    ['too few arguments', get, ['string:x']],
    ['too many arguments', `${broker1}.Refresh`, ['string:x']],
  ])('%s for %s: InvalidArgs', async (_what, method, args) => {
    const destination = ['--session', '--print-reply', '--dest=online.cloudtolocalllm.Broker', brokerPath];
    await expect(bus.run('dbus-send', ...destination, method, ...args)).rejects.toThrow(/InvalidArgs/);
    expect((await broker.status()).state).toBe('connected');
  });

  it('a property that is read-only stays', async () => {
    const set = bus.call(brokerPath, 'org.freedesktop.DBus.Properties.Set', broker1, 'State', "<'x'>");
    await expect(set).rejects.toThrow(/PropertyReadOnly/);
  });
});
