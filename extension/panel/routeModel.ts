import type { BrokerSnapshot, ConnectionSnapshot } from '../broker/contract.js';
import type { Translator } from '../broker/translator.js';
import { nameOfId } from './connectionName.js';
import { PLACES } from './serving.js';

/** One choice of the route. */
export interface RouteChoiceModel {
  readonly route: string;
  readonly label: string;
  readonly chosen: boolean;
}

/** The route in force, and what else can be chosen. */
export interface RouteModel {
  readonly chosen: string;
  readonly choices: readonly RouteChoiceModel[];
}

/** What to show of the route. */
export function routeModel({ route, connections }: BrokerSnapshot, translator: Translator): RouteModel {
  const ids = connections
    .filter(({ id, enabled }) => !PLACES.includes(id) && (enabled || id === route))
    .map(({ id }) => id);
  return {
    chosen: routeInWords(route, connections, translator),
    choices: [...PLACES, ...ids].map((each) => ({
      route: each,
      label: routeInWords(each, connections, translator),
      chosen: each === route,
    })),
  };
}

/** A route as people call it; one that nobody knows as the service does. */
export function routeInWords(
  route: string,
  connections: readonly ConnectionSnapshot[],
  { gettext: _ }: Translator,
): string {
  switch (route) {
    case 'automatic':
      return _('Automatic');
    case 'local':
      return _('Local Only');
    case 'cloud':
      return _('Cloud Only');
    default:
      return nameOfId(route, connections);
  }
}
