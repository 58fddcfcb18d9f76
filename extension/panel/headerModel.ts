import type { BrokerSnapshot, ConnectionSnapshot } from '../broker/contract.js';
import { fill, type Translator } from '../broker/translator.js';
import { connectionStateInWords, failureInWords, presenceInWords } from '../broker/words.js';
import { nameOf } from './connectionName.js';
import { remedy, type RemedyModel } from './remedyModel.js';
import { routeInWords } from './routeModel.js';
import { isOnRoute, passedOver, servingConnection } from './serving.js';

/** What can be done about the service as a whole. */
export type BrokerRemedy = 'start' | 'install' | 'addConnection' | 'automatic';

/** The menu's first lines: what serves now, and why. */
export interface HeaderModel {
  readonly title: string;
  /** "" if the title says it all. */
  readonly subtitle: string;
  /** Where the configuration comes from if not from the settings, else "". */
  readonly note: string;
  /** Whether something went wrong that the subtitle tells. */
  readonly warning: boolean;
  readonly remedy: RemedyModel<BrokerRemedy> | null;
}

/**
 * What the header says of the service.
 *
 * @param mendable - whether something can be done about a connection, which is then offered beside it
 */
export function headerModel(
  broker: BrokerSnapshot,
  mendable: boolean,
  now: number,
  translator: Translator,
): HeaderModel {
  const { gettext: _ } = translator;
  const { presence, failure, configurationFile } = broker;
  // What is wrong with a pull is told where the model's name was typed.
  const failed = failure === null || failure.action === 'pull' ? '' : failureInWords(failure, translator);
  const running = presence === 'running';
  return {
    title: running ? servingTitle(broker, now, translator) : stateTitle(broker, translator),
    subtitle: failed || (running ? reasonOf(broker, now, translator) : absenceOf(broker, translator)),
    note: running && configurationFile ? fill(_('Configured by {file}'), { file: configurationFile }) : '',
    warning: failed !== '',
    remedy: running ? remedyOfRunning(broker, mendable, translator) : remedyOfAbsence(broker, translator),
  };
}

/** The state of the service in a few words, which stand for themselves. */
export function stateTitle(broker: BrokerSnapshot, translator: Translator): string {
  const { gettext: _ } = translator;
  const presence = presenceInWords(broker.presence, translator);
  if (presence) return presence;
  const serving = servingConnection(broker);
  if (serving && broker.state !== 'disconnected') {
    const connection = nameOf(serving);
    return broker.state === 'partial'
      ? fill(_('Partly connected, through {connection}'), { connection })
      : fill(_('Connected through {connection}'), { connection });
  }
  if (broker.connections.length === 0) return _('No connections yet');
  return broker.state === 'connecting' ? _('Connecting…') : _('Disconnected');
}

function servingTitle(broker: BrokerSnapshot, now: number, translator: Translator): string {
  const serving = servingConnection(broker);
  if (!serving || broker.state === 'disconnected') return stateTitle(broker, translator);
  if (serving.state !== 'connected' || serving.latency === 0) return nameOf(serving);
  return `${nameOf(serving)} · ${connectionStateInWords(serving, now, translator)}`;
}

/** Why it is this connection that serves, or why there is none. */
function reasonOf(broker: BrokerSnapshot, now: number, translator: Translator): string {
  const { gettext: _, ngettext } = translator;
  const { connections, route, state } = broker;
  const enabled = connections.filter((connection) => connection.enabled);
  if (connections.length === 0) return _('Add a server of models, your own or a provider’s.');
  if (enabled.length === 0) return _('All connections are switched off.');

  const others = passedOver(broker);
  const failing = others.find((connection) => isOnRoute(connection, route));
  if (!servingConnection(broker)) {
    if (state === 'connecting') return '';
    if (failing === undefined)
      return fill(_('No connection serves the route “{route}”.'), { route: routeName(broker, translator) });
    return enabled.length === 1 ? obstacleOf(failing, now, translator) : _('No connection answers.');
  }
  if (failing) return obstacleOf(failing, now, translator);
  if (others.length > 0) return fill(_('By the route “{route}”'), { route: routeName(broker, translator) });
  if (state !== 'partial') return _('Connected');

  const count = enabled.filter((connection) => connection.state === 'connected').length;
  const text = ngettext(
    '{count} of {total} connection answers',
    '{count} of {total} connections answer',
    enabled.length,
  );
  return fill(text, { count: String(count), total: String(enabled.length) });
}

function routeName(broker: BrokerSnapshot, translator: Translator): string {
  return routeInWords(broker.route, broker.connections, translator);
}

/** Why a connection serves nothing now, though it may. */
function obstacleOf(connection: ConnectionSnapshot, now: number, translator: Translator): string {
  const { gettext: _ } = translator;
  const name = nameOf(connection);
  switch (connection.state) {
    case 'unreachable':
      return fill(_('{connection} isn’t answering'), { connection: name });
    case 'connecting':
      return fill(_('{connection} isn’t connected yet'), { connection: name });
    case 'connected':
    case 'refused':
    case 'limited':
    case 'cooling':
    case 'disabled':
      // Translators: a connection, and its state in a few words
      return fill(_('{connection}: {state}'), {
        connection: name,
        state: connectionStateInWords(connection, now, translator),
      });
  }
}

function absenceOf({ presence }: BrokerSnapshot, { gettext: _ }: Translator): string {
  return presence === 'absent' ? _('The package “cloudtolocalllm” brings it.') : '';
}

function remedyOfAbsence({ presence }: BrokerSnapshot, { gettext: _ }: Translator): RemedyModel<BrokerRemedy> | null {
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

function remedyOfRunning(
  broker: BrokerSnapshot,
  mendable: boolean,
  { gettext: _ }: Translator,
): RemedyModel<BrokerRemedy> | null {
  const { connections, route, state, configurationFile } = broker;
  if (servingConnection(broker) || state === 'connecting') return null;
  if (connections.length > 0 && !connections.some((each) => each.enabled && isOnRoute(each, route))) {
    const others = connections.some((each) => each.enabled);
    return others ? remedy('automatic', _('Set the Route to Automatic')) : null;
  }
  // What a configuration file names isn't changed in the preferences.
  return mendable || configurationFile ? null : remedy('addConnection', _('Add a Connection'));
}
