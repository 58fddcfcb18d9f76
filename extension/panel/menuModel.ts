import type { BrokerSnapshot } from '../broker/contract.js';
import { type ConnectionItemModel, connectionModel, lacksOllama } from './connectionModel.js';
import { type HeaderModel, headerModel } from './headerModel.js';
import { type LoadedItemModel, loadedModels } from './loadedModel.js';
import type { MenuContext } from './menuContext.js';
import { type PullFormModel, pullFormModel, type PullItemModel, pullModels } from './pullModel.js';
import { type RouteModel, routeModel } from './routeModel.js';

/** Everything that the menu shows of the service, as plain data. */
export interface MenuModel {
  readonly header: HeaderModel;
  /** What of the configuration was left out, and why. */
  readonly problems: readonly string[];
  readonly connections: readonly ConnectionItemModel[];
  /** Null while there is nobody to tell a choice to. */
  readonly route: RouteModel | null;
  readonly loaded: readonly LoadedItemModel[];
  /** Null where no server fetches models. */
  readonly pullForm: PullFormModel | null;
  readonly pulls: readonly PullItemModel[];
  /** What to give to applications, "" while nothing listens there. */
  readonly address: string;
  /** Whether there is a service that could be started anew. */
  readonly restartable: boolean;
  /** Whether some of it changes by the clock alone. */
  readonly ticking: boolean;
}

/** What the menu shows of a state of the service. */
export function menuModel(broker: BrokerSnapshot, context: MenuContext): MenuModel {
  const { now, translator } = context;
  const running = broker.presence === 'running';
  // There is one Ollama to be started, whatever number of connections wait for one.
  const startable = broker.connections.find(lacksOllama);
  const connections = running
    ? broker.connections.map((each) =>
        connectionModel(each, each === startable ? broker.ollamaUnit : '', now, translator),
      )
    : [];
  const mendable = connections.some(({ remedy }) => remedy !== null);
  return {
    header: headerModel(broker, mendable, now, translator),
    problems: running ? broker.problems : [],
    connections,
    route: running && connections.length > 0 ? routeModel(broker, translator) : null,
    loaded: running ? loadedModels(broker.connections, context) : [],
    pullForm: running ? pullFormModel(broker, translator) : null,
    pulls: running ? pullModels(broker, translator) : [],
    address: running ? broker.address : '',
    restartable: running || broker.presence === 'silent',
    ticking: running && broker.connections.some(({ nextTry }) => nextTry > now),
  };
}
