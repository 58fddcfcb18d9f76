import type { BrokerSnapshot, PullSnapshot } from '../broker/contract.js';
import { fill, type Translator } from '../broker/translator.js';
import { failureInWords } from '../broker/words.js';
import { nameOf, nameOfId } from './connectionName.js';
import { sizeInWords } from '../broker/size.js';

/** A server that can fetch models. */
export interface PullTarget {
  readonly id: string;
  readonly name: string;
}

/** Where a model's name is typed to be fetched. */
export interface PullFormModel {
  /** Never empty. */
  readonly targets: readonly PullTarget[];
  /** Why the last wish failed, else "". */
  readonly error: string;
}

/** A model that is being fetched, or was. */
export interface PullItemModel {
  readonly path: string;
  readonly model: string;
  readonly details: string;
  /** From 0 to 1; null once it has ended. */
  readonly progress: number | null;
  readonly end: { readonly label: string; readonly accessibleName: string };
}

/** What to show where a model can be fetched, null where none can. */
export function pullFormModel(broker: BrokerSnapshot, translator: Translator): PullFormModel | null {
  const targets = broker.connections
    .filter(({ enabled, kind, state }) => enabled && kind === 'ollama' && state === 'connected')
    .map((connection) => ({ id: connection.id, name: nameOf(connection) }));
  const failed = broker.failure?.action === 'pull' ? failureInWords(broker.failure, translator) : '';
  return targets.length > 0 ? { targets, error: failed } : null;
}

/** What to show of the models that are being fetched, or were until a minute ago. */
export function pullModels(
  { pulls, connections }: Pick<BrokerSnapshot, 'pulls' | 'connections'>,
  translator: Translator,
): PullItemModel[] {
  const { gettext: _ } = translator;
  const several = connections.filter(({ kind }) => kind === 'ollama').length > 1;
  return pulls.map((pull) => {
    const running = pull.state === 'running';
    const { path, model, completed, total } = pull;
    return {
      path,
      model,
      details: [several ? nameOfId(pull.connection, connections) : '', stateOf(pull, translator)]
        .filter(Boolean)
        .join(' · '),
      progress: running ? Math.min(1, completed / Math.max(1, total)) : null,
      end: running
        ? { label: _('Cancel'), accessibleName: fill(_('Cancel the pull of {model}'), { model }) }
        : { label: _('Dismiss'), accessibleName: fill(_('Dismiss the pull of {model}'), { model }) },
    };
  });
}

function stateOf({ state, step, completed, total, error }: PullSnapshot, translator: Translator): string {
  const { gettext: _ } = translator;
  switch (state) {
    case 'done':
      return _('Pulled');
    case 'cancelled':
      return _('Cancelled');
    case 'failed':
      return fill(_('Failed: {reason}'), { reason: error });
    case 'running':
      if (total === 0) return step || _('Starting…');
      return fill(_('{completed} of {total} · {percent} %'), {
        completed: sizeInWords(completed, translator),
        total: sizeInWords(total, translator),
        // Only what is whole is called so.
        percent: String(Math.min(100, Math.floor((100 * completed) / total))),
      });
  }
}
