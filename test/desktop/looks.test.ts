import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ManagedOllama } from '../upstreams/managed.ts';
import { OpenaiStandIn } from '../upstreams/openai.ts';
import { Ask } from './lab/ask.ts';
import { Broker } from './lab/broker.ts';
import { useDesktop } from './lab/desktop.ts';
import { type Fit, fitOfDialog, fitOfMenu, fitOfWindow } from './lab/fit.ts';
import { speak, translate } from './lab/language.ts';
import { type Look, dress, looks, wear } from './lab/looks.ts';
import { given, MenuStates } from './lab/menuStates.ts';
import { Panel } from './lab/panel.ts';
import { Preferences } from './lab/preferences.ts';
import { type PseudoLanguage, longLanguage, rightToLeftLanguage, translationInto } from './lab/pseudoLanguage.ts';
import { Settings } from './lab/settings.ts';
import { until } from './lab/wait.ts';

const desktop = useDesktop();
const ollama = new ManagedOllama();
const provider = new OpenaiStandIn();
let panel: Panel, broker: Broker, settings: Settings, preferences: Preferences, states: MenuStates;

/** What is asked in the dialog, and the answer to it. */
const question = 'How do I write a greeting in Python?';
const answer = [
  'Call `print` with what it is to say:\n\n',
  '```python\nprint("Good morning!")\n```\n\n',
  'That is **all**.',
];

beforeAll(async () => {
  panel = new Panel(desktop.shell);
  broker = new Broker(desktop.machine);
  settings = new Settings(desktop.machine);
  preferences = new Preferences(desktop);
  states = new MenuStates(desktop, panel, broker, ollama);
  provider.models = ['chatty'];
  provider.texts = answer;
  await ollama.start();
  await provider.start();
  // A banner would come over what is looked at.
  await settings.set('notify-pulls', 'false');
  await settings.set('notify-failover', 'false');
  await settings.set('ask-shortcut', "['<Super>slash']");
});
afterEach(async () => {
  // An open menu keeps the focus from windows, and the next look from the menu.
  await panel.close();
});
afterAll(async () => {
  await ollama.stop();
  await provider.stop();
});

/** What is called so in any language. */
const names: readonly string[] = [...Object.values(given), 'llama3.2:latest', 'phi4'];

/** What isn’t the extension’s to translate: names, addresses, what the broker and models say, and GTK’s own buttons. */
const others = new RegExp(
  [
    ...[...Object.values(given), 'CloudToLocalLLM', 'https?:[^ )]+', 'Nothing is listening there'],
    ...['^(Back|Close|Search|Show Password)$', '^Super( \\+ /)?$'],
    ...['llama3\\.2(:latest)?', 'qwen3:8b', 'phi4', 'chatty', '\\d GB', '^python$', 'print\\(.*'],
    ...[question, 'Call print with what it is to say:', 'That is all\\.'].map((text) => text.replace('?', '\\?')),
  ].join('|'),
  'g',
);

/** The pages of the preferences: the name by which the panel opens each, and what it says. */
const pages = [
  { name: 'connections', says: ['Found on This Machine'] },
  { name: 'connection/here', says: ['Workstation'] },
  { name: 'credentials', says: ['Tokens and what signing in gives are in the keyring, and are never shown.'] },
  { name: 'models', says: ['Add a Name'] },
  { name: 'routing', says: ['Load and Time-outs', 'Automatic'] },
  { name: 'desktop', says: ['Chat Application'] },
  { name: 'service', says: ['When Something Goes Wrong'] },
];

/** Every language with the looks that may differ in it. */
const languages: { name: string; language: PseudoLanguage | null; worn: readonly Look[] }[] = [
  { name: 'english', language: null, worn: [looks.dark, looks.light, looks.contrast, looks.large] },
  { name: 'long', language: longLanguage, worn: [looks.dark] },
  { name: 'right-to-left', language: rightToLeftLanguage, worn: [looks.dark, looks.large] },
];

