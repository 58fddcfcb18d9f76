import { appImage } from './appimage.mjs';
import { arch } from './arch.mjs';
import { deb } from './deb.mjs';
import { rpm } from './rpm.mjs';
import { tarball } from './tarball.mjs';
import { zip } from './zip.mjs';

/**
 * Every format, in the order in which they are built: the tarball is what rpm's spec and Arch's PKGBUILD build from.
 * @typedef {object} Job
 *   @property {string} source the checkout
 *   @property {string} work a folder for what is made on the way
 *   @property {string} out where the packages go
 *   @property {number} date of all that is packaged (sourceDate.mjs)
 *   @property {string} licence that the service's package is under, with all that is bundled
 * @typedef {{ name: string, tools: string[], after?: string, build: (job: Job) => string[] | Promise<string[]> }} Format
 *   `tools` are Debian packages, `after` a format that it needs; `build` returns the files' names
 * @type {Format[]}
 */
export const formats = [tarball, zip, deb, rpm, arch, appImage];

/** The Debian packages that all of them need. */
export const packageTools = [...new Set(formats.flatMap(({ tools }) => tools))].sort();
