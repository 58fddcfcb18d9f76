import { writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RequestListener } from 'node:http';
import { isatty } from 'node:tty';
import packageJson from '../package.json';
import { findings, greeting } from './cli/announce.js';
import { help, parseCommand, type ServeOptions, UsageError } from './cli/arguments.js';
import { ask } from './cli/ask.js';
import { NoService, RequestFailed } from './cli/client.js';
import * as commands from './cli/commands.js';
import * as keyCommands from './cli/keys.js';
import { left, pull } from './cli/pull.js';
import { NothingEntered, readSecret } from './cli/secretInput.js';
import type { CompatibilityEndpoint } from './compatibility/endpoint.js';
import { hasOldInstallation } from './compatibility/portFile.js';
import type { Terminal } from './cli/terminal.js';
import type { Configuration } from './config/configuration.js';
import { ConfigurationError, SettingsUnavailable } from './config/errors.js';
import { Problems } from './config/problems.js';
import {
  builtInConfiguration,
  type ConfigurationSource,
  fileSource,
  gsettingsSource,
  withDemo,
} from './config/source.js';
import type { Found } from './connections/discovery.js';
import { insistOnVerification } from './connections/verification.js';
import { Bus, BusUnavailable, variant } from './dbus/bus.js';
import { BrokerObjects, busName } from './dbus/objects.js';
import { watchSystem } from './dbus/systemEvents.js';
import { Rules } from './http/access.js';
import { readCertificate } from './http/certificate.js';
import { CannotListen, inheritedSockets, LocalServer } from './http/listen.js';
import { KeyFileError, KeyRefused } from './keys/errors.js';
import { defaultKeyFile } from './keys/file.js';
import { FollowedKeys } from './keys/following.js';
import { oldFolder } from './migration/folder.js';
import { Broker } from './routing/broker.js';
import type { Pulls } from './routing/pulls.js';
import { createCredentials } from './secrets/create.js';
import { Keyring } from './secrets/keyring.js';
import { createLog } from './telemetry/log.js';
import { Supervisor } from './telemetry/supervisor.js';
import { Tidier } from './telemetry/tidy.js';

/** How long requests that run may go on after the broker was told to end. Milliseconds. */
const patience = 10_000;

/** How long after that a session may still be on its way into the keyring. Together less than the unit's TimeoutStopSec. */
const lastWords = 4000;

const { env } = process;
const log = createLog((line) => writeSync(2, line), env.JOURNAL_STREAM !== undefined, env.DEBUG !== undefined);
const print = (text: string): void => void writeSync(1, text);

/** Errors that are told in a line; of any other the stack is told too, since it is a fault of ours. */
const expected = [
  BusUnavailable,
  CannotListen,
  ConfigurationError,
  KeyFileError,
  KeyRefused,
  NoService,
  NothingEntered,
  RequestFailed,
  SettingsUnavailable,
];

/** systemd has a unix socket for us and no port. */
const noPort =
  'Applications have no port: another user of this machine or another program has it, and the preferences, under ' +
  'Service, can choose another one';

try {
  await execute();
} catch (error) {
  const { message, stack, code } = error as NodeJS.ErrnoException;
  // Nobody reads any more, and nobody wants to know.
  if (code === 'EPIPE') process.exit(1);
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
    case 'doctor': {
      const { doctor } = await import('./cli/doctor.js');
      if (!(await doctor(command.json, env, print))) process.exitCode = 1;
      return;
    }
    case 'ask':
      return ask(command, env, process.stdin, terminal());
    case 'pull':
      process.once('SIGINT', () => {
        terminal().say(`\n${left}\n`);
        // As a shell tells of what Ctrl-C has ended.
        process.exit(130);
      });
      return pull(command, env, terminal());
    case 'test':
      if (!(await commands.test(command.id, command.json, env, print))) process.exitCode = 1;
      return;
    case 'route':
      return commands.route(command.route, env, print);
    case 'token set': {
      const ask = (text: string): void => void writeSync(2, text);
      const token = await readSecret(process.stdin, ask, `Token of "${command.id}" (it isn’t shown): `);
      return commands.setToken(command.id, token, env, print);
    }
    case 'token clear':
      return commands.clearToken(command.id, env, print);
    case 'login':
      return commands.login(command.id, command.withCode, env, print);
    case 'logout':
      return commands.logout(command.id, env, print);
    case 'key create':
      return keyCommands.create(command, env, print, log);
    case 'key list':
      keyCommands.list(command, env, print);
      return;
    case 'key revoke':
      keyCommands.revoke(command, env);
      return;
    case 'import': {
      const { importOld } = await import('./cli/import.js');
      if (!(await importOld(command, env, print))) process.exitCode = 1;
      return;
    }
    case 'settings export': {
      const { exportSettings } = await import('./cli/settings.js');
      return exportSettings(command.file, env, print);
    }
    case 'settings import': {
      const { importSettings } = await import('./cli/settings.js');
      return importSettings(command.file, env, print);
    }
    case 'config check':
      commands.checkConfiguration(command.file, print);
  }
}

