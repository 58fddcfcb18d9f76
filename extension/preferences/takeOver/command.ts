import Gio from 'gi://Gio';
import GLib from 'gi://GLib';

import { type Report, reportFrom } from './report.js';

/** Whether version 3 was ever used here; what is left of it, only the command knows. */
export function wasUsed(): boolean {
  return GLib.file_test(GLib.build_filenamev([GLib.get_home_dir(), '.cloudtolocalllm']), GLib.FileTest.IS_DIR);
}

/**
 * Takes over what version 3 left. The command does it and not the service, which may write nowhere in the home folder.
 *
 * @param dryRun - only to tell what that would be
 * @param cancellable - ends the wait
 */
export async function takeOver(dryRun: boolean, cancellable: Gio.Cancellable): Promise<Report> {
  const { STDOUT_PIPE, STDERR_PIPE } = Gio.SubprocessFlags;
  const flags: Gio.SubprocessFlags = STDOUT_PIPE | STDERR_PIPE;
  const command = [program(), 'import', '--json', ...(dryRun ? ['--dry-run'] : [])];
  const process = Gio.Subprocess.new(command, flags);
  const [told, said] = await printed(process, cancellable);
  try {
    return reportFrom(told);
  } catch {
    throw new Error(said.trim().replace(/^cloudtolocalllm: /, ''));
  }
}

/** Where npm run install:home puts it, which a session that began before that doesn't know. */
function program(): string {
  const home = GLib.build_filenamev([GLib.get_home_dir(), '.local', 'bin', 'cloudtolocalllm']);
  return GLib.find_program_in_path('cloudtolocalllm') ?? home;
}

function printed(process: Gio.Subprocess, cancellable: Gio.Cancellable): Promise<[string, string]> {
  return new Promise((resolve, reject) => {
    process.communicate_utf8_async(null, cancellable, (_process, result) => {
      try {
        const [, stdout, stderr] = process.communicate_utf8_finish(result);
        resolve([stdout, stderr]);
      } catch (error) {
        reject(error);
      }
    });
  });
}
