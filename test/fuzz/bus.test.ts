import { createClient, type MessageBus, Variant } from 'dbus-native';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { PrivateBus } from '../support/bus.ts';
import { within } from '../support/broker.ts';
import { sentOverWire } from '../support/wire.ts';
import { type Wire, wireOf, WireStandIn } from '../upstreams/wire.ts';
import { mutatedBytes } from './support/bytes.ts';
import { fuzz } from './support/fuzz.ts';
import { bytesOf, type HttpRequest } from './support/http.ts';
import { mutatedJson } from './support/json.ts';
import { WatchedBroker } from './support/watched.ts';

const destination = 'online.cloudtolocalllm.Broker';
const root = '/online/cloudtolocalllm';
const brokerPath = `${root}/Broker`;
const connectionPath = `${brokerPath}/connections/home`;
const broker1 = 'online.cloudtolocalllm.Broker1';
const connection1 = 'online.cloudtolocalllm.Connection1';

/** What a caller may be told, by the names that D-Bus has for it. */
const told = [
  'UnknownMethod',
  'UnknownObject',
  'UnknownInterface',
  'UnknownProperty',
  'PropertyReadOnly',
  'InvalidArgs',
];

let bus: PrivateBus;
let client: MessageBus;
let broker: WatchedBroker;
const answers = new Map<string, Wire>();
const upstream = new WireStandIn();

beforeAll(async () => {
  bus = await PrivateBus.start();
  upstream.answer = ({ path }) => answers.get(path) ?? { pieces: [], then: 'ends' };
  await upstream.start();
  tells(listings);
  broker = await WatchedBroker.start({
    config: {
      connections: [
        { id: 'home', kind: 'ollama', url: upstream.origin },
        { id: 'provider', kind: 'openai', url: upstream.origin },
        { id: 'demo', kind: 'demo' },
      ],
    },
    env: bus.env,
  });
  client = createClient({ busAddress: bus.address });
  await call({ path: brokerPath, interface: broker1, member: 'Refresh', signature: '', body: [] });
  broker.measure();
});
afterAll(async () => {
  await client.close();
  await broker.release();
  await upstream.stop();
  await bus.stop();
});

interface Call {
  readonly path: string;
  readonly interface: string;
  readonly member: string;
  readonly signature: string;
  readonly body: readonly unknown[];
}

/** Calls the broker. @returns the name of the error that it answers, undefined if it answers with values */
async function call({ signature, body, ...target }: Call): Promise<string | undefined> {
  const args = signature === '' ? {} : { signature, body: [...body] };
  const answer = new Promise<string | undefined>((resolve) => {
    client.invoke({ destination, ...target, ...args }, (error) => {
      resolve(error ? String((error as { dbusName?: unknown }).dbusName) : undefined);
    });
  });
  return within(answer, () => `${JSON.stringify(target)} is not answered`);
}

const anyText = fc.oneof(
  fc.constantFrom(
    '',
    'home',
    'demo',
    'automatic',
    'Route',
    'State',
    'Models',
    broker1,
    connection1,
    'constructor',
    '__proto__',
  ),
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc.string({ minLength: 20_000, maxLength: 20_000 }),
);

/** A signature with a value that it has. */
type Argument = readonly [signature: string, value: unknown];

const argument: fc.Arbitrary<Argument> = fc.oneof(
  { weight: 4, arbitrary: anyText.map((text) => ['s', text] as const) },
  fc.boolean().map((flag) => ['b', flag] as const),
  fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }).map((number) => ['i', number] as const),
  fc.maxSafeNat().map((number) => ['t', number] as const),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => ['d', number] as const),
  fc.constantFrom('/', brokerPath, '/a/b').map((path) => ['o', path] as const),
  fc.constantFrom('', 's', 'a{sv}', '(((i)))').map((signature) => ['g', signature] as const),
  fc.array(anyText, { maxLength: 4 }).map((texts) => ['as', texts] as const),
  anyText.map((text) => ['a{sv}', { a: new Variant('s', text) }] as const),
  fc
    .oneof(
      anyText.map((text) => new Variant('s', text)),
      fc.integer({ min: 0, max: 9 }).map((number) => new Variant('u', number)),
      fc.constant(new Variant('v', new Variant('v', new Variant('s', 'automatic')))),
      fc.constant(new Variant('as', ['automatic'])),
      fc.constant(new Variant('(ss)', ['a', 'b'])),
    )
    .map((value) => ['v', value] as const),
);

const standard = 'org.freedesktop.DBus';

