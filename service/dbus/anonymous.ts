import { isIP } from 'node:net';
import type { ConnectionSettings } from '../config/configuration.js';
import { isLoopback, withoutBrackets } from '../config/validate.js';

/** Addresses that mean nothing beyond a site (RFC 1918, 3927, 4193, 4291). */
const privateAddress = /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|169\.254\.|f[cd][0-9a-f]{2}:|fe[89ab][0-9a-f]:)/i;

/** Names that mean nothing beyond a site (RFC 6762, 8375, and what routers use). */
const privateName = /\.(local|lan|home|internal|home\.arpa)\.?$/i;

/** How far away an address is, and no more of it. */
export function nearness(url: string): 'this machine' | 'local network' | 'internet' {
  const host = withoutBrackets(new URL(url).hostname);
  if (isLoopback(host)) return 'this machine';
  const near = isIP(host) > 0 ? privateAddress.test(host) : !host.includes('.') || privateName.test(host);
  return near ? 'local network' : 'internet';
}

/**
 * An error without what somebody has named: addresses, paths, what is in quotes, and all the words of a connection's
 * settings.
 */
export function unnamed(error: string, settings: ConnectionSettings, account: string): string {
  const own = [account, ...wordsOf(settings)].filter((word) => word !== '').sort((a, b) => b.length - a.length);
  const clean = own.reduce((text, word) => text.replace(whole(word), '…'), error);
  return clean
    .replace(/\w+:\/\/[^\s),;]+/g, '…')
    .replace(/(?<![\w/])\/[\w.~-]+(\/[\w.~-]*)*/g, '…')
    .replace(/“[^”]*”|"[^"]*"|'[^']*'/g, '“…”')
    .replace(/token (set|clear) \S+|log(in|out) \S+/g, (command) => command.replace(/\S+$/, 'ID'));
}

/** A word where it isn't a part of another: an id may be a single letter. */
function whole(word: string): RegExp {
  const literal = word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`(?<![\\p{L}\\p{N}])${literal}(?![\\p{L}\\p{N}])`, 'gu');
}

/** Every word of the settings that isn't one of ours. */
function wordsOf({ id, name, url, token, ca, models }: ConnectionSettings): string[] {
  const parts = url === '' ? [] : [url, new URL(url).origin, new URL(url).host, new URL(url).hostname];
  return [id, name, ca ?? '', ...parts, ...strings(token), ...Object.entries(models).flat()];
}

function strings(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(strings) : [];
}
