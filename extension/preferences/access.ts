import type { Translator } from '../broker/translator.js';

/** As the configuration has them (schemas/configuration.schema.json). */
const HOST = /^([A-Za-z0-9_.-]+|\[?[0-9A-Fa-f:.]+\]?)$/;
const ORIGIN = /^[a-z][a-z0-9+.-]*:\/\/[^\s/?#@*]+$/;

/** What names of hosts should be like instead of a text with spaces between them, "" if they are right. */
export function expectedHosts(text: string, { gettext: _ }: Translator): string {
  return each(text, HOST) ? '' : _('Names such as models.example.org, without a port');
}

/** What origins of web pages should be like instead of a text with spaces between them, "" if they are right. */
export function expectedOrigins(text: string, { gettext: _ }: Translator): string {
  return each(text, ORIGIN) ? '' : _('Origins such as http://localhost:3000, without a path');
}

function each(text: string, form: RegExp): boolean {
  return text
    .split(/\s+/)
    .filter(Boolean)
    .every((word) => form.test(word));
}
