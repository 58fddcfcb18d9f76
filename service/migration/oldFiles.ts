import { isObject } from '../dialects/fields.js';
import { salvaged } from './salvage.js';

/** A server as a file of the old program names it. */
export interface OldServer {
  /** The file's name. */
  readonly file: string;
  readonly role: 'local' | 'cloud';
  readonly url: string;
  readonly enabled: boolean;
  /** Seconds that an answer was waited for, if somebody had chosen them. */
  readonly patience: number | undefined;
  /** In plain text. */
  readonly token: string | undefined;
}

/** What a file says, and what of it couldn't be read, in words. */
export interface OldFile {
  readonly servers: readonly OldServer[];
  readonly problems: readonly string[];
}

/** Understands one of the old files. */
export interface OldFormat {
  /** The file's name. */
  readonly file: string;
  readonly read: (text: string) => OldFile;
}

/** Of the tray daemon (3.0). */
const connectionConfig: OldFormat = {
  file: 'connection_config.json',
  read: (text) => {
    const reader = new Reader('connection_config.json', text, ['local_ollama', 'cloud_proxy']);
    const local = reader.section('local_ollama');
    const cloud = reader.section('cloud_proxy');
    const token = cloud?.text('auth_token', '') ?? '';
    return {
      servers: [
        ...(local === undefined
          ? []
          : [
              reader.server('local', {
                url: local.text('api_base_url', '') || addressOf(local.text('host', 'localhost'), local.port('port')),
                enabled: local.flag('enabled', true),
                patience: local.seconds('timeout', 30),
              }),
            ]),
        ...(cloud === undefined
          ? []
          : [
              reader.server('cloud', {
                url: cloud.text('api_base_url', 'https://api.cloudtolocalllm.online'),
                enabled: cloud.flag('enabled', false),
                patience: cloud.seconds('timeout', 30),
                token: token === '' ? undefined : token,
              }),
            ]),
      ],
      problems: reader.problems,
    };
  },
};

/** Where the tunnel manager was shown in a browser; what it spoke to is the service's other host. */
const tunnelPage = 'https://app.cloudtolocalllm.online';

/** Of the tunnel manager (3.2), which had no token of its own. */
const tunnelConfig: OldFormat = {
  file: 'tunnel_config.json',
  read: (text) => {
    const keys = [
      'enableLocalOllama',
      'ollamaHost',
      'ollamaPort',
      'enableCloudProxy',
      'cloudProxyUrl',
      'requestTimeout',
    ];
    const reader = new Reader('tunnel_config.json', text, keys);
    const { top } = reader;
    const patience = top.seconds('requestTimeout', 60);
    const page = top.text('cloudProxyUrl', tunnelPage).replace(/\/+$/, '');
    return {
      servers: [
        ...(top.has('ollamaHost', 'ollamaPort', 'enableLocalOllama')
          ? [
              reader.server('local', {
                url: addressOf(top.text('ollamaHost', 'localhost'), top.port('ollamaPort')),
                enabled: top.flag('enableLocalOllama', true),
                patience,
              }),
            ]
          : []),
        ...(top.has('cloudProxyUrl', 'enableCloudProxy')
          ? [
              reader.server('cloud', {
                url: page === tunnelPage ? 'https://api.cloudtolocalllm.online' : page,
                enabled: top.flag('enableCloudProxy', true),
                patience,
              }),
            ]
          : []),
      ],
      problems: reader.problems,
    };
  },
};

/** All that there are, the later one first: what it says is newer. */
export const oldFormats: readonly OldFormat[] = [tunnelConfig, connectionConfig];

function addressOf(host: string, port: number): string {
  return `http://${host.includes(':') && !host.startsWith('[') ? `[${host}]` : host}:${port}`;
}

class Reader {
  readonly problems: string[] = [];
  readonly #fields: Readonly<Record<string, unknown>>;

  constructor(
    private readonly file: string,
    text: string,
    wanted: readonly string[],
  ) {
    const { fields, whole } = salvaged(text, wanted);
    this.#fields = fields;
    if (whole) return;
    const lost = wanted.filter((name) => !(name in fields));
    const left = lost.length === 0 ? '' : `; not to be read any more: ${lost.join(', ')}`;
    this.problems.push(`${file} is broken${left}`);
  }

  /** The file itself as a section. */
  get top(): Section {
    return new Section(this.#fields, this.file, this.problems);
  }

  /** A section; undefined if there is none. */
  section(name: string): Section | undefined {
    const fields = this.#fields[name];
    if (fields === undefined) return undefined;
    if (isObject(fields)) return new Section(fields, `${this.file}: ${name}`, this.problems);
    this.problems.push(`${this.file}: ${name} is no object, and left out`);
    return undefined;
  }

  server(
    role: OldServer['role'],
    told: Omit<OldServer, 'file' | 'role' | 'token'> & { token?: string | undefined },
  ): OldServer {
    return { file: this.file, role, token: undefined, ...told };
  }
}

/** Values of which each has a default, by which one that doesn't fit is replaced. */
class Section {
  constructor(
    private readonly fields: Readonly<Record<string, unknown>>,
    private readonly where: string,
    private readonly problems: string[],
  ) {}

  has(...names: readonly string[]): boolean {
    return names.some((name) => name in this.fields);
  }

  text(name: string, fallback: string): string {
    return this.#value(name, fallback, (value) => typeof value === 'string', 'a text');
  }

  flag(name: string, fallback: boolean): boolean {
    return this.#value(name, fallback, (value) => typeof value === 'boolean', 'true or false');
  }

  port(name: string): number {
    const fits = (value: unknown): boolean => Number.isInteger(value) && Number(value) > 0 && Number(value) < 65536;
    return this.#value(name, 11434, fits, 'a port');
  }

  /** undefined where it is the old program's default, which nobody chose. */
  seconds(name: string, usual: number): number | undefined {
    const fits = (value: unknown): boolean => Number.isInteger(value) && Number(value) > 0 && Number(value) < 86400;
    const chosen = this.#value(name, usual, fits, 'a number of seconds');
    return chosen === usual ? undefined : chosen;
  }

  #value<T>(name: string, fallback: T, fits: (value: unknown) => boolean, expected: string): T {
    const value = this.fields[name];
    if (value === undefined || value === null) return fallback;
    if (fits(value)) return value as T;
    // Not repeated: it may be the token, in the wrong place.
    this.problems.push(`${this.where}: ${name} isn’t ${expected}, and left out`);
    return fallback;
  }
}
