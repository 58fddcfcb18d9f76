import { cpSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathsBelow, made, settle } from './folder.mjs';
import { run } from './run.mjs';

/**
 * The extension as extensions.gnome.org takes it and `gnome-extensions install` installs it: what is in dist/extension, and
 * nothing else. Both compile the schemas.
 */
export const zip = {
  name: 'zip',
  tools: ['zip'],
  build({ source, work, out, date }) {
    const folder = made(work, 'zip');
    cpSync(join(source, 'dist/extension'), folder, { recursive: true });
    settle(folder, date);
    const name = `${JSON.parse(readFileSync(join(folder, 'metadata.json'), 'utf8')).uuid}.shell-extension.zip`;
    rmSync(join(out, name), { force: true });
    // -X: without owners and finer dates; -D: without entries for folders; in this order.
    run('zip', ['-q', '-9', '-X', '-D', '-@', join(out, name)], { cwd: folder, input: pathsBelow(folder).join('\n') });
    return [name];
  },
};
