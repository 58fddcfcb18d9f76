/**
 * The command line as its own --help tells it: man page and completions are made from this, so that a command can't be in
 * one and missing in another.
 * @typedef {{ usage: string, words: string[], options: { usage: string, name: string, short?: string, value?: string,
 *   shared: boolean, text: string }[], argument?: string, text: string }} Command
 *   `words` are what is typed (`token set`), `argument` is the first thing to fill in (`ID`)
 */

/**
 * Understands the text of --help.
 * @returns {{ commands: Command[], general: { usage: string, text: string }[], statuses: string }}
 */
export function parseHelp(help) {
  const commands = [];
  const general = [];
  let last;
  for (const line of help.split('\n')) {
    const [, indent, usage, text = ''] = /^( {2}| {6})(\S.*?)(?: {2,}(\S.*))?$/.exec(line) ?? [];
    if (/^ {8,}\S/.test(line) && last) last.text = `${last.text} ${line.trim()}`;
    else if (indent === undefined) last = undefined;
    else if (usage.startsWith('-') && indent.length === 2) general.push((last = { usage, text }));
    else if (usage.startsWith('-')) commands.at(-1).options.push((last = option(usage, text)));
    // An option that belongs to several commands is told once, after the last of them.
    else if (indent.length === 2) commands.push((last = command(usage, text)));
    else throw new Error(`--help has a line that is neither a command nor an option: ${line}`);
  }
  const statuses = /^Exit status: (.*)\.$/m.exec(help)?.[1];
  if (commands.length === 0 || statuses === undefined) throw new Error('--help has no commands, or no exit status.');
  return { commands: shareOptions(commands), general, statuses };
}

function command(usage, text) {
  const words = /^[a-z-]+(?: [a-z-]+)*/.exec(usage)[0].split(' ');
  const rest = usage.slice(words.join(' ').length);
  const inline = [...rest.matchAll(/\[(-[^\]]+)\]/g)].map(([, found]) => option(found, ''));
  const argument = /\b[A-Z]+\b/.exec(rest.replaceAll(/\[-[^\]]+\]/g, ''))?.[0];
  return { usage, words, options: inline, argument, text };
}

function option(usage, told) {
  const [, short, name, value] = /^(?:(-\w), )?(\S+)(?: (\S+))?$/.exec(usage);
  const [, shared, text] = /^(\(of all \w+\) )?(.*)$/.exec(told);
  return { usage, name, ...(short && { short }), ...(value && { value }), shared: shared !== undefined, text };
}

/** “(of all three)” before an option’s text has it belong to every command of the same first word. */
function shareOptions(commands) {
  return commands.map((each) => {
    const shared = commands
      .filter((other) => other !== each && other.words[0] === each.words[0])
      .flatMap(({ options }) => options.filter(({ shared }) => shared));
    return { ...each, options: [...each.options, ...shared] };
  });
}
