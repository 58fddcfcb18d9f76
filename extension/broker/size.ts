import { fill, type Translator } from './translator.js';

/** A number of bytes as people read it, in powers of 1000 as elsewhere on the desktop. */
export function sizeInWords(bytes: number, { gettext: _ }: Translator): string {
  // Translators: sizes of models and of what is loaded of them
  if (bytes < 999_500) return fill(_('{number} kB'), { number: rounded(bytes / 1e3, 0) });
  if (bytes < 999_500_000) return fill(_('{number} MB'), { number: rounded(bytes / 1e6, 0) });
  return fill(_('{number} GB'), { number: rounded(bytes / 1e9, 1) });
}

function rounded(value: number, digits: number): string {
  return value.toLocaleString(undefined, { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
