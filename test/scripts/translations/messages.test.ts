import { describe, expect, it } from 'vitest';
import { TranslationError } from '../../../scripts/translations/errors.mjs';
import { merged, messagesIn } from '../../../scripts/translations/messages.mjs';

const path = 'extension/some.ts';
const none = { context: '', plural: '', references: [path], comments: [] };

describe('texts to translate', () => {
  it.each([
    ['a call by the short name', `_('Off');`, { id: 'Off' }],
    ['a call by the long name', `gettext('Off');`, { id: 'Off' }],
    ['a text in quotation marks of another kind', '_(`Off`);', { id: 'Off' }],
    ['a text with escapes', String.raw`_('It\'s\n“off”');`, { id: 'It’s\n“off”'.replace('’', "'") }],
    ['a plural', `ngettext('{n} model', '{n} models', n);`, { id: '{n} model', plural: '{n} models' }],
    ['a context', `pgettext('state', 'Off');`, { context: 'state', id: 'Off' }],
    ['a context and a plural', `npgettext('c', 'a', 'b', 2);`, { context: 'c', id: 'a', plural: 'b' }],
    ['a function of a translator', `translator.ngettext('a', 'b', n);`, { id: 'a', plural: 'b' }],
    ['a function of the extension', `this.#extension.gettext('Off');`, { id: 'Off' }],
    ['a call within another', `fill(_('{a} on'), { a: 'b' });`, { id: '{a} on' }],
  ])('are found in %s', (_case, source, message) => {
    expect(messagesIn(path, source)).toEqual([{ ...none, ...message }]);
  });

  it('are found in the order of the source, whatever lies around them', () => {
    const source = `
      import { gettext as _, ngettext } from 'somewhere';
      class Row { readonly #a = new Label(_('one')); say({ gettext: _ }: Translator) { return [_('two'), _('three')]; } }`;
    expect(messagesIn(path, source).map(({ id }) => id)).toEqual(['one', 'two', 'three']);
  });

  it.each([
    ['a parameter that isn’t used', `Array.from(list, (_, index) => index);`],
    ['a member of that name', `lodash._('no');`],
    ['a comment', `// _('no')`],
    ['a text', `"_('no')";`],
  ])('aren’t found in %s', (_case, source) => {
    expect(messagesIn(path, source)).toEqual([]);
  });

  it.each([
    ['a variable', `\n_(text);`, 2],
    ['a text with a value in it', '_(`${name} is off`);', 1],
    ['a choice', `_(\n  on ? 'On' : 'Off');`, 2],
    ['nothing', `_();`, 1],
    ['an empty text, which stands for the catalogue’s header', `_('');`, 1],
    ['a plural that isn’t there', `ngettext('a', many, n);`, 1],
    ['a function under another name, imported', `import { gettext as t } from 'somewhere';`, 1],
    ['a function under another name, of a translator', `\n\nconst { ngettext: plural } = translator;`, 3],
  ])('are refused, with the place, where they can’t be told: %s', (_case, source, line) => {
    expect(() => messagesIn(path, source)).toThrow(TranslationError);
    expect(() => messagesIn(path, source)).toThrow(`${path}:${line}: `);
  });
});

describe('comments for translators', () => {
  it.each([
    ['on the line before', `// Translators: a state\n_('Off');`, ['Translators: a state']],
    ['over several lines', `// Translators: a state\n// of a server\n_('Off');`, ['Translators: a state of a server']],
    [
      'in the other form',
      `/* Translators: a state\n * of a server */\n_('Off');`,
      ['Translators: a state of a server'],
    ],
    ['before the statement', `// Translators: a state\nreturn fill(\n  _('Off'), {});`, ['Translators: a state']],
    ['within an expression', `f(\n  // Translators: a state\n  _('Off'));`, ['Translators: a state']],
    ['after another comment', `// Why.\n// Translators: a state\n_('Off');`, ['Translators: a state']],
    ['not for them', `// Says that it is off.\n_('Off');`, []],
  ])('go with their text: %s', (_case, source, comments) => {
    expect(messagesIn(path, source)).toEqual([{ ...none, id: 'Off', comments }]);
  });

  it('go with the texts of the next line that has any, and no others', () => {
    const source = `// Translators: a state\n[_('On'), _('Off')];\n_('Name');`;
    expect(messagesIn(path, source).map(({ comments }) => comments.length)).toEqual([1, 1, 0]);
  });

  it('are refused before no text', () => {
    expect(() => messagesIn(path, `_('Off');\n// Translators: a state\n`)).toThrow(`${path}:2: `);
  });
});

describe('texts of several files', () => {
  it('are one with all that is said of them, unless the context differs', () => {
    const messages = [
      ...messagesIn('a.ts', `// Translators: a state\n_('Off'); pgettext('time', 'Off');`),
      ...messagesIn('b.ts', `_('Off'); ngettext('Off', 'Offs', n); _('On');`),
    ];
    expect(merged(messages)).toEqual([
      {
        context: '',
        id: 'Off',
        plural: 'Offs',
        references: ['a.ts', 'b.ts'],
        comments: ['Translators: a state'],
      },
      {
        context: 'time',
        id: 'Off',
        plural: '',
        references: ['a.ts'],
        comments: ['Translators: a state'],
      },
      { context: '', id: 'On', plural: '', references: ['b.ts'], comments: [] },
    ]);
  });

  it('are refused where one would have two plurals', () => {
    const messages = ['as', 'bs'].flatMap((plural) => messagesIn(`${plural}.ts`, `ngettext('a', '${plural}', n);`));
    expect(() => merged(messages)).toThrow(TranslationError);
  });
});
