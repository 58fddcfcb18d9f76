import { copyFileSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { made } from './folder.mjs';
import { run } from './run.mjs';
import { tarballName } from './tarball.mjs';
import { fromTemplate } from './template.mjs';

/** Packages for Fedora and its kin, from the release's tarball. */
export const rpm = {
  name: 'rpm',
  tools: ['rpm'],
  after: 'tarball',
  build({ source, work, out, date, licence }) {
    const folder = made(work, 'rpm');
    copyFileSync(join(out, tarballName), join(made(folder, 'SOURCES'), tarballName));
    const spec = join(folder, 'cloudtolocalllm.spec');
    writeFileSync(
      spec,
      fromTemplate(readFileSync(join(source, 'packaging/rpm/cloudtolocalllm.spec'), 'utf8'), {
        LICENSE: licence,
        TARBALL: tarballName,
        CHANGELOG_DATE: run('date', ['-u', '-d', `@${date}`, '+%a %b %d %Y'])
          .toString()
          .trim(),
      }),
    );
    const macros = {
      _topdir: folder,
      // Names, dates and order don't come from the machine that builds.
      _buildhost: 'reproducible',
      use_source_date_epoch_as_buildtime: '1',
      clamp_mtime_to_source_date_epoch: '1',
      source_date_epoch_from_changelog: '0',
      _binary_payload: 'w19.zstdio',
      // What would be looked for is not in Debian's database of packages.
      _enable_debug_packages: '0',
    };
    const defines = Object.entries(macros).flatMap(([name, value]) => ['--define', `${name} ${value}`]);
    run('rpmbuild', ['-bb', '--nodeps', ...defines, spec], { date, env: { HOME: folder } });
    const built = readdirSync(join(folder, 'RPMS/noarch')).sort();
    for (const name of built) copyFileSync(join(folder, 'RPMS/noarch', name), join(out, basename(name)));
    return built;
  },
};