describe.each(languages)('in the language $name', ({ name: languageName, language, worn }) => {
  /** What a text of ours reads in this language. */
  const said = (text: string): string => (names.includes(text) ? text : (language?.of(text) ?? text));

  beforeAll(async () => {
    if (!language) return;
    await translate(desktop, language.locale, translationInto(language));
    await speak(desktop, language.locale);
  });

  /** What is wrong with how something looks, of which a picture is kept. */
  async function flawsOf(fit: Fit, picture: string, says: readonly string[]): Promise<string[]> {
    await desktop.shell.picture(`looks/${picture}`, fit.area);
    const missing = says.map(said).filter((text) => !fit.texts.some((each) => each.includes(text)));
    const untranslated = fit.texts.filter((text) => language?.english.test(text.replace(others, '')));
    return [
      ...fit.flaws,
      ...missing.map((text) => `“${text}” isn’t there.`),
      ...untranslated.map((text) => `“${text}” isn’t translated.`),
    ];
  }

  /** Shows something in every look. What is wrong is told of all looks at once. */
  async function holds(name: string, says: readonly string[], show: (look: Look) => Promise<Fit>): Promise<void> {
    const flaws: Record<string, readonly string[]> = {};
    for (const look of worn) {
      // With the look everything moves, the button that closes an open menu as well.
      await panel.close();
      await wear(desktop, look);
      flaws[look.name] = await flawsOf(await show(look), `${name} ${languageName} ${look.name}`, says);
    }
    await wear(desktop, looks.dark);
    expect(flaws).toEqual(Object.fromEntries(worn.map((look) => [look.name, []])));
  }

  it.each(MenuStates.names)('the menu is right: %s', async (name) => {
    const { come, unfold, says, leave } = states.named(name);
    await come();
    try {
      await holds(`menu ${name}`, says, async () => {
        await panel.open();
        if (unfold !== undefined) await panel.press(said(unfold));
        await desktop.shell.drawn();
        return fitOfMenu(desktop.shell);
      });
      await panel.close();
    } finally {
      await leave?.();
    }
  });

  it('the dialog for a question is right, with an answer', async () => {
    await states.connect('connected', { id: 'writer', name: given.here, kind: 'openai', url: `${provider.origin}/v1` });
    const ask = new Ask(desktop.shell, said('Ask a Model'));
    await ask.open();
    try {
      await ask.ask(question);
      await ask.reads('chatty');
      await ask.reads('Good morning!');
      await until('the answer to be whole', async () => (await ask.text()).includes('That is all.'));
      await holds('ask answer', ['Ask a Model', 'Copy'], () => fitOfDialog(desktop.shell, said('Ask a Model')));
    } finally {
      await ask.close();
    }
  });

  describe('the preferences are right', () => {
    /** By page and look. */
    const found: Record<string, Record<string, readonly string[]>> = {};

    // A window for each look, which shows all pages one after the other.
    beforeAll(async () => {
      await states.connect('partial', states.here, states.away);
      for (const look of worn) {
        await wear(desktop, look);
        await dress(desktop, look);
        await settings.set('preferences-page', "''");
        await preferences.open(said('Connections'));
        for (const { name, says } of pages) {
          await settings.set('preferences-page', `'${name}'`);
          await preferences.shows(said(says[0] ?? ''));
          await desktop.shell.drawn();
          const fit = await fitOfWindow(desktop.shell, preferences);
          const picture = `preferences ${name.replace('/here', '')} ${languageName} ${look.name}`;
          (found[name] ??= {})[look.name] = await flawsOf(fit, picture, says);
        }
        await preferences.close();
      }
      await wear(desktop, looks.dark);
    });

    it.each(pages)('$name', ({ name }) => {
      expect(found[name]).toEqual(Object.fromEntries(worn.map((look) => [look.name, []])));
    });
  });
});
