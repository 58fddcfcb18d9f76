// The folder that translations are kept in.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The languages that there are translations into, as gettext spells them.
 * @param {string} folder
 * @returns {string[]}
 */
export function languagesIn(folder) {
  return readFileSync(join(folder, 'LINGUAS'), 'utf8').split(/\s+/).filter(Boolean);
}