/** Where commands write that stream. */
function terminal(): Terminal {
  return { print, say: (text) => void writeSync(2, text), isTerminal: isatty(1), isAttended: isatty(2) };
}

/** Runs the broker until it is told to end. @throws before it serves, if it can't */
async function serve(options: ServeOptions): Promise<void> {
  insistOnVerification(env, log.warn);
  const supervisor = new Supervisor(env, log);
  const problems = new Problems();
  const source = sourceOf(options, problems);
  const configuration = await firstConfiguration(source, options, problems);

  const { tls } = configuration;
  const server = new LocalServer(configuration, tls && (await readCertificate(tls)));
  const inherited = inheritedSockets(env, process.pid);
  for (const fd of inherited) await server.listen({ fd });
  if (inherited.length === 0) await server.listen({ address: options.listen ?? configuration.listen });
  if (options.socket !== undefined) await server.listen({ path: options.socket });
  if (inherited.length > 0 && server.address === '') {
    log.warn(`${noPort}; systemctl --user status cloudtolocalllm.socket tells why`);
    problems.keep(noPort);
  }

  const bus = options.dbus ? await sessionBus() : undefined;
  const keyring = new Keyring({ bus, variant });
  const broker = new Broker({
    version: packageJson.version,
    address: server.address,
    credentials: (settings) => createCredentials(settings, { environment: env, keyring }),
    keepRoute: (route) => source.keepRoute(route),
    keepEnabled: (id, enabled) => source.keepEnabled(id, enabled),
  });
  const access = { rules: new Rules(), keys: new FollowedKeys(log) };
  const apply = (now: Configuration): void => {
    log.least(now.logLevel);
    broker.configure(now);
    access.rules.configure(now);
    access.keys.follow(now.keys ?? defaultKeyFile(env));
  };
  apply(configuration);
  const tidier = new Tidier(() => globalThis.gc?.());
  broker.on('changed', () => {
    tidier.requestsInFlight(broker.requestsInFlight);
    const { state, active } = broker;
    supervisor.status(active === undefined ? state : `${state}, through ${active.settings.name}`);
  });

  let loaded: Promise<Pulls> | undefined;
  const pulls = (): Promise<Pulls> => (loaded ??= loadPulls(objects));
  const { file } = source;
  const objects =
    bus &&
    new BrokerObjects(bus, broker, {
      ...{ file, problems, pulls },
      discover: () => discovered(broker),
      report: () => reported(broker, bus, keyring, { file, problems, inherited: inherited.length }),
      unlock: () => keyring.unlock(),
    });
  server.serve(() => application(broker, server, access, pulls));

  // Only now, so that whoever sees the name sees the objects too.
  await bus?.ownName(busName);

  if (options.dbus) {
    await watchSystem(env.DBUS_SYSTEM_BUS_ADDRESS, () => void broker.refresh(), log);
  }

  const reload = async (): Promise<void> => {
    try {
      const now = wanted(await source.read(), options);
      if (now.tls) server.renew(await readCertificate(now.tls));
      apply(now);
      if (now.listen !== configuration.listen || !now.tls !== !tls) {
        log.warn('Another "listen", and "tls" where there was none or none where there was, wait for the next start');
      }
      problems.become([]);
    } catch (error) {
      log.error(`${(error as Error).message}; what was in force before stays`);
      problems.become([`${problemOf(error)}; what was in force before stays`]);
    }
  };
  // One after the other, so that the newest is the last.
  let reloaded = Promise.resolve();
  const reloadNext = (): void => {
    reloaded = reloaded.then(reload);
  };
  await source.follow(bus, reloadNext);
  process.on('SIGHUP', reloadNext);

  const forOldApplications = await openToOldApplications(options, broker, server);
  const end = (): void => void close(server, broker, supervisor, objects, bus, forOldApplications);
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
async function application(
  broker: Broker,
  { arrivals, closing }: LocalServer,
  { rules, keys: followed }: { readonly rules: Rules; readonly keys: FollowedKeys },
  pulls: () => Promise<Pulls>,
): Promise<RequestListener> {
  const [{ createApp }, { Admission }, { Owners }, { Keys }, { Router }, { Metrics }] = await Promise.all([
    import('./http/app.js'),
    import('./http/admission.js'),
    import('./http/owners.js'),
    import('./keys/keys.js'),
    import('./routing/router.js'),
    import('./telemetry/metrics.js'),
  ]);
  const keys = new Keys(() => followed.records);
  const self = process.getuid?.() ?? -1;
  const admission = new Admission({ rules, arrivals, keys, owners: new Owners(), self, log });
  return createApp({
    broker,
    router: new Router(broker, log),
    pulls: await pulls(),
    admission,
    closing,
    metrics: new Metrics(),
    log,
  });
}

/** Servers of models on this machine that no connection names, and that aren't the broker itself. */
async function discovered(broker: Broker): Promise<readonly Found[]> {
  const { discover, usualPorts } = await import('./connections/discovery.js');
  return discover(usualPorts, [broker.status.address, ...broker.connections.map(({ settings }) => settings.url)]);
}

/** A text for a report of a problem. */
async function reported(
  broker: Broker,
  bus: Bus,
  keyring: Keyring,
  { file, problems, inherited }: { readonly file: string; readonly problems: Problems; readonly inherited: number },
): Promise<string> {
  const [{ report }, { keyringInWords }] = await Promise.all([
    import('./dbus/report.js'),
    import('./secrets/inWords.js'),
  ]);
  return report({
    status: broker.status,
    settings: broker.connections.map(({ settings }) => settings),
    environment: env,
    fromFile: file !== '',
    problems: problems.list.length,
    inherited,
    keyring: await keyringInWords(bus, keyring),
  });
}

/** What pulls models, and shows that on the bus. */
async function loadPulls(objects: BrokerObjects | undefined): Promise<Pulls> {
  const { Pulls } = await import('./routing/pulls.js');
  const pulls = new Pulls(log);
  await objects?.show(pulls);
  return pulls;
}

function sourceOf({ config }: ServeOptions, problems: Problems): ConfigurationSource {
  return config === undefined
    ? gsettingsSource(env, (error) => {
        log.warn(`${error.message}; it is left out`);
        problems.add(`${error.problem}; it is left out`);
      })
    : fileSource(config);
}

async function firstConfiguration(
  source: ConfigurationSource,
  options: ServeOptions,
  problems: Problems,
): Promise<Configuration> {
  try {
    return wanted(await source.read(), options);
  } catch (error) {
    if (!(error instanceof SettingsUnavailable)) throw error;
    problems.become([problemOf(error)]);
    log.info(`No settings: ${error.message}. The Ollama of this machine is used; --config FILE names others.`);
    return wanted(builtInConfiguration, options);
  }
}

/** What of the configuration can't be used and why, in words for people. */
function problemOf(error: unknown): string {
  return error instanceof ConfigurationError ? error.problem : (error as Error).message;
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

/** On a desktop where the older CloudToLocalLLM was used: what its applications take for the daemon that they knew. */
async function openToOldApplications(
  { config }: ServeOptions,
  broker: Broker,
  { address }: LocalServer,
): Promise<CompatibilityEndpoint | undefined> {
  // A server's account may have no home folder to ask for.
  if (config !== undefined || !address.startsWith('http://')) return undefined;
  const folder = oldFolder(env);
  if (!hasOldInstallation(folder)) return undefined;
  const { CompatibilityEndpoint } = await import('./compatibility/endpoint.js');
  return CompatibilityEndpoint.open({ broker, address, folder, log });
}

async function close(
  server: LocalServer,
  broker: Broker,
  supervisor: Supervisor,
  objects: BrokerObjects | undefined,
  bus: Bus | undefined,
  forOldApplications: CompatibilityEndpoint | undefined,
): Promise<void> {
  supervisor.close();
  objects?.close();
  await forOldApplications?.close();
  await server.close(patience);
  // A provider may be slow to answer; what it gives then is lost, and somebody has to sign in again.
  await Promise.race([broker.close(), sleep(lastWords)]);
  await bus?.close();
  process.exit(0);
}
