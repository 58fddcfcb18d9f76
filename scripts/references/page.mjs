/** What stands above a page that is made, for who would change it. */
export function made(from) {
  return `<!-- Made by \`npm run references\` from ${from}; what is changed here is lost. -->`;
}

/** A table in Markdown. @param {string[]} head @param {string[][]} rows of Markdown */
export function table(head, rows) {
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n');
}

/** Plain text as Markdown shows it. */
export function plain(text) {
  return text
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/[<>]/g, (sign) => (sign === '<' ? '&lt;' : '&gt;'));
}

/** What stands in a program, as Markdown shows it. */
export function code(text) {
  return `\`${text}\``;
}

function cell(text) {
  return text.replaceAll('|', '\\|');
}