const calls: fc.Arbitrary<Call> = fc
  .record({
    path: fc.constantFrom('/', root, brokerPath, connectionPath, `${brokerPath}/connections/nobody`, '/a'),
    interface: fc.constantFrom(
      ...[broker1, connection1, `${standard}.Properties`, `${standard}.Introspectable`, `${standard}.Peer`],
      ...[`${standard}.ObjectManager`, 'a.b'],
    ),
    member: fc.constantFrom(
      ...['Refresh', 'Test', 'Get', 'GetAll', 'Set', 'Introspect', 'Ping', 'GetManagedObjects', 'GetMachineId'],
      ...['constructor', '__proto__', 'toString', 'hasOwnProperty', 'Dance'],
    ),
    args: fc.oneof<fc.Arbitrary<readonly Argument[]>[]>(
      fc.array(argument, { maxLength: 4 }),
      fc.tuple(anyText, anyText).map((texts) => texts.map((text) => ['s', text] as const)),
      fc
        .tuple(fc.constantFrom(broker1, connection1, ''), anyText, argument)
        .map(([name, property, value]) => [['s', name] as const, ['s', property] as const, value]),
    ),
  })
  .map(({ args, ...target }) => ({
    ...target,
    signature: args.map(([signature]) => signature).join(''),
    body: args.map(([, value]) => value),
  }));

const listings = {
  '/api/version': { version: '0.33.0' },
  '/api/tags': { models: [{ name: 'model:latest', digest: 'sha256:1', size: 5, modified_at: '2026-01-01T00:00:00Z' }] },
  '/api/ps': { models: [{ name: 'model:latest', size: 5, size_vram: 5, expires_at: '2031-01-01T00:00:00Z' }] },
  '/v1/models': { data: [{ id: 'model', owned_by: 'vllm', created: 5 }], object: 'list' },
} as const;

/** Where all that is listed is told. */
const lists: readonly (readonly [target: string, headers: HttpRequest['headers']])[] = [
  ['/api/tags', []],
  ['/api/ps', []],
  ['/v1/models', []],
  ['/v1/models', [['anthropic-version', '2023-06-01']]],
  ['/broker/status', []],
];

function tells(fields: Readonly<Record<string, unknown>>): void {
  for (const [path, one] of Object.entries(fields))
    answers.set(path, wireOf(200, 'application/json', JSON.stringify(one)));
}

async function well(): Promise<void> {
  tells(listings);
  expect(
    await call({ path: brokerPath, interface: broker1, member: 'Test', signature: 's', body: ['home'] }),
  ).toBeUndefined();
  await broker.running.until(({ connections }) => connections[0]?.state === 'connected');
  await broker.check();
  broker.checkMemory();
}

describe('on the bus', () => {
  fuzz(
    'bus',
    'any call is answered, or refused with an error that D-Bus has a name for',
    fc.array(calls, { minLength: 1, maxLength: 8 }),
    async (all) => {
      try {
        const names = await Promise.all(all.map(call));
        const other = names.filter(
          (name) => name !== undefined && !told.includes(name.replace(`${standard}.Error.`, '')),
        );
        expect(other).toEqual([]);
      } finally {
        await broker.check();
      }
    },
    { after: well },
  );

  const listing = fc.oneof(
    ...Object.entries(listings).map(([path, fields]) => {
      const text = mutatedJson(fc.constant(fields)).map((json) => Buffer.from(json));
      return fc.tuple(fc.constant(path), fc.oneof({ weight: 4, arbitrary: text }, mutatedBytes(text)));
    }),
  );

  fuzz(
    'listings',
    'everything that a server lists is told, and harms nobody',
    listing,
    async ([path, body]) => {
      try {
        tells(listings);
        answers.set(path, wireOf(200, 'application/json', body));
        for (const id of ['home', 'provider']) {
          const test = { path: brokerPath, interface: broker1, member: 'Test', signature: 's', body: [id] };
          expect(await call(test)).toBeUndefined();
        }
        const objects = { path: root, interface: `${standard}.ObjectManager`, member: 'GetManagedObjects' };
        expect(await call({ ...objects, signature: '', body: [] })).toBeUndefined();
        await Promise.all(
          lists.map(async ([target, headers]) => {
            const [answer] = await sentOverWire(broker.address, bytesOf({ method: 'GET', target, headers, body: '' }));
            expect([target, answer?.status]).toEqual([target, 200]);
            JSON.parse(String(answer?.body));
          }),
        );
      } finally {
        await broker.check();
      }
    },
    { after: well },
  );
});
