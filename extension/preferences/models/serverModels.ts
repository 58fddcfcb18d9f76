import type { BrokerSnapshot } from '../../broker/contract.js';
import { sizeInWords } from '../../broker/size.js';
import { fill, type Translator } from '../../broker/translator.js';
import { connectionSummaryInWords } from '../../broker/words.js';
import { hindranceInWords } from '../tokenModel.js';

/** A model that a server has. */
export interface ServerModel {
  readonly name: string;
  /** What there is to know about it, "" for nothing. */
  readonly detail: string;
}

/** The models of a connection. */
export interface ServerModels {
  /** How many there are, or why none is known. */
  readonly state: string;
  /** Loaded ones first, then by name. */
  readonly models: readonly ServerModel[];
}

/** What to show of the models of the connection with this id. */
export function serverModels(broker: BrokerSnapshot, id: string, translator: Translator): ServerModels {
  const { gettext: _, ngettext } = translator;
  const connection = broker.connections.find((each) => each.id === id);
  if (broker.presence !== 'running' || connection === undefined) {
    return { state: hindranceInWords(broker, undefined, translator), models: [] };
  }
  const { models, loaded, state } = connection;
  if (models.length === 0) {
    const none = state === 'connected' ? _('It has no models yet') : connectionSummaryInWords(connection, translator);
    return { state: none, models: [] };
  }
  const count = fill(ngettext('{number} model', '{number} models', models.length), { number: String(models.length) });
  const inMemory = fill(ngettext('{number} in memory', '{number} in memory', loaded.length), {
    number: String(loaded.length),
  });
  const sorted = [...models].sort((one, other) => one.localeCompare(other));
  const described = sorted.map((name) => ({ name, size: loaded.find((model) => model.name === name)?.size }));
  const [there, others] = [described.filter(({ size }) => size !== undefined), described];
  return {
    state: loaded.length > 0 ? `${count} · ${inMemory}` : count,
    models: [...there, ...others.filter(({ size }) => size === undefined)].map(({ name, size }) => ({
      name,
      detail: size === undefined ? '' : memoryInWords(size, translator),
    })),
  };
}

function memoryInWords(bytes: number, translator: Translator): string {
  const { gettext: _ } = translator;
  if (bytes <= 0) return _('In memory');
  // Translators: how much memory a model takes, for instance "In memory, 4.7 GB"
  return fill(_('In memory, {size}'), { size: sizeInWords(bytes, translator) });
}
