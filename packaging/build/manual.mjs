/**
 * Fills a man page's commands in.
 * @param {string} page roff with @VERSION@, @DATE@, @COMMANDS@, @OPTIONS@ and @STATUSES@
 * @param {ReturnType<import('./help.mjs').parseHelp>} help
 */
export function manualPage(page, help, { version, date }) {
  const fillings = {
    '@VERSION@': version,
    '@DATE@': date,
    '@COMMANDS@': help.commands.map(told).join('\n'),
    '@OPTIONS@': help.general.map(told).join('\n'),
    '@STATUSES@': help.statuses
      .split(', ')
      .map((status) => /^(\d+) (.*)$/.exec(status))
      .map(([, number, text]) => `.TP\n.B ${number}\n${roff(text)}`)
      .join('\n'),
  };
  return page.replace(/@[A-Z]+@/g, (name) => fillings[name] ?? name);
}

function told({ usage, text, options = [] }) {
  // What stands in the command's own line has no line of its own.
  const own = options.filter((each) => each.text);
  return [
    `.TP\n.B ${roff(usage)}\n${roff(sentence(text))}`,
    ...(own.length ? ['.RS'] : []),
    ...own.map((each) => `.TP\n.B ${roff(each.usage)}\n${roff(sentence(each.text))}`),
    ...(own.length ? ['.RE'] : []),
  ].join('\n');
}

function sentence(text) {
  return `${text[0].toUpperCase()}${text.slice(1)}.`;
}

/** Plain text in roff: hyphens that can be copied, and no line that is taken for a request. */
function roff(text) {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll('…', '\\[u2026]')
    .replaceAll('’', '\\[cq]')
    .replace(/^([.'])/, '\\&$1');
}
