import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { OllamaStandIn } from '../upstreams/ollama.ts';
import { Broker } from './lab/broker.ts';
import { useDesktop } from './lab/desktop.ts';
import { type Fit, fitOfMenu, fitOfWindow } from './lab/fit.ts';
import { speak, translate } from './lab/language.ts';
import { type Look, dress, looks, wear } from './lab/looks.ts';
import { Panel } from './lab/panel.ts';
import { Preferences } from './lab/preferences.ts';
import { type PseudoLanguage, longLanguage, rightToLeftLanguage, translationInto } from './lab/pseudoLanguage.ts';
import { type ConnectionSettings, Settings } from './lab/settings.ts';
import { until } from './lab/wait.ts';

const desktop = useDesktop();
const ollama = new OllamaStandIn();
let panel: Panel, broker: Broker, settings: Settings, preferences: Preferences;

beforeAll(async () => {
  panel = new Panel(desktop.shell);
  broker = new Broker(desktop.machine);
  settings = new Settings(desktop.machine);
  preferences = new Preferences(desktop);
  await ollama.start();
});
afterEach(async () => {
  // An open menu keeps the focus from windows, and the next look from the menu.
  await panel.close();
});
afterAll(async () => {
  await ollama.stop();
});

/** Names that were given to connections, which nobody translates. */
const given = { here: 'Workstation', away: 'Attic' };

/** What isn’t the extension’s to translate: names, addresses, what the broker says, and GTK’s own buttons. */
const others = new RegExp(
  [...Object.values(given), 'CloudToLocalLLM', 'https?:[^ )]+', 'Nothing is listening there', '^Close$'].join('|'),
  'g',
);

const answering = (): ConnectionSettings => ({ id: 'here', name: given.here, kind: 'ollama', url: ollama.origin });
const away: ConnectionSettings = { id: 'away', name: given.away, kind: 'ollama', url: 'http://127.0.0.1:9' };

/** Has the broker run with these connections, until the panel shows this icon. */
async function connect(icon: string, ...connections: ConnectionSettings[]): Promise<void> {
  await settings.setConnections(connections);
  await broker.systemctl('start');
  await until(`the icon “${icon}”`, async () => (await panel.indicator())?.icon === icon, { limit: 30 });
}

/** What the menu has to be right in: how to come there, and words that it says then. */
const menus = [
  {
    name: 'not-running',
    come: async () => {
      await broker.systemctl('stop');
      await until('the icon “idle”', async () => (await panel.indicator())?.icon === 'idle');
    },
    says: ['The broker isn’t running', 'Start the Broker', 'Settings'],
  },
  { name: 'connected', come: () => connect('connected', answering()), says: [given.here, 'Route', 'Settings'] },
  {
    name: 'partial',
    come: () => connect('partial', answering(), away),
    says: [given.here, given.away, 'Partly connected', 'Unreachable'],
  },
  { name: 'error', come: () => connect('error', away), says: [given.away, 'Disconnected', 'Unreachable'] },
];

/** The pages of the preferences: what is pressed to come there from the first one, and words on them. */
const pages = [{ name: 'connections', press: [], says: ['Connections', 'Routing', 'Automatic'] }];

/** Every language with the looks that may differ in it. */
const languages: { name: string; language: PseudoLanguage | null; worn: readonly Look[] }[] = [
  { name: 'english', language: null, worn: [looks.dark, looks.light, looks.contrast, looks.large] },
  { name: 'long', language: longLanguage, worn: [looks.dark] },
  { name: 'right-to-left', language: rightToLeftLanguage, worn: [looks.dark, looks.large] },
];

describe.each(languages)('in the language $name', ({ name: languageName, language, worn }) => {
  /** What a text of ours reads in this language. */
  const said = (text: string): string =>
    Object.values<string>(given).includes(text) ? text : (language?.of(text) ?? text);

  beforeAll(async () => {
    if (!language) return;
    await translate(desktop, language.locale, translationInto(language));
    await speak(desktop, language.locale);
  });

  /** In every look: shows it, checks it and keeps a picture. What is wrong is told of all looks at once. */
  async function holds(picture: string, says: readonly string[], show: (look: Look) => Promise<Fit>): Promise<void> {
    const flaws: Record<string, readonly string[]> = {};
    for (const look of worn) {
      await panel.close();
      await wear(desktop, look);
      const fit = await show(look);
      await desktop.shell.picture(`looks/${picture} ${languageName} ${look.name}`, fit.area);
      const missing = says.map(said).filter((text) => !fit.texts.some((each) => each.includes(text)));
      const untranslated = fit.texts.filter((text) => language?.english.test(text.replace(others, '')));
      flaws[look.name] = [
        ...fit.flaws,
        ...missing.map((text) => `“${text}” isn’t there.`),
        ...untranslated.map((text) => `“${text}” isn’t translated.`),
      ];
    }
    await wear(desktop, looks.dark);
    expect(flaws).toEqual(Object.fromEntries(worn.map((look) => [look.name, []])));
  }

  it.each(menus)('the menu is right: $name', async ({ name, come, says }) => {
    await come();
    await holds(`menu ${name}`, says, async () => {
      await panel.open();
      return fitOfMenu(desktop.shell);
    });
  });

  it.each(pages)('the preferences are right: $name', async ({ name, press, says }) => {
    await holds(`preferences ${name}`, says, async (look) => {
      await dress(desktop, look);
      await preferences.open(said('Connections'));
      for (const button of press) await preferences.press(said(button));
      return fitOfWindow(desktop.shell, preferences);
    });
    await preferences.close();
  });
});
