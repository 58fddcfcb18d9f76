// Translators' files: the template, a catalogue a language (.po), and what gettext reads at run time (.mo).
import { mo, po } from 'gettext-parser';
import { pluralRule } from './plurals.mjs';

/** @typedef {import('./messages.mjs').Message} Message */

const notice = `Translations of CloudToLocalLLM.
This file is distributed under the same licence as CloudToLocalLLM, GPL-2.0-or-later.
Written by \`npm run translations\`; what stands in msgstr is the translators’.`;

// Without dates and versions, which would change with every run and every release.
const headers = {
  'Project-Id-Version': 'CloudToLocalLLM',
  'Report-Msgid-Bugs-To': 'https://cloudtolocalllm.online',
  'MIME-Version': '1.0',
  'Content-Type': 'text/plain; charset=UTF-8',
  'Content-Transfer-Encoding': '8bit',
};

/**
 * The template that every language's catalogue is made from.
 * @param {Message[]} messages
 * @returns {string}
 */
export function template(messages) {
  return written({ ...headers, Language: '' }, messages, (message) => (message.plural ? ['', ''] : ['']));
}

/**
 * A language's catalogue for these messages, in their order: with the translations that it has, the others empty.
 * @param {string} language as gettext spells it, for instance `pt_BR`
 * @param {Message[]} messages
 * @param {string} before the catalogue as it is; empty for a new one
 * @returns {string}
 * @throws {TranslationError} when the language's plural forms aren't known
 */
export function catalogue(language, messages, before) {
  const { count, expression } = pluralRule(language);
  const known = po.parse(before);
  const own = { Language: language, 'Plural-Forms': `nplurals=${count}; plural=${expression};` };
  const entry = (message) => known.translations[message.context]?.[message.id];
  return written(
    { ...headers, ...known.headers, ...headers, ...own },
    messages,
    (message) => {
      const translated = entry(message)?.msgstr ?? [];
      const forms = message.plural ? count : 1;
      return Array.from({ length: forms }, (_, form) => translated[form] ?? '');
    },
    (message) => {
      const { translator, flag } = entry(message)?.comments ?? {};
      return { translator, flag };
    },
  );
}

/**
 * The entries of a catalogue, in its order, without its header.
 * @param {string} text
 * @returns {{context: string, id: string, plural: string, translations: string[], fuzzy: boolean}[]}
 */
export function entriesOf(text) {
  const entries = Object.values(po.parse(text).translations).flatMap((context) => Object.values(context));
  return entries
    .filter(({ msgid }) => msgid !== '')
    .map(({ msgctxt: context = '', msgid, msgid_plural: plural = '', msgstr, comments }) => ({
      context,
      id: msgid,
      plural,
      translations: msgstr,
      fuzzy: /\bfuzzy\b/.test(comments?.flag ?? ''),
    }));
}

/**
 * A catalogue as gettext reads it at run time.
 * @param {string} text
 * @returns {Buffer}
 */
export function compiled(text) {
  return mo.compile(po.parse(text));
}

/** The text of a file with these messages. */
function written(header, messages, translationsOf, commentsOf = () => ({})) {
  /** @type {Record<string, Record<string, unknown>>} */
  const translations = { '': { '': { msgid: '', msgstr: [''], comments: { translator: notice } } } };
  for (const message of messages) {
    (translations[message.context] ??= {})[message.id] = {
      ...(message.context && { msgctxt: message.context }),
      msgid: message.id,
      ...(message.plural && { msgid_plural: message.plural }),
      msgstr: translationsOf(message),
      comments: {
        ...commentsOf(message),
        reference: message.references.join('\n'),
        extracted: message.comments.join('\n'),
      },
    };
  }
  return po.compile({ charset: 'utf-8', headers: header, translations }).toString();
}
