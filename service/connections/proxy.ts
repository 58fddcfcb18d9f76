import { BlockList, isIP } from 'node:net';
import { withoutBrackets } from '../config/validate.js';
import { ProxyFailed } from './errors.js';

/** The HTTP proxy that leads to a server. */
export interface HttpProxy {
  /** http://HOST:PORT or https://HOST:PORT, never with a user name or password: it is shown. */
  readonly address: string;
  /** For the header Proxy-Authorization; undefined where its address has no user name. */
  readonly authorization: string | undefined;
  /** The environment variable that names it, for messages. */
  readonly variable: string;
}

/**
 * The proxy that the environment names for an address: `https_proxy` or `http_proxy` by the address' scheme, else
 * `all_proxy`, but for what `no_proxy` lists. Each is looked for in lower case first, as curl does. HTTP_PROXY counts in
 * upper case too: only in a CGI script could a request's header set it. This machine itself is never reached through a
 * proxy, which could only lead to itself.
 *
 * @throws {ProxyFailed} if the variable doesn't name an HTTP proxy; that must not lead around it
 */
export function proxyFor(url: URL, environment: NodeJS.ProcessEnv): HttpProxy | undefined {
  if (isThisMachine(url.hostname)) return undefined;
  const scheme = url.protocol === 'https:' ? 'https_proxy' : 'http_proxy';
  const found = setting(scheme, environment) ?? setting('all_proxy', environment);
  if (found === undefined || isExempt(url, setting('no_proxy', environment)?.value ?? '')) return undefined;
  return parsed(found.variable, found.value);
}

/** A variable in either case; empty counts as none. */
function setting(name: string, environment: NodeJS.ProcessEnv): { variable: string; value: string } | undefined {
  for (const variable of [name, name.toUpperCase()]) {
    const value = environment[variable]?.trim() ?? '';
    if (value !== '') return { variable, value };
  }
  return undefined;
}

/** No message repeats the value: it may hold a password. */
function parsed(variable: string, value: string): HttpProxy {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(value)?.[1]?.toLowerCase();
  if (scheme?.startsWith('socks')) {
    throw new ProxyFailed(
      `${variable} names a SOCKS proxy, and only HTTP proxies can be used; name one in https_proxy and http_proxy, or in ` +
        'no_proxy the hosts that need none',
    );
  }
  const misfit = (): ProxyFailed =>
    new ProxyFailed(`${variable} is not the address of an HTTP proxy; expected is http://HOST:PORT`);
  // Without a scheme, as curl takes it.
  const text = scheme === undefined ? `http://${value}` : value;
  if (!URL.canParse(text)) throw misfit();
  const { protocol, origin, username, password } = new URL(text);
  if (protocol !== 'http:' && protocol !== 'https:') throw misfit();
  if (username === '' && password === '') return { address: origin, authorization: undefined, variable };
  try {
    const user = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    return { address: origin, authorization: `Basic ${Buffer.from(user).toString('base64')}`, variable };
  } catch {
    throw misfit();
  }
}

/** 0.0.0.0 and [::] are this machine, too, to who connects to them. An IPv4 address inside an IPv6 one is found as well. */
const own = new BlockList();
own.addSubnet('127.0.0.0', 8, 'ipv4');
own.addAddress('0.0.0.0', 'ipv4');
own.addAddress('::1', 'ipv6');
own.addAddress('::', 'ipv6');

/** @param hostname as URL has it */
function isThisMachine(hostname: string): boolean {
  const host = plain(hostname);
  // Every name below localhost is this machine (RFC 6761, 6.3).
  return host === 'localhost' || host.endsWith('.localhost') || contains(own, host);
}

/**
 * Whether a list as in NO_PROXY has an address: names, which stand for what is below them too, with or without a dot or
 * `*.` before them; IP addresses; subnets; each but these also with a port; `*` for all.
 */
function isExempt(url: URL, list: string): boolean {
  const host = plain(url.hostname);
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  return list.split(/[\s,]+/).some((entry) => {
    if (entry === '*') return true;
    const [address, prefix, ...rest] = entry.split('/');
    if (prefix !== undefined) return rest.length === 0 && isWithin(host, address ?? '', prefix);
    // An IPv6 address has colons of its own; with a port it is in brackets.
    const [, name = '', only] = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(entry) ?? [undefined, entry];
    if (only !== undefined && only !== port) return false;
    const wanted = plain(name.toLowerCase()).replace(/^\*?\./, '');
    if (wanted === '') return false;
    if (isIP(wanted) !== 0) return isWithin(host, wanted, isIP(wanted) === 4 ? '32' : '128');
    return host === wanted || (isIP(host) === 0 && host.endsWith(`.${wanted}`));
  });
}

/** Whether an IP address is in a subnet; false for whatever is none. */
function isWithin(host: string, address: string, prefix: string): boolean {
  const net = plain(address);
  const family = isIP(net);
  const bits = Number(prefix);
  if (family === 0 || !/^\d+$/.test(prefix) || bits > (family === 4 ? 32 : 128)) return false;
  const subnet = new BlockList();
  subnet.addSubnet(net, bits, family === 4 ? 'ipv4' : 'ipv6');
  return contains(subnet, host);
}

function contains(list: BlockList, host: string): boolean {
  const family = isIP(host);
  return family !== 0 && list.check(host, family === 4 ? 'ipv4' : 'ipv6');
}

/** A host without the brackets of IPv6 and the dot that ends a full name. */
function plain(host: string): string {
  return withoutBrackets(host).replace(/\.$/, '');
}
