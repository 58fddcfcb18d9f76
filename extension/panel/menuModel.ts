import type { BrokerSnapshot, ConnectionSnapshot } from '../broker/contract.js';
import { fill, type Translator } from '../broker/translator.js';
import { connectionErrorInWords, connectionStateInWords, failureInWords, presenceInWords } from '../broker/words.js';
import { type CredentialsRemedy, credentialsRemedy } from './credentialsRemedy.js';
import { remedy, type RemedyModel } from './remedyModel.js';

/** The indicator's pictures, which differ in shape and not only in colour. */
export type IndicatorIcon = 'idle' | 'connecting' | 'connected' | 'partial' | 'error';

/** One line of the list of connections. */
export interface ConnectionItemModel {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  /** What is wrong, "" when nothing is. */
  readonly error: string;
  readonly dimmed: boolean;
  /** What a person can do about its credentials, null if nothing needs to be done. */
  readonly remedy: RemedyModel<CredentialsRemedy> | null;
}

/** One choice of the route. */
export interface RouteChoiceModel {
  readonly route: string;
  readonly label: string;
  readonly chosen: boolean;
}

/** What can be done about a service that doesn't run. */
export type BrokerRemedy = 'start' | 'install';

/** Everything that indicator and menu show, as plain data. */
export interface MenuModel {
  readonly icon: IndicatorIcon;
  readonly accessibleName: string;
  readonly title: string;
  readonly subtitle: string;
  readonly remedy: RemedyModel<BrokerRemedy> | null;
  readonly connections: readonly ConnectionItemModel[];
  readonly route: string;
  /** Empty while there is nobody to tell a choice to. */
  readonly routes: readonly RouteChoiceModel[];
  /** Whether some of it changes by the clock alone. */
  readonly ticking: boolean;
}

/** Ids that, as a route, mean something else than the connection. */
const SHADOWED = ['automatic', 'local', 'cloud'];

/**
 * What to show for a state of the service.
 *
 * @param broker - the service at this moment
 * @param order - ids of the configured connections, the preferred one first
 * @param now - the time of day, seconds since 1970
 * @param translator - turns words into the user's language
 */
export function menuModel(
  broker: BrokerSnapshot,
  order: readonly string[],
  now: number,
  translator: Translator,
): MenuModel {
  const { gettext: _ } = translator;
  const connections = broker.presence === 'running' ? sorted(broker.connections, order) : [];
  const routes = broker.presence === 'running' ? routeChoices(broker.route, connections, translator) : [];
  const title = titleOf(broker, translator);
  const reason = broker.failure === null ? '' : failureInWords(broker.failure, translator);
  return {
    icon: iconOf(broker),
    accessibleName: fill(_('CloudToLocalLLM: {state}'), { state: title }),
    title,
    subtitle: reason || subtitleOf(broker, translator),
    remedy: remedyOf(broker, translator),
    connections: connections.map((connection) => ({
      id: connection.id,
      name: connection.name || connection.id,
      state: connectionStateInWords(connection, now, translator),
      error: connectionErrorInWords(connection),
      dimmed: connection.state === 'disabled' || !connection.enabled,
      remedy: credentialsRemedy(connection, translator),
    })),
    route: routes.find((choice) => choice.chosen)?.label ?? broker.route,
    routes,
    ticking: connections.some(({ nextTry }) => nextTry > now),
  };
}

function iconOf(broker: BrokerSnapshot): IndicatorIcon {
  switch (broker.presence) {
    case 'unknown':
    case 'absent':
    case 'stopped':
      return broker.failure === null ? 'idle' : 'error';
    case 'starting':
      return 'connecting';
    case 'silent':
      return 'error';
    case 'running':
      return broker.state === 'disconnected' ? 'error' : broker.state;
  }
}

function titleOf(broker: BrokerSnapshot, translator: Translator): string {
  return presenceInWords(broker.presence, translator) || connectedTitleOf(broker, translator);
}

function connectedTitleOf(broker: BrokerSnapshot, { gettext: _ }: Translator): string {
  const active = activeConnectionOf(broker);
  switch (broker.state) {
    case 'connected':
      return active ? fill(_('Connected through {connection}'), { connection: active.name }) : _('Connected');
    case 'partial':
      return active
        ? fill(_('Partly connected, through {connection}'), { connection: active.name })
        : _('Partly connected');
    case 'connecting':
      return _('Connecting…');
    case 'disconnected':
      return _('Disconnected');
  }
}

function subtitleOf(broker: BrokerSnapshot, { gettext: _, ngettext }: Translator): string {
  switch (broker.presence) {
    case 'absent':
      return _('The package “cloudtolocalllm” brings it.');
    case 'unknown':
    case 'stopped':
    case 'starting':
    case 'silent':
      return '';
    case 'running':
      break;
  }
  const enabled = broker.connections.filter((connection) => connection.enabled);
  if (broker.connections.length === 0) return _('There are no connections. Add one in the settings.');
  if (enabled.length === 0) return _('All connections are switched off.');
  if (broker.state === 'disconnected') return _('No connection answers.');
  if (broker.state === 'connecting') return broker.address;
  if (!activeConnectionOf(broker)) return _('No connection serves the chosen route.');
  if (broker.state === 'connected') return broker.address;

  const count = enabled.filter((connection) => connection.state === 'connected').length;
  const text = ngettext(
    '{count} of {total} connection answers',
    '{count} of {total} connections answer',
    enabled.length,
  );
  return fill(text, { count: String(count), total: String(enabled.length) });
}

function remedyOf({ presence }: BrokerSnapshot, { gettext: _ }: Translator): RemedyModel<BrokerRemedy> | null {
  switch (presence) {
    case 'absent':
      return remedy('install', _('How to Install the Broker'));
    case 'stopped':
      return remedy('start', _('Start the Broker'));
    case 'starting':
      return { ...remedy('start', _('Start the Broker')), sensitive: false };
    case 'unknown':
    case 'silent':
    case 'running':
      return null;
  }
}

function routeChoices(
  route: string,
  connections: readonly ConnectionSnapshot[],
  { gettext: _ }: Translator,
): RouteChoiceModel[] {
  const choices = [
    { route: 'automatic', label: _('Automatic') },
    { route: 'local', label: _('Local Only') },
    { route: 'cloud', label: _('Cloud Only') },
    ...connections
      .filter(({ id, enabled }) => !SHADOWED.includes(id) && (enabled || id === route))
      .map((connection) => ({ route: connection.id, label: connection.name || connection.id })),
  ];
  return choices.map((choice) => ({ ...choice, chosen: choice.route === route }));
}

function activeConnectionOf(broker: BrokerSnapshot): ConnectionSnapshot | undefined {
  return broker.connections.find((connection) => connection.path === broker.activeConnection);
}

/** Connections in order of preference; those the settings don't know come last, as the service tells them. */
function sorted(connections: readonly ConnectionSnapshot[], order: readonly string[]): ConnectionSnapshot[] {
  const rank = ({ id }: ConnectionSnapshot) => (order.includes(id) ? order.indexOf(id) : order.length);
  return connections.toSorted((a, b) => rank(a) - rank(b));
}
