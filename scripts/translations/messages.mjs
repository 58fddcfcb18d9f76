// Finds the texts to translate in TypeScript sources.
import ts from 'typescript';
import { TranslationError } from './errors.mjs';

/**
 * A text to translate, and all that translators are told of it.
 * @typedef {{context: string, id: string, plural: string, references: string[], comments: string[]}} Message
 */

/** What the arguments of each translating function are, in order. */
const functions = new Map([
  ['_', ['id']],
  ['gettext', ['id']],
  ['ngettext', ['id', 'plural']],
  ['pgettext', ['context', 'id']],
  ['npgettext', ['context', 'id', 'plural']],
]);

/**
 * The texts that a source has translated, in its order.
 * @param {string} path how the file is called in what translators read
 * @param {string} text
 * @returns {Message[]}
 * @throws {TranslationError}
 */
export function messagesIn(path, text) {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const calls = callsIn(source);
  const said = commentsIn(source).flatMap(({ start, comment }) => {
    const next = calls.find((call) => call.start > start);
    if (!next) fail(source, start, 'This comment for translators stands before no text.');
    // Also for the other texts that begin on the same line.
    return calls.filter((call) => call.start > start && call.line === next.line).map((call) => ({ call, comment }));
  });
  return calls.map((call) => ({
    ...{ context: '', plural: '', ...call.texts },
    references: [path],
    comments: said.filter((each) => each.call === call).map(({ comment }) => comment),
  }));
}

/**
 * The same with every text once, as translators get it: one text of one context has one translation.
 * @param {Message[]} messages
 * @returns {Message[]}
 * @throws {TranslationError} when a text has two plurals
 */
export function merged(messages) {
  /** @type {Map<string, Message>} */
  const found = new Map();
  for (const message of messages) {
    const key = JSON.stringify([message.context, message.id]);
    const known = found.get(key) ?? { ...message, references: [], comments: [] };
    if (known.plural && message.plural && known.plural !== message.plural) {
      throw new TranslationError(
        `${message.references[0]}: “${message.id}” has another plural here than in ${known.references[0]}.`,
      );
    }
    found.set(key, {
      ...known,
      plural: known.plural || message.plural,
      references: [...new Set([...known.references, ...message.references])],
      comments: [...new Set([...known.comments, ...message.comments])],
    });
  }
  return [...found.values()];
}

/** The calls of translating functions, in order. */
function callsIn(source) {
  const found = [];
  const visit = (node) => {
    refuseOtherNames(source, node);
    const parameters = ts.isCallExpression(node) && functions.get(nameOf(node.expression));
    if (parameters) {
      const texts = parameters.map((name, index) => [name, literal(source, node, node.arguments[index])]);
      const start = node.getStart(source);
      found.push({ start, line: lineOf(source, start), texts: Object.fromEntries(texts) });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found.sort((one, other) => one.start - other.start);
}

/** The name by which something is called: also as a member, as in `translator.ngettext(…)`. */
function nameOf(callee) {
  if (ts.isIdentifier(callee)) return callee.text;
  return ts.isPropertyAccessExpression(callee) && callee.name.text !== '_' ? callee.name.text : '';
}

/** Under a name of its own, a translating function would go unnoticed here. */
function refuseOtherNames(source, node) {
  if (!ts.isImportSpecifier(node) && !ts.isBindingElement(node)) return;
  if (!node.propertyName || !ts.isIdentifier(node.propertyName) || !ts.isIdentifier(node.name)) return;
  const [name, alias] = [node.propertyName.text, node.name.text];
  if (!functions.has(name) || alias === name || (name === 'gettext' && alias === '_')) return;
  fail(source, node.getStart(source), `${name} is called “${alias}” here, under which its texts aren’t found.`);
}

/** What an argument says; only what stands in the source can be translated. */
function literal(source, call, argument) {
  if (argument && ts.isStringLiteralLike(argument) && argument.text !== '') return argument.text;
  const place = (argument ?? call).getStart(source);
  fail(source, place, 'What is to be translated has to be a text that stands here, in quotation marks.');
}

/** The comments that begin with “Translators:”, each with the line comments that continue it. */
function commentsIn(source) {
  const ranges = new Map();
  const visit = (node) => {
    for (const range of ts.getLeadingCommentRanges(source.text, node.getFullStart()) ?? [])
      ranges.set(range.pos, range);
    for (const range of ts.getTrailingCommentRanges(source.text, node.getEnd()) ?? []) ranges.set(range.pos, range);
    node.getChildren(source).forEach(visit);
  };
  visit(source);

  const found = [];
  for (const { pos, end } of [...ranges.values()].sort((one, other) => one.pos - other.pos)) {
    const [line, comment] = [lineOf(source, pos), bare(source.text.slice(pos, end))];
    const last = found.at(-1);
    if (comment.startsWith('Translators:')) found.push({ start: pos, comment, line: lineOf(source, end) });
    else if (last?.line === line - 1) Object.assign(last, { comment: `${last.comment} ${comment}`, line });
  }
  return found;
}

/** A comment without what makes it one. */
function bare(comment) {
  return comment
    .replace(/^\/\/|^\/\*+|\*\/$/g, '')
    .replace(/\s*\n\s*\*?\s*/g, ' ')
    .trim();
}

function lineOf(source, position) {
  return source.getLineAndCharacterOfPosition(position).line + 1;
}

/** @returns {never} */
function fail(source, position, problem) {
  throw new TranslationError(`${source.fileName}:${lineOf(source, position)}: ${problem}`);
}
