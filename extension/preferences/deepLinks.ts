import type Adw from 'gi://Adw';
import type Gio from 'gi://Gio';

import { readDeepLink } from './deepLink.js';

const KEY = 'preferences-page';

/** What can be shown above the window's pages when somebody asks for it. */
export interface Shown {
  readonly connection: (id: string) => void;
  readonly log: () => void;
}

/** Brings the window to where the menu in the panel wants it, now and as long as it is open. */
export function followDeepLinks(window: Adw.PreferencesWindow, settings: Gio.Settings, shown: Shown): void {
  const follow = () => {
    const wanted = settings.get_string(KEY);
    if (wanted === '') return;
    settings.reset(KEY);
    const link = readDeepLink(wanted);
    if (link === null) return;
    // What is above the pages would stay in front.
    window.pop_subpage();
    window.set_visible_page_name(link.page);
    if (link.above === null) return;
    if ('log' in link.above) shown.log();
    else shown.connection(link.above.connection);
  };
  const following = settings.connect(`changed::${KEY}`, follow);
  window.connect('close-request', () => {
    settings.disconnect(following);
    return false;
  });
  follow();
}
