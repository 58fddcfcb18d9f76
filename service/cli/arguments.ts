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
  | { readonly name: 'test'; readonly id: string | undefined; readonly json: boolean }
  | { readonly name: 'route'; readonly route: string | undefined }
  | { readonly name: 'config check'; readonly file: string };

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
  test [ID] [--json]    check one connection, or all, now
  route [ROUTE]         show or choose the route: automatic, local, cloud, or the id of a connection
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
      return { name, json: parsed(rest, { json: { type: 'boolean' } }, 0).values.json === true };
    case 'test': {
      const { values, positionals } = parsed(rest, { json: { type: 'boolean' } }, 1);
      return { name, id: positionals[0], json: values.json === true };
    }
    case 'route':
      return { name, route: parsed(rest, {}, 1).positionals[0] };
    case 'config': {
      const [action, file, ...more] = rest;
      if (action !== 'check' || file === undefined || more.length > 0) {
        throw new UsageError('the command is: cloudtolocalllm config check FILE');
      }
      return { name: 'config check', file };
    }
    case '':
      throw new UsageError('which command?');
    default:
      throw new UsageError(`there is no command "${name}"`);
  }
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
