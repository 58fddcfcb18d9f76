import { fill, type Translator } from '../../broker/translator.js';
import { FORMAT } from './model.js';

/** Why a text can't be taken as a settings file. */
export type SettingsFileFlaw =
  | { readonly kind: 'notJson'; readonly reason: string }
  | { readonly kind: 'foreign' }
  | { readonly kind: 'newer'; readonly version: string }
  /** Something at this path is not as expected, which is told in words. */
  | { readonly kind: 'wrong'; readonly path: string; readonly expected: string };

/** A text that isn't a settings file, or not one that can be used. */
export class SettingsFileProblem extends Error {
  override readonly name = 'SettingsFileProblem';

  constructor(readonly flaw: SettingsFileFlaw) {
    super(flaw.kind);
  }
}

/** What is wrong with a settings file, and what was expected. */
export function settingsFileProblemInWords({ flaw }: SettingsFileProblem, { gettext: _ }: Translator): string {
  switch (flaw.kind) {
    case 'notJson':
      return fill(_('The file isn’t JSON: {reason}'), { reason: flaw.reason });
    case 'foreign':
      return _('The file holds no settings of CloudToLocalLLM. Those begin with “cloudtolocalllm”.');
    case 'newer':
      return fill(
        _('The file was written by a newer version, {version}, in a form later than {format}. Update first.'),
        {
          version: flaw.version,
          format: String(FORMAT),
        },
      );
    case 'wrong':
      // Translators: path is where in a file something is, for instance “connections[0].url”
      return fill(_('{path}: {expected}'), { path: flaw.path, expected: flaw.expected });
  }
}
