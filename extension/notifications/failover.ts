import type { BrokerSnapshot, ConnectionSnapshot } from '../broker/contract.js';
import { fill, type Translator } from '../broker/translator.js';
import { nameOf } from './names.js';
import type { Notice } from './notice.js';
import type { Fact } from './settling.js';

/** The key of the notice that a provider has taken over. */
export const FAILOVER = 'failover';

/** The own server that doesn’t answer any more, and the provider that does. */
export interface Failover {
  readonly lost: ConnectionSnapshot;
  readonly cloud: ConnectionSnapshot;
  /** Whether the own server is known to be away: one that is tried anew may be there again. */
  readonly certain: boolean;
}

/**
 * A provider that serves in place of an own server, which was preferred and is on the route; null if none does.
 *
 * @param answered - ids of the connections that have answered: one that never did is no news, and may just not be in use
 */
export function failoverOf(broker: BrokerSnapshot, answered: ReadonlySet<string>): Failover | null {
  // Any other route names who may serve.
  if (broker.route !== 'automatic') return null;
  const position = broker.connections.findIndex(({ path }) => path === broker.activeConnection);
  const cloud = broker.connections[position];
  if (cloud?.place !== 'cloud') return null;
  const own = broker.connections
    .slice(0, position)
    .filter(({ id, place, enabled }) => place === 'local' && enabled && answered.has(id));
  const away = own.find(({ state }) => state === 'unreachable' || state === 'cooling');
  const lost = away ?? own.find(({ state }) => state === 'connecting');
  return lost ? { lost, cloud, certain: away !== undefined } : null;
}

/** That a provider has taken over. */
export function failoverFact({ lost, cloud, certain }: Failover, { gettext: _ }: Translator): Fact {
  const names = { local: nameOf(lost), cloud: nameOf(cloud) };
  const notice: Notice = {
    key: FAILOVER,
    kind: 'failover',
    // Translators: {cloud} is a provider's name
    title: fill(_('{cloud} answers now'), names),
    // Translators: {local} is the name of a server of one's own
    body: fill(_('{local} stopped answering. Requests go to the provider until it’s back.'), names),
    action: { label: _('Try Again'), intent: { act: 'test', connection: lost.id } },
  };
  return { notice, certain, old: false };
}

/** That the own server serves again. */
export function backNotice({ lost, cloud }: Failover, { gettext: _ }: Translator): Notice {
  const names = { local: nameOf(lost), cloud: nameOf(cloud) };
  return {
    key: 'back',
    kind: 'failover',
    // Translators: {local} is the name of a server of one's own
    title: fill(_('{local} answers again'), names),
    // Translators: {cloud} is a provider's name
    body: fill(_('Requests no longer go to {cloud}.'), names),
    action: null,
  };
}
