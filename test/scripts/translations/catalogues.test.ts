import { describe, expect, it } from 'vitest';
import { catalogue, entriesOf, template } from '../../../scripts/translations/catalogues.mjs';
import { messagesIn } from '../../../scripts/translations/messages.mjs';

const messages = messagesIn(
  'a.ts',
  `// Translators: a state\n_('Off');\npgettext('time', 'Off'); ngettext('{n} model', '{n} models', n);`,
);

describe('the template', () => {
  it('has every text with what translators need, and no date or line that would change by itself', () => {
    const text = template(messages);
    expect(text).toContain(`
#: a.ts
#. Translators: a state
msgid "Off"
msgstr ""
`);
    expect(text).toContain('\nmsgctxt "time"\nmsgid "Off"\nmsgstr ""\n');
    expect(text).toContain('\nmsgid "{n} model"\nmsgid_plural "{n} models"\nmsgstr[0] ""\nmsgstr[1] ""\n');
    expect(text).not.toMatch(/Date|:\d/);
  });
});

describe('a language’s catalogue', () => {
  it('begins empty, with as many plural forms as the language has', () => {
    const text = catalogue('ru', messages, '');
    expect(text).toContain('"Language: ru\\n"');
    expect(text).toMatch(/"Plural-Forms: nplurals=3; plural=/);
    expect(entriesOf(text).map(({ translations }) => translations)).toEqual([[''], ['', '', ''], ['']]);
  });

  const translated = catalogue('de', messages, '')
    .replace('msgid "Off"\nmsgstr ""', 'msgid "Off"\nmsgstr "Aus"')
    .replace('#: a.ts\n#. Translators', '# Wie am Schalter.\n#: a.ts\n#. Translators')
    .replace('msgstr[0] ""', 'msgstr[0] "{n} Modell"')
    .replace('"Language: de', '"Last-Translator: Eva\\n"\n"Language: de');

  it('keeps translations, remarks and translators, whatever comes and goes beside them', () => {
    const later = [...messagesIn('b.ts', `_('New');`), ...messages.filter(({ plural }) => plural === '')];
    const text = catalogue('de', later, translated);
    expect(text).toContain('# Wie am Schalter.\n#: a.ts');
    expect(text).toContain('"Last-Translator: Eva\\n"');
    expect(entriesOf(text).map(({ id, translations }) => [id, ...translations])).toEqual([
      ['New', ''],
      ['Off', 'Aus'],
      ['Off', ''],
    ]);
  });

  it('stays as it is where nothing has changed', () => {
    const text = catalogue('de', messages, translated);
    expect(catalogue('de', messages, text)).toBe(text);
    expect(text).toContain('msgstr[0] "{n} Modell"\nmsgstr[1] ""');
  });

  it('keeps a mark of what isn’t certain, for the check to find', () => {
    const unsure = translated.replace('msgid "Off"\nmsgstr "Aus"', '#, fuzzy\nmsgid "Off"\nmsgstr "Aus"');
    expect(entriesOf(catalogue('de', messages, unsure)).map(({ fuzzy }) => fuzzy)).toEqual([true, false, false]);
  });
});
