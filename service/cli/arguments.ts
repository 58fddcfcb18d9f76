import { parseArgs, type ParseArgsConfig } from 'node:util';

/** The command line can't be understood. The message says what is wrong; `cloudtolocalllm --help` the rest. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** How `serve` is to run. */
export interface ServeOptions {
  readonly config: string | undefined;
  readonly listen: string | undefined;
  readonly socket: string | undefined;
  readonly dbus: boolean;
  readonly demo: boolean;
}

/** What the command line asks for. */
export type Command =
  | { readonly name: 'help' | 'version' }
  | { readonly name: 'serve'; readonly options: ServeOptions }
  | { readonly name: 'status'; readonly json: boolean }
  | { readonly name: 'models'; readonly json: boolean }
  | { readonly name: 'doctor'; readonly json: boolean }
  | { readonly name: 'test'; readonly id: string | undefined; readonly json: boolean }
  | { readonly name: 'route'; readonly route: string | undefined }
  | { readonly name: 'token set' | 'token clear' | 'logout'; readonly id: string }
  | { readonly name: 'login'; readonly id: string; readonly withCode: boolean }
  | Import
  | KeyCreate
  | KeyList
  | KeyRevoke
  | Ask
  | Pull
  | { readonly name: 'config check' | 'settings import'; readonly file: string }
  /** `file` undefined for standard output. */
  | { readonly name: 'settings export'; readonly file: string | undefined };

/** `import`: takes over an old installation. */
export interface Import {
  readonly name: 'import';
  /** Its folder; undefined for the usual one. */
  readonly folder: string | undefined;
  readonly dryRun: boolean;
  readonly json: boolean;
}

/** `ask` */
export interface Ask {
  readonly name: 'ask';
  /** undefined for the first one that there is. */
  readonly model: string | undefined;
  /** '' where only standard input says what is asked. */
  readonly prompt: string;
}

/** `pull` */
export interface Pull {
  readonly name: 'pull';
  readonly model: string;
  /** Id of the connection whose server is to fetch it; undefined for the first that can. */
  readonly on: string | undefined;
  readonly json: boolean;
}

/** `key create`: a key for an application. */
export interface KeyCreate {
  readonly name: 'key create';
  /** What the key is called. */
  readonly key: string;
  /** Ids of the connections that it may use, none for all. */
  readonly connections: readonly string[];
  /** Requests a minute; undefined for no limit. */
  readonly rate: number | undefined;
  /** The configuration file of the broker that it is for. */
  readonly config: string | undefined;
}

/** `key list` */
export interface KeyList {
  readonly name: 'key list';
  readonly json: boolean;
  readonly config: string | undefined;
}

/** `key revoke` */
export interface KeyRevoke {
  readonly name: 'key revoke';
  readonly key: string;
  readonly config: string | undefined;
}

/** The text of --help. */
export const help = `Usage: cloudtolocalllm COMMAND [OPTION]…

The one address of a desktop for all language models: local first, cloud when needed.

  serve                 run the broker
      --config FILE       with the configuration in FILE, not in GSettings
      --listen HOST:PORT  there, not on 127.0.0.1:11435
      --socket PATH       also on a unix socket
      --no-dbus           without the session bus
      --demo              with the built-in demo after all other connections
  status [--json]       what the broker does, and how its connections are
  models [--json]       the models that can be asked for
  doctor [--json]       what is wrong here, and the command that mends it
  ask [PROMPT]          ask a model, and print its answer as it comes; what comes over standard input is asked, too
      -m, --model MODEL   this one, not the first that there is
  pull MODEL [--json]   have a server fetch a model
      --on ID             that of this connection, not the first that can
  test [ID] [--json]    check one connection, or all, now
  route [ROUTE]         show or choose the route: automatic, local, cloud, or the id of a connection
  token set ID          keep a connection's token in the keyring: asked for, or read from standard input
  token clear ID        take it out of the keyring
  login ID [--code]     sign in for a connection in a browser, or with a code in one anywhere
  logout ID             sign out
  key create NAME       make a key for an application, and show it this once
      --connection ID     that may use this connection alone (more than once: these)
      --rate N            that may ask N times a minute
  key list [--json]     the keys that there are
  key revoke NAME       take a key back; whoever has it is kept out at once
      --config FILE       (of all three) for the broker that runs with this file
  import [FOLDER]       take over an older CloudToLocalLLM, from ~/.cloudtolocalllm unless FOLDER is named
      --dry-run           only tell what that would do
  settings export [FILE]
                        write all settings of the desktop, without secrets, into FILE or to standard output
  settings import FILE  replace all settings by those of FILE, if all of it can be used
  config check FILE     whether a configuration file can be used

  -h, --help            this text
  -V, --version         the version

Exit status: 0 done, 1 failed, 2 wrong usage, 3 no broker runs.
`;

