import type { Translator } from '../broker/translator.js';
import type { AddressProblem } from './address.js';

/** What an address should be like instead. */
export function addressProblemInWords(problem: AddressProblem, { gettext: _ }: Translator): string {
  switch (problem) {
    case 'scheme':
      return _('The address begins with http:// or https://');
    case 'credentials':
      return _('The address has no user name or password');
    case 'host':
      return _('The address has a host and, if need be, a port');
    case 'tail':
      return _('The address has no spaces, “?” or “#”');
  }
}
