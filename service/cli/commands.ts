import broker1 from '../../schemas/online.cloudtolocalllm.Broker1.xml';
import connection1 from '../../schemas/online.cloudtolocalllm.Connection1.xml';
import { type Bus, type CallTarget, variant } from '../dbus/bus.js';
import { brokerPath, busName, connectionPath } from '../dbus/objects.js';
import { readConfigurationFile } from '../config/file.js';
import type { Fields } from '../dialects/fields.js';
import { ask, NoService, RequestFailed } from './client.js';
import { printedConnection, type PrintedStatus, printedStatus } from './print.js';
import { overBus } from './sessionBus.js';

type Print = (text: string) => void;

const printJson = (print: Print, value: unknown): void => {
  print(`${JSON.stringify(value, undefined, 2)}\n`);
};

/** `status` */
export async function status(json: boolean, environment: NodeJS.ProcessEnv, print: Print): Promise<void> {
  const told = await ask('/broker/status', environment);
  if (json) printJson(print, told);
  else print(printedStatus(told as unknown as PrintedStatus));
}

/** `models` */
export async function models(json: boolean, environment: NodeJS.ProcessEnv, print: Print): Promise<void> {
  const { data } = (await ask('/v1/models', environment)) as { data?: { id: string }[] };
  if (json) printJson(print, data);
  else print((data ?? []).map(({ id }) => `${id}\n`).join(''));
}

/** `test`: asks the broker to check, and tells what it found. @returns whether all is well */
export async function test(
  id: string | undefined,
  json: boolean,
  environment: NodeJS.ProcessEnv,
  print: Print,
): Promise<boolean> {
  const before = (await ask('/broker/status', environment)) as unknown as PrintedStatus;
  const ids = id === undefined ? before.connections.map((connection) => connection.id) : [id];
  await overBus(environment, async (bus) => {
    for (const one of ids) await callBroker(bus, broker1.name, 'Test', 's', one);
  });
  const after = (await ask('/broker/status', environment)) as unknown as PrintedStatus;
  const tested = after.connections.filter((connection) => ids.includes(connection.id));
  if (json) printJson(print, tested);
  else print(`${tested.map(printedConnection).join('\n')}\n`);
  return tested.every(({ state }) => state === 'connected' || state === 'disabled');
}

/** `route` */
export async function route(wanted: string | undefined, environment: NodeJS.ProcessEnv, print: Print): Promise<void> {
  if (wanted === undefined) {
    const told: Fields = await ask('/broker/status', environment);
    print(`${String(told.route)}\n`);
    return;
  }
  await overBus(environment, async (bus) => {
    const properties = 'org.freedesktop.DBus.Properties';
    await callBroker(bus, properties, 'Set', 'ssv', broker1.name, 'Route', variant('s', wanted));
  });
}

/** `token set`. @param token as a person entered it */
export async function setToken(id: string, token: string, environment: NodeJS.ProcessEnv, print: Print): Promise<void> {
  await overBus(environment, (bus) => callBroker(bus, broker1.name, 'SetToken', 'ss', id, token));
  print(`The token of "${id}" is kept in the keyring.\n`);
}

/** `token clear` */
export async function clearToken(id: string, environment: NodeJS.ProcessEnv, print: Print): Promise<void> {
  await overBus(environment, (bus) => callBroker(bus, broker1.name, 'ClearToken', 's', id));
  print(`The keyring has no token of "${id}" any more.\n`);
}

/** `login`: begins to sign in, and waits for what comes of it. @throws {RequestFailed} if it fails */
export async function login(
  id: string,
  withCode: boolean,
  environment: NodeJS.ProcessEnv,
  print: Print,
): Promise<void> {
  await overBus(environment, async (bus) => {
    const method = withCode ? 'LoginWithCode' : 'Login';
    const [url, code] = (await callBroker(bus, broker1.name, method, 's', id)) as [string, string];
    print(`To sign in, open:\n\n  ${url}\n\n${code === '' ? '' : `and enter the code ${code}\n\n`}Waiting …\n`);
    const { outcome, state, account } = await signedIn(bus, id);
    if (outcome !== '') throw new RequestFailed(outcome);
    if (state !== 'stored') {
      throw new RequestFailed('nobody has signed in: that was given up, or the broker was started anew; begin again');
    }
    print(`Signed in${account === '' ? '' : ` as ${account}`}.\n`);
  });
}

/** `logout` */
export async function logout(id: string, environment: NodeJS.ProcessEnv, print: Print): Promise<void> {
  await overBus(environment, async (bus) => {
    const left = String(await callBroker(bus, broker1.name, 'Logout', 's', id));
    print(`Signed out.${left === '' ? '' : ` ${left}`}\n`);
  });
}

/** What a sign-in has led to: why it failed, '' if it didn't; the state of the token; who is signed in. */
interface SignedIn {
  readonly outcome: string;
  readonly state: string;
  readonly account: string;
}

/** What has come of a sign-in, once it waits no more. @throws {RequestFailed} if there is nothing more that could wait */
async function signedIn(bus: Bus, id: string): Promise<SignedIn> {
  const path = connectionPath(id);
  const properties = 'org.freedesktop.DBus.Properties';
  const read = async (name: string): Promise<string> =>
    String(await called(bus, { path, interface: properties, member: 'Get' }, 'ss', connection1.name, name));
  // Before it is read, so that no change is missed: of the connection, and that it or the broker goes.
  let changed = (): void => undefined;
  bus.on('signal', () => {
    changed();
  });
  await bus.match(`type='signal',interface='${properties}',member='PropertiesChanged',path='${path}'`);
  await bus.match(`type='signal',sender='${busName}',member='InterfacesRemoved'`);
  await bus.match(`type='signal',sender='org.freedesktop.DBus',member='NameOwnerChanged',arg0='${busName}'`);
  for (;;) {
    const next = new Promise<void>((resolve) => (changed = resolve));
    const outcome = await read('SignIn');
    if (outcome !== 'waiting') return { outcome, state: await read('TokenState'), account: await read('Account') };
    await next;
  }
}

/** `config check`. @throws {ConfigurationError} */
export function checkConfiguration(file: string, print: Print): void {
  const { connections } = readConfigurationFile(file);
  const count = `${connections.length} ${connections.length === 1 ? 'connection' : 'connections'}`;
  print(`${file}: can be used (${count})\n`);
}

/** The broker may wait for a person whom the keyring asks, who has three minutes. Milliseconds. */
const patience = 190_000;

function callBroker(bus: Bus, name: string, member: string, signature: string, ...body: unknown[]): Promise<unknown> {
  return called(bus, { path: brokerPath, interface: name, member, limit: patience }, signature, ...body);
}

/** Calls a method of one of the broker's objects. @throws {NoService | RequestFailed} */
async function called(bus: Bus, target: CallTarget, signature: string, ...body: unknown[]): Promise<unknown> {
  try {
    return await bus.call(busName, target, signature, ...body);
  } catch (error) {
    const { dbusName, message } = error as { dbusName?: string; message: string };
    if (dbusName === 'org.freedesktop.DBus.Error.ServiceUnknown') throw new NoService();
    throw new RequestFailed(message);
  }
}
