import type { ConnectionSnapshot, LoadedModel } from '../broker/contract.js';
import { fill, type Translator } from '../broker/translator.js';
import { nameOf } from './connectionName.js';
import type { MenuContext } from './menuContext.js';
import { sizeInWords } from '../broker/size.js';

/** One model in a server's memory. */
export interface LoadedItemModel {
  /** What it is known by: its connection and its name. */
  readonly key: string;
  readonly connection: string;
  readonly model: string;
  /** Its size, where it is, and until when. */
  readonly details: string;
  readonly unload: { readonly label: string; readonly accessibleName: string };
}

/** What to show of the models in memory, of all connections. */
export function loadedModels(connections: readonly ConnectionSnapshot[], context: MenuContext): LoadedItemModel[] {
  const { gettext: _ } = context.translator;
  const holders = connections.filter(({ enabled, loaded }) => enabled && loaded.length > 0);
  return holders.flatMap((connection) =>
    connection.loaded.map((model) => ({
      key: `${connection.id} ${model.name}`,
      connection: connection.id,
      model: model.name,
      details: [
        // With one server there is no question whose memory it is.
        holders.length > 1 ? nameOf(connection) : '',
        model.size > 0 ? sizeInWords(model.size, context.translator) : '',
        placeInWords(model, context.translator),
        endInWords(model, context),
      ]
        .filter(Boolean)
        .join(' · '),
      unload: { label: _('Unload'), accessibleName: fill(_('Unload {model}'), { model: model.name }) },
    })),
  );
}

function placeInWords({ size, vram }: LoadedModel, { gettext: _ }: Translator): string {
  if (size <= 0) return '';
  if (vram <= 0) return _('CPU');
  // Translators: how much of a model is in the memory of the graphics card
  return fill(_('{percent} % GPU'), { percent: String(Math.min(100, Math.round((100 * vram) / size))) });
}

function endInWords({ expires }: LoadedModel, { now, clock, translator: { gettext: _ } }: MenuContext): string {
  if (expires === 0) return _('stays loaded');
  // It is about to go, and a time that has passed would only puzzle.
  return expires > now ? fill(_('until {time}'), { time: clock(expires) }) : '';
}
