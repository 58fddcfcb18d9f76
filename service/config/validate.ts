import validateShape from '../../schemas/configuration.schema.json?validator';
import { completed, type Configuration, type WrittenConfiguration } from './configuration.js';
import { ConfigurationError } from './errors.js';

/**
 * The configuration that `value` stands for.
 *
 * @param value what was read, of any shape
 * @param source where it was read from, for the messages
 * @throws {ConfigurationError} that names the first key that doesn't fit
 */
export function validated(value: unknown, source: string): Configuration {
  if (!validateShape(value)) {
    const misfit = validateShape.errors?.[0];
    if (!misfit) throw new ConfigurationError(source, '', 'is not a configuration');
    throw new ConfigurationError(source, ...misfitInWords(misfit));
  }
  const configuration = completed(value as WrittenConfiguration);
  checkListen(configuration, source);
  checkOrigins(configuration, source);
  checkConnections(configuration, source);
  checkRoute(configuration, source);
  return configuration;
}

type Misfit = NonNullable<typeof validateShape.errors>[number];

/** Path and expectation of a misfit, in words for people. */
export function misfitInWords(misfit: Misfit): [path: string, expectation: string] {
  const path = misfit.instancePath.slice(1);
  const description = misfit.parentSchema?.description;
  switch (misfit.keyword) {
    case 'additionalProperties': {
      const key = String(misfit.params.additionalProperty);
      const known = Object.keys((misfit.parentSchema?.properties as object | undefined) ?? {});
      return [path === '' ? key : `${path}/${key}`, `unknown key; known here are ${known.join(', ')}`];
    }
    case 'required':
      return [path, `the key "${String(misfit.params.missingProperty)}" is missing`];
    case 'enum':
      return [path, `must be one of ${(misfit.params.allowedValues as string[]).join(', ')}`];
    case 'type':
      return [path, `must be of type ${String(misfit.params.type)}`];
    case 'pattern':
    case 'not':
      return [path, typeof description === 'string' ? description : 'must not be empty'];
    default:
      return [path, misfit.message ?? 'does not fit'];
  }
}

/** A host as addresses name it, without the brackets that an IPv6 address has in a URL. */
export function withoutBrackets(host: string): string {
  return host.replace(/^\[|\]$/g, '');
}

/** Whether nobody reads on the way what is sent to an address: it is encrypted, or never leaves this machine. */
export function isProtected({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(withoutBrackets(hostname)));
}

/** HOST and PORT of a listening address, without the brackets of IPv6. */
export function hostAndPort(listen: string): { host: string; port: number } {
  const colon = listen.lastIndexOf(':');
  return { host: withoutBrackets(listen.slice(0, colon)), port: Number(listen.slice(colon + 1)) };
}

/** Whether a host name or address can only mean this machine. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
}

/** Why an address can't be listened on as things are; undefined if it can. */
export function unguarded(host: string, { tls, proxy }: Pick<Configuration, 'tls' | 'proxy'>): string | undefined {
  if (isLoopback(host) || tls !== undefined || proxy) return undefined;
  return (
    `"${host}" can be reached from other machines: that takes "tls" with a certificate and its key, or "proxy": true ` +
    'where a reverse proxy with TLS stands in front; without them use 127.0.0.1 or [::1]'
  );
}

function checkListen({ listen, ...guards }: Configuration, source: string): void {
  const { host, port } = hostAndPort(listen);
  if (port > 65535) throw new ConfigurationError(source, 'listen', `port ${port} is above 65535`);
  const problem = unguarded(host, guards);
  if (problem !== undefined) throw new ConfigurationError(source, 'listen', problem);
}

function checkOrigins({ origins }: Configuration, source: string): void {
  for (const [index, origin] of origins.entries()) {
    if (!URL.canParse(origin)) throw new ConfigurationError(source, `origins/${index}`, `"${origin}" names no host`);
  }
}

function checkConnections({ connections }: Configuration, source: string): void {
  const seen = new Map<string, number>();
  for (const [index, { id, kind, url, token }] of connections.entries()) {
    const path = `connections/${index}`;
    const before = seen.get(id);
    if (before !== undefined) {
      throw new ConfigurationError(source, `${path}/id`, `"${id}" is also the id of connections/${before}`);
    }
    seen.set(id, index);
    if (kind !== 'demo') checkUrl(url, source, `${path}/url`);
    if (token !== undefined && 'signIn' in token)
      checkIssuer(token.signIn.issuer, source, `${path}/token/signIn/issuer`);
  }
}

function checkUrl(text: string, source: string, path: string): void {
  if (text === '') {
    throw new ConfigurationError(source, path, 'is missing; for instance http://127.0.0.1:8080/v1');
  }
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new ConfigurationError(source, path, 'must begin with http:// or https:// and name a host');
  }
  // Not repeated in the message: it may be somebody's password.
  if (url.username !== '' || url.password !== '') {
    throw new ConfigurationError(source, path, 'must not contain a user name or password; use "token" instead');
  }
  if (url.search !== '' || url.hash !== '') {
    throw new ConfigurationError(source, path, 'must not contain ? or #');
  }
}

/** An issuer is an https address without query and fragment (OpenID Connect Discovery 1.0, 3); on this machine http will do. */
function checkIssuer(text: string, source: string, path: string): void {
  checkUrl(text, source, path);
  if (!isProtected(new URL(text))) {
    throw new ConfigurationError(source, path, 'must begin with https://, since what it tells is worth a password');
  }
}

function checkRoute({ route, connections }: Configuration, source: string): void {
  if (!isRoute(route, connections)) {
    const ids = connections.map(({ id }) => id);
    throw new ConfigurationError(
      source,
      'route',
      `"${route}" is neither automatic, local or cloud nor the id of a connection${ids.length > 0 ? ` (${ids.join(', ')})` : ''}`,
    );
  }
}

/** Whether `route` means something among these connections. */
export function isRoute(route: string, connections: readonly { readonly id: string }[]): boolean {
  return ['automatic', 'local', 'cloud'].includes(route) || connections.some(({ id }) => id === route);
}
