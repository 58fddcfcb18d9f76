import { fill, type Translator } from '../../broker/translator.js';
import { expectedHosts, expectedOrigins } from '../access.js';
import { addressProblem } from '../address.js';
import { addressProblemInWords } from '../addressInWords.js';
import { expectedDuration } from '../duration.js';
import { expectedIssuer, expectedScopes } from '../provider.js';
import type { KeyShape, Plain } from './model.js';

/** Seconds. What the service takes at most. */
const LONGEST_WAIT = 86400;

/** What a key should hold instead of a value, "" if it is right. */
export function expectedValue(shape: KeyShape, value: unknown, translator: Translator): string {
  return expectedOfType(shape, value, translator) || expectedMeaning(shape.name, value as Plain, translator);
}

/** As the schema has it. */
function expectedOfType({ type, choices, range }: KeyShape, value: unknown, { gettext: _ }: Translator): string {
  switch (type) {
    case 'b':
      return typeof value === 'boolean' ? '' : _('true or false is expected');
    case 'i':
    case 'u': {
      const [least, most] = range ?? (type === 'u' ? [0, 2 ** 32 - 1] : [-(2 ** 31), 2 ** 31 - 1]);
      const right = Number.isInteger(value) && (value as number) >= least && (value as number) <= most;
      const limits = { least: String(least), most: String(most) };
      return right ? '' : fill(_('a whole number from {least} to {most} is expected'), limits);
    }
    case 's':
      if (typeof value !== 'string') return _('a text is expected');
      return choices === undefined || choices.includes(value)
        ? ''
        : fill(_('one of these is expected: {choices}'), { choices: choices.join(', ') });
    case 'as':
      return Array.isArray(value) && value.every(isText) ? '' : _('a list of texts is expected');
    case 'a{ss}':
      return isObject(value) && Object.values(value).every(isText) ? '' : _('an object with texts is expected');
  }
}

/** As the service wants it, which is more than a schema can say. */
function expectedMeaning(key: string, value: Plain, translator: Translator): string {
  const { gettext: _ } = translator;
  if (/-timeout$|^patience$/.test(key)) {
    const limits = { least: '0', most: String(LONGEST_WAIT) };
    return Number(value) <= LONGEST_WAIT ? '' : fill(_('a whole number from {least} to {most} is expected'), limits);
  }
  const words = textOf(value);
  switch (key) {
    case 'name':
      return /^.{1,100}$/.test(words) ? '' : _('1 to 100 characters in one line are expected');
    case 'url': {
      const problem = addressProblem(words);
      return problem === null ? '' : addressProblemInWords(problem, translator);
    }
    case 'allowed-hosts':
      return expectedHosts(words, translator);
    case 'allowed-origins':
      return expectedOrigins(words, translator);
    case 'keep-alive':
      return expectedDuration(words, translator);
    case 'sign-in-issuer':
      return words === '' ? '' : expectedIssuer(words, translator);
    case 'sign-in-scopes':
      return expectedScopes(words, translator);
    case 'models':
      return Object.entries(value).every(([name, model]) => name !== '' && model !== '')
        ? ''
        : _('names that aren’t empty are expected');
    default:
      return '';
  }
}

/** What an entry would show of a text or a list of texts. */
function textOf(value: Plain): string {
  if (typeof value === 'string') return value;
  return Array.isArray(value) ? value.join(' ') : '';
}

/** Whether this is an object of JSON's. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}
