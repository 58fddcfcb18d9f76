/** How a path is written into each kind of file, and what stands there for it. */
const fillings = {
  /** A unit's command line, where % and $ mean something and a space separates. */
  unit: (text, { node, library }) =>
    text
      .replace(/^# @NODE@.*\n/m, '')
      .replace('@NODE@', () => unitWord(node))
      .replace('@LIBRARY@/cloudtolocalllm.mjs', () => unitWord(`${library}/cloudtolocalllm.mjs`)),
  shell: (text, { node, library }) =>
    text
      .replace('@NODE@', () => shellWord(node))
      .replace('@LIBRARY@/cloudtolocalllm.mjs', () => shellWord(`${library}/cloudtolocalllm.mjs`)),
  /** Distributions want the interpreter by its path; one with a space can't be named, and `env` finds another. */
  script: (text, { node }) => (/\s/.test(node) ? text : text.replace('#!/usr/bin/env node', () => `#!${node}`)),
};

/**
 * A file's text with the places filled in.
 * @param {'unit' | 'shell' | 'script'} kind what the file is
 */
export function filled(kind, text, places) {
  return fillings[kind](text, places);
}

function shellWord(word) {
  return /^[\w./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

function unitWord(word) {
  const plain = word.replaceAll('%', '%%').replaceAll('$', '$$$$');
  return /[\s"'\\;]/.test(plain) ? `"${plain.replace(/["\\]/g, '\\$&')}"` : plain;
}