/** Understands a command line, without the name of the program. @throws {UsageError} */
export function parseCommand(args: readonly string[]): Command {
  const [name = '', ...rest] = args;
  switch (name) {
    case '-h':
    case '--help':
    case 'help':
      return { name: 'help' };
    case '-V':
    case '--version':
      return { name: 'version' };
    case 'serve':
      return { name, options: serveOptions(rest) };
    case 'status':
    case 'models':
    case 'doctor':
      return { name, json: parsed(rest, { json: { type: 'boolean' } }, 0).values.json === true };
    case 'ask': {
      const { values, positionals } = parsed(rest, { model: { type: 'string', short: 'm' } }, Infinity);
      return { name, model: values.model, prompt: positionals.join(' ') };
    }
    case 'pull': {
      const { values, positionals } = parsed(rest, { on: { type: 'string' }, json: { type: 'boolean' } }, 1);
      const model = needed(positionals[0], 'pull MODEL [--on ID]');
      return { name, model, on: values.on, json: values.json === true };
    }
    case 'test': {
      const { values, positionals } = parsed(rest, { json: { type: 'boolean' } }, 1);
      return { name, id: positionals[0], json: values.json === true };
    }
    case 'route':
      return { name, route: parsed(rest, {}, 1).positionals[0] };
    case 'token': {
      const [action, id, ...more] = rest;
      if ((action !== 'set' && action !== 'clear') || id === undefined || more.length > 0) {
        // A token on the command line is not repeated: it would be in one more log.
        throw new UsageError(
          'the commands are: cloudtolocalllm token set ID, which asks for the token or reads it from standard input, ' +
            'and cloudtolocalllm token clear ID',
        );
      }
      return { name: `token ${action}`, id };
    }
    case 'import': {
      const { values, positionals } = parsed(rest, { 'dry-run': { type: 'boolean' }, json: { type: 'boolean' } }, 1);
      return { name, folder: positionals[0], dryRun: values['dry-run'] === true, json: values.json === true };
    }
    case 'login': {
      const { values, positionals } = parsed(rest, { code: { type: 'boolean' } }, 1);
      return { name, id: needed(positionals[0], 'login ID [--code]'), withCode: values.code === true };
    }
    case 'logout':
      return { name, id: needed(parsed(rest, {}, 1).positionals[0], 'logout ID') };
    case 'config': {
      const [action, file, ...more] = rest;
      if (action !== 'check' || file === undefined || more.length > 0) {
        throw new UsageError('the command is: cloudtolocalllm config check FILE');
      }
      return { name: 'config check', file };
    }
    case 'settings': {
      const [action, file, ...more] = rest;
      if (action === 'export' && more.length === 0) return { name: 'settings export', file };
      if (action === 'import' && file !== undefined && more.length === 0) return { name: 'settings import', file };
      throw new UsageError('the commands are: cloudtolocalllm settings export [FILE], settings import FILE');
    }
    case 'key':
      return keyCommand(rest);
    case '':
      throw new UsageError('which command?');
    default:
      throw new UsageError(`there is no command "${name}"`);
  }
}

function needed(id: string | undefined, usage: string): string {
  if (id === undefined) throw new UsageError(`the command is: cloudtolocalllm ${usage}`);
  return id;
}

function keyCommand([action = '', ...args]: string[]): KeyCreate | KeyList | KeyRevoke {
  const config = { type: 'string' } as const;
  switch (action) {
    case 'create': {
      const options = { connection: { type: 'string', multiple: true }, rate: { type: 'string' }, config } as const;
      const { values, positionals } = parsed(args, options, 1);
      const { connection: connections = [], rate } = values;
      if (rate !== undefined && !/^[1-9]\d{0,5}$/.test(rate)) {
        throw new UsageError(`--rate ${rate} is no number of requests a minute, from 1 to 999999`);
      }
      return {
        name: 'key create',
        key: named(positionals, action),
        connections,
        rate: rate === undefined ? undefined : Number(rate),
        config: values.config,
      };
    }
    case 'list': {
      const { values } = parsed(args, { json: { type: 'boolean' }, config }, 0);
      return { name: 'key list', json: values.json === true, config: values.config };
    }
    case 'revoke': {
      const { values, positionals } = parsed(args, { config }, 1);
      return { name: 'key revoke', key: named(positionals, action), config: values.config };
    }
    default:
      throw new UsageError('the commands are: cloudtolocalllm key create NAME, key list, key revoke NAME');
  }
}

function named([name]: readonly string[], action: string): string {
  if (name === undefined) throw new UsageError(`which key? cloudtolocalllm key ${action} NAME`);
  return name;
}

function serveOptions(args: string[]): ServeOptions {
  const { values } = parsed(
    args,
    {
      config: { type: 'string' },
      listen: { type: 'string' },
      socket: { type: 'string' },
      'no-dbus': { type: 'boolean' },
      demo: { type: 'boolean' },
    },
    0,
  );
  return {
    config: values.config,
    listen: values.listen,
    socket: values.socket,
    dbus: values['no-dbus'] !== true,
    demo: values.demo === true,
  };
}

function parsed<O extends NonNullable<ParseArgsConfig['options']>>(args: string[], options: O, most: number) {
  const result = attempt(() => parseArgs({ args, options, allowPositionals: true, strict: true }));
  const extra = result.positionals[most];
  if (extra !== undefined) throw new UsageError(`"${extra}" is too much`);
  return result;
}

function attempt<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw new UsageError((error as Error).message.replace(/\. To specify a positional.*/s, ''));
  }
}
