import type { Translator } from '../broker/translator.js';
import { addressProblem } from './address.js';
import { addressProblemInWords } from './addressInWords.js';

/** Hosts that can only mean this machine, where nobody listens in. */
const LOOPBACK = /^http:\/\/(?:localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])(?:[:/]|$)/i;

/** As OAuth 2.0 has it (RFC 6749, 3.3): visible ASCII without quotation marks and backslashes, separated by spaces. */
const SCOPES = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;

/**
 * What the address of an OpenID provider should be like instead of a text, "" if it is right. It is an https address
 * (OpenID Connect Discovery 1.0, 3), but for a provider on this machine.
 */
export function expectedIssuer(text: string, translator: Translator): string {
  const problem = addressProblem(text);
  if (problem !== null && problem !== 'scheme') return addressProblemInWords(problem, translator);
  const { gettext: _ } = translator;
  const safe = problem === null && (/^https:/i.test(text) || LOOPBACK.test(text));
  return safe ? '' : _('The address begins with https://');
}

/** What a provider's name for this application should be like instead of a text, "" if it is right. */
export function expectedClient(text: string, { gettext: _ }: Translator): string {
  return text === '' ? _('What the provider calls this application is needed') : '';
}

/** What scopes should be like instead of a text, "" if they are right. */
export function expectedScopes(text: string, { gettext: _ }: Translator): string {
  return SCOPES.test(text) ? '' : _('Words with spaces between them, without quotation marks');
}
