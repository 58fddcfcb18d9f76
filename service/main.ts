import { writeSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import packageJson from '../package.json';
import { findings, greeting } from './cli/announce.js';
import { help, parseCommand, type ServeOptions, UsageError } from './cli/arguments.js';
import { NoService, RequestFailed } from './cli/client.js';
import * as commands from './cli/commands.js';
import type { Configuration } from './config/configuration.js';
import { ConfigurationError, SettingsUnavailable } from './config/errors.js';
import {
  builtInConfiguration,
  type ConfigurationSource,
  fileSource,
  gsettingsSource,
  withDemo,
} from './config/source.js';
import { Bus, BusUnavailable } from './dbus/bus.js';
import { BrokerObjects, busName } from './dbus/objects.js';
import { watchSystem } from './dbus/systemEvents.js';
import { CannotListen, inheritedSockets, LocalServer } from './http/listen.js';
import { Broker } from './routing/broker.js';
import { findToken } from './secrets/token.js';
import { createLog } from './telemetry/log.js';
import { Supervisor } from './telemetry/supervisor.js';
import { Tidier } from './telemetry/tidy.js';

/** How long requests that run may go on after the broker was told to end. Milliseconds. */
const patience = 10_000;

const { env } = process;
const log = createLog((line) => writeSync(2, line), env.JOURNAL_STREAM !== undefined, env.DEBUG !== undefined);
const print = (text: string): void => void writeSync(1, text);

/** Errors that are told in a line; of any other the stack is told too, since it is a fault of ours. */
const expected = [BusUnavailable, CannotListen, ConfigurationError, NoService, RequestFailed];

try {
  await execute();
} catch (error) {
  const { message, stack } = error as Error;
  if (error instanceof UsageError) log.error(`cloudtolocalllm: ${message}; cloudtolocalllm --help tells more`);
  else log.error(`cloudtolocalllm: ${expected.some((kind) => error instanceof kind) ? message : String(stack)}`);
  // What was opened until then would keep the process.
  process.exit(error instanceof UsageError ? 2 : error instanceof NoService ? 3 : 1);
}

async function execute(): Promise<void> {
  const command = parseCommand(process.argv.slice(2));
  switch (command.name) {
    case 'help':
      print(help);
      return;
    case 'version':
      print(`${packageJson.version}\n`);
      return;
    case 'serve':
      return serve(command.options);
    case 'status':
      return commands.status(command.json, env, print);
    case 'models':
      return commands.models(command.json, env, print);
    case 'test':
      if (!(await commands.test(command.id, command.json, env, print))) process.exitCode = 1;
      return;
    case 'route':
      return commands.route(command.route, env, print);
    case 'config check':
      commands.checkConfiguration(command.file, print);
  }
}

/** Runs the broker until it is told to end. @throws before it serves, if it can't */
async function serve(options: ServeOptions): Promise<void> {
  const supervisor = new Supervisor(env, log);
  const source = sourceOf(options);
  const configuration = await firstConfiguration(source, options);

  const server = new LocalServer();
  const inherited = inheritedSockets(env, process.pid);
  for (const fd of inherited) await server.listen({ fd });
  if (inherited.length === 0) await server.listen({ address: options.listen ?? configuration.listen });
  if (options.socket !== undefined) await server.listen({ path: options.socket });

  const broker = new Broker({
    version: packageJson.version,
    address: server.address,
    token: ({ token }) => findToken(token, env),
    keepRoute: (route) => source.keepRoute(route),
  });
  broker.configure(configuration);
  const tidier = new Tidier(() => globalThis.gc?.());
  broker.on('changed', () => {
    tidier.requestsInFlight(broker.requestsInFlight);
    const { state, active } = broker;
    supervisor.status(active === undefined ? state : `${state}, through ${active.settings.name}`);
  });
  server.serve(() => application(broker));

  const bus = options.dbus ? await sessionBus() : undefined;
  const objects = bus && new BrokerObjects(bus, broker, log);
  // Only now, so that whoever sees the name sees the objects too.
  await bus?.ownName(busName);

  if (options.dbus) {
    await watchSystem(env.DBUS_SYSTEM_BUS_ADDRESS, () => void broker.refresh(), log);
  }

  const reload = (): void => void reconfigure(broker, source, options);
  await source.follow(bus, reload);
  process.on('SIGHUP', reload);

  const end = (): void => void close(server, broker, supervisor, objects, bus);
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
  // The session is over.
  bus?.once('closed', end);

  await supervisor.ready();
  if (env.NOTIFY_SOCKET === undefined) {
    print(greeting(broker.status));
    await broker.refresh();
    print(findings(broker.status));
  }
}

/** What answers requests; loaded with the first one. */
async function application(broker: Broker): Promise<RequestListener> {
  const [{ createApp }, { Router }, { Pulls }] = await Promise.all([
    import('./http/app.js'),
    import('./routing/router.js'),
    import('./routing/pulls.js'),
  ]);
  return createApp({ broker, router: new Router(broker, log), pulls: new Pulls(log), log });
}

function sourceOf({ config }: ServeOptions): ConfigurationSource {
  return config === undefined
    ? gsettingsSource((error) => {
        log.warn(`${error.message}; it is left out`);
      })
    : fileSource(config);
}

async function firstConfiguration(source: ConfigurationSource, options: ServeOptions): Promise<Configuration> {
  try {
    return wanted(await source.read(), options);
  } catch (error) {
    if (!(error instanceof SettingsUnavailable)) throw error;
    log.info(`No settings: ${error.message}. The Ollama of this machine is used; --config FILE names others.`);
    return wanted(builtInConfiguration, options);
  }
}

async function reconfigure(broker: Broker, source: ConfigurationSource, options: ServeOptions): Promise<void> {
  try {
    broker.configure(wanted(await source.read(), options));
  } catch (error) {
    log.error(`${(error as Error).message}; what was in force before stays`);
  }
}

function wanted(configuration: Configuration, { demo }: ServeOptions): Configuration {
  return demo ? withDemo(configuration) : configuration;
}

/** The session bus, or nothing where there is none: the broker serves all the same, and nothing shows it. */
async function sessionBus(): Promise<Bus | undefined> {
  const address = env.DBUS_SESSION_BUS_ADDRESS;
  try {
    if (address === undefined) throw new BusUnavailable('DBUS_SESSION_BUS_ADDRESS is not set');
    return await Bus.connect(address);
  } catch (error) {
    if (!(error instanceof BusUnavailable)) throw error;
    log.warn(`No session bus: ${error.message}. No panel can show the broker; --no-dbus says that none is to.`);
    return undefined;
  }
}

async function close(
  server: LocalServer,
  broker: Broker,
  supervisor: Supervisor,
  objects: BrokerObjects | undefined,
  bus: Bus | undefined,
): Promise<void> {
  supervisor.close();
  objects?.close();
  await server.close(patience);
  broker.close();
  await bus?.close();
  process.exit(0);
}
