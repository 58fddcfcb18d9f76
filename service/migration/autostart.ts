/** Programs that were the old daemon, by their names in commands. Not the chat application, which goes on. */
const oldDaemon =
  /(?:^|[/\s"'])(?:cloudtolocalllm-(?:enhanced-)?(?:tray|bridge|tunnel)\S*|(?:enhanced_)?tray_daemon(?:\.py)?|start_enhanced_daemon\.sh|tunnel_manager)\b/i;

/** Units that ran it. */
export const oldUnits: readonly string[] = ['cloudtolocalllm-tray.service', 'cloudtolocalllm-bridge.service'];

/** Whether an autostart entry (Desktop Application Autostart Specification) starts the old daemon at login. */
export function startsOldDaemon(entry: string): boolean {
  const values = mainGroup(entry);
  return values !== undefined && !/^Hidden\s*=\s*true\s*$/m.test(values) && oldDaemon.test(execOf(values));
}

/** The entry switched off, as the specification has it: with `Hidden`, so that it can be switched on again. */
export function hidden(entry: string): string {
  const group = mainGroup(entry) ?? '';
  const off = /^Hidden\s*=.*$/m.test(group)
    ? group.replace(/^Hidden\s*=.*$/m, 'Hidden=true')
    : `${group.replace(/\n*$/, '\n')}Hidden=true\n`;
  return entry.replace(group, () => off);
}

/** The lines of the group that says what is started. */
function mainGroup(entry: string): string | undefined {
  return /^\[Desktop Entry\]\s*\n(?:(?!\[).*\n?)*/m.exec(entry)?.[0];
}

function execOf(group: string): string {
  return /^Exec\s*=(.*)$/m.exec(group)?.[1] ?? '';
}
