import type Adw from 'gi://Adw';
import type Gio from 'gi://Gio';
import { gettext as _, ngettext } from 'resource:///org/gnome/Shell/Extensions/js/extensions/prefs.js';

import { asWords, CheckedEntryRow } from './checkedEntryRow.js';
import { expectedClient, expectedIssuer, expectedScopes } from './provider.js';

/**
 * The rows for what signing in at a provider needs.
 *
 * @param settings - where it is kept
 */
export function providerRows(settings: Gio.Settings): Adw.EntryRow[] {
  const translator = { gettext: _, ngettext };
  const checked =
    (expected: typeof expectedIssuer) =>
    (text: string): string =>
      expected(text, translator);
  const issuer = new CheckedEntryRow(_('Provider'), settings, 'sign-in-issuer', checked(expectedIssuer));
  issuer.tooltip_text = _('Address of an OpenID provider, for instance https://login.example.org');
  const client = new CheckedEntryRow(_('Client'), settings, 'sign-in-client', checked(expectedClient));
  client.tooltip_text = _('What the provider calls this application (client_id)');
  const scopes = new CheckedEntryRow(_('Scopes'), settings, 'sign-in-scopes', checked(expectedScopes), asWords);
  scopes.tooltip_text = _('What is asked for at the provider, with spaces between; may be empty');
  const audience = new CheckedEntryRow(_('Audience'), settings, 'sign-in-audience', () => '');
  audience.tooltip_text = _('What the token is for, where the provider wants to know; may be empty');
  return [issuer, client, scopes, audience];
}
