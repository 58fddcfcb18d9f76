import type { ChatFailure } from '../broker/chatContract.js';
import type { BrokerSnapshot } from '../broker/contract.js';
import { fill, type Translator } from '../broker/translator.js';
import { failureInWords, presenceInWords } from '../broker/words.js';
import type { Turn } from './conversation.js';
import { type ModelChoice, modelChoices } from './modelChoices.js';

/** What a person can do about what keeps them from asking. */
export type AskRemedy = 'start' | 'install' | 'settings';

/** Why nobody can be asked, and the way out. */
export interface NoticeModel {
  readonly title: string;
  readonly text: string;
  /** Null where one can only wait. */
  readonly remedy: { readonly intent: AskRemedy; readonly label: string } | null;
}

/** A question and its answer as they are shown. */
export interface TurnModel {
  readonly number: number;
  readonly question: string;
  readonly answer: string;
  /** Whether no more of the answer comes. */
  readonly ended: boolean;
  /** What goes on while nothing of the answer is there, else "". */
  readonly progress: string;
  /** Who answered, "" until that is known. */
  readonly credit: string;
  /** How the answer ended, if not as it should; else "". */
  readonly note: string;
  /** What is wrong, in the words of who knows, "" if nothing is. */
  readonly problem: string;
  /** Whether it can be asked again. */
  readonly canRetry: boolean;
}

/** Everything that the dialog shows, as plain data. */
export interface AskModel {
  readonly turns: readonly TurnModel[];
  readonly choices: readonly ModelChoice[];
  /** The model that is asked, "" if there is none. */
  readonly model: string;
  readonly notice: NoticeModel | null;
  readonly busy: boolean;
  readonly canAsk: boolean;
}

/**
 * What to show.
 *
 * @param broker - the service at this moment
 * @param turns - the conversation
 * @param chosen - the model that was chosen last, "" for none
 * @param translator - turns words into the user's language
 */
export function askModel(
  broker: BrokerSnapshot,
  turns: readonly Turn[],
  chosen: string,
  translator: Translator,
): AskModel {
  const choices = modelChoices(broker);
  const model = (choices.find(({ name }) => name === chosen) ?? choices[0])?.name ?? '';
  const notice = noticeOf(broker, choices, translator);
  const last = turns.at(-1);
  const busy = last !== undefined && !isEnded(last);
  const canAsk = notice === null && !busy;
  return {
    turns: turns.map((turn) => turnModel(turn, broker, canAsk && turn === last, translator)),
    choices,
    model,
    notice,
    busy,
    canAsk,
  };
}

function noticeOf(broker: BrokerSnapshot, choices: readonly ModelChoice[], translator: Translator): NoticeModel | null {
  const { gettext: _ } = translator;
  const text = broker.failure === null ? '' : failureInWords(broker.failure, translator);
  const title = presenceInWords(broker.presence, translator);
  switch (broker.presence) {
    case 'absent':
      return {
        title,
        text: _('The package “cloudtolocalllm” brings it.'),
        remedy: { intent: 'install', label: _('How to Install the Broker') },
      };
    case 'stopped':
      return { title, text, remedy: { intent: 'start', label: _('Start the Broker') } };
    case 'unknown':
    case 'starting':
    case 'silent':
      return { title, text, remedy: null };
    case 'running':
      return choices.length > 0 ? null : noModelNotice(broker, translator);
  }
}

function noModelNotice({ connections, state }: BrokerSnapshot, { gettext: _ }: Translator): NoticeModel {
  const remedy = { intent: 'settings', label: _('Settings') } as const;
  if (connections.length === 0) {
    return { title: _('There are no connections'), text: _('Add one in the settings.'), remedy };
  }
  if (state === 'connecting') return { title: _('Connecting…'), text: '', remedy: null };
  if (connections.some((connection) => connection.state === 'connected')) {
    return { title: _('There are no models'), text: _('Pull one, or add a connection that has some.'), remedy };
  }
  return { title: _('No connection answers'), text: _('The settings tell what is wrong with each.'), remedy };
}

function turnModel(turn: Turn, broker: BrokerSnapshot, canRetry: boolean, translator: Translator): TurnModel {
  const { number, question, answer, failure } = turn;
  return {
    number,
    question,
    answer,
    ended: isEnded(turn),
    progress: progressOf(turn, translator),
    credit: creditOf(turn, broker, translator),
    note: noteOf(turn, translator),
    problem: failure?.message ?? '',
    canRetry: canRetry && (turn.state === 'failed' || (turn.state === 'stopped' && answer === '')),
  };
}

function isEnded({ state }: Turn): boolean {
  return state === 'done' || state === 'stopped' || state === 'failed';
}

function progressOf({ state }: Turn, { gettext: _ }: Translator): string {
  // Translators: what a language model does before it answers
  if (state === 'thinking') return _('Thinking…');
  return state === 'waiting' ? _('Waiting for the model…') : '';
}

function creditOf(
  { model, connection, continuedBy }: Turn,
  broker: BrokerSnapshot,
  { gettext: _ }: Translator,
): string {
  if (connection === '') return '';
  const nameOf = (wanted: string) => {
    const { name = '' } = broker.connections.find(({ id }) => id === wanted) ?? {};
    return name === '' ? wanted : name;
  };
  const names = [connection, ...continuedBy].map(nameOf);
  // Translators: a connection that answered, and one that went on where it broke off
  const who = names.reduce((first, second) => fill(_('{first}, then {second}'), { first, second }));
  return `${who} · ${model}`;
}

function noteOf({ state, answer, finish, failure }: Turn, translator: Translator): string {
  const { gettext: _ } = translator;
  if (failure !== null) return failureNoteOf(failure, answer !== '', translator);
  if (state === 'stopped') return _('Stopped');
  if (state !== 'done') return '';
  if (finish === 'length')
    return _('The answer was cut off: the model had reached its limit. You can ask it to go on.');
  if (finish === 'withheld') return _('The provider withheld the rest of the answer.');
  return answer === '' ? _('The model gave no answer.') : '';
}

/** What became of the question, and what to do about it. */
function failureNoteOf({ kind, code }: ChatFailure, begun: boolean, { gettext: _ }: Translator): string {
  if (kind === 'unreached') return _('The broker wasn’t reached. Try again, or restart it.');
  switch (code) {
    case 'not_found':
    case 'model_not_found':
      return _('No connection has this model at the moment. Choose another one.');
    case 'context_length_exceeded':
      return _('The conversation is too long for this model. Begin a new one.');
    case 'rate_limit_exceeded':
      return _('Too much was asked for the moment. Wait a little and try again.');
    case 'content_filter':
      return _('The provider refuses to answer that. Ask in other words.');
    default:
      return begun
        ? _('The answer broke off. Try again, or ask another model.')
        : _('There is no answer. Try again, or ask another model.');
  }
}
