import type { BrokerSnapshot } from '../broker/contract.js';
import { fill, type Translator } from '../broker/translator.js';
import { failureInWords } from '../broker/words.js';

/** What there is to say above a page. */
export interface BannerModel {
  /** "" while there is nothing to say. */
  readonly title: string;
  /** What its button does, "" without one. */
  readonly action: '' | 'start' | 'details';
}

const NOTHING: BannerModel = { title: '', action: '' };

/** What there is to say of the service as long as it doesn't simply run with these settings. */
export function bannerModel(broker: BrokerSnapshot, translator: Translator): BannerModel {
  const { gettext: _, ngettext } = translator;
  const { presence, failure, configurationFile: file, problems } = broker;
  if (failure?.action === 'start' || failure?.action === 'restart') {
    return { title: failureInWords(failure, translator), action: presence === 'stopped' ? 'start' : '' };
  }
  switch (presence) {
    case 'absent':
      return { title: _('The broker isn’t installed. The package “cloudtolocalllm” brings it.'), action: '' };
    case 'stopped':
      return { title: _('The broker isn’t running. Settings apply once it does.'), action: 'start' };
    case 'starting':
      return { title: _('The broker is starting…'), action: '' };
    case 'silent':
      return { title: _('The broker doesn’t answer.'), action: '' };
    case 'unknown':
      return NOTHING;
    case 'running':
      break;
  }
  if (file !== '') {
    // Translators: file is the path of a file
    return { title: fill(_('The broker reads {file} instead of these settings.'), { file }), action: '' };
  }
  if (problems.length === 0) return NOTHING;
  const number = String(problems.length);
  const title = ngettext(
    'The broker can’t use {number} of these settings.',
    'The broker can’t use {number} of these settings.',
    problems.length,
  );
  return { title: fill(title, { number }), action: 'details' };
}
