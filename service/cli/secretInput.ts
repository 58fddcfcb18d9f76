import type { ReadStream } from 'node:tty';

/** A token is a line; nothing longer is one. Characters. */
const limit = 16 * 1024;

/** Nobody entered anything. */
export class NothingEntered extends Error {
  override readonly name = 'NothingEntered';
}

/**
 * Reads a secret: from a terminal, which doesn't show it, up to the end of the line; from anything else all there is.
 *
 * @param ask writes the question to a terminal
 * @throws {NothingEntered}
 */
export async function readSecret(
  input: NodeJS.ReadStream,
  ask: (text: string) => void,
  question: string,
): Promise<string> {
  const secret = input.isTTY ? await fromTerminal(input, ask, question) : await all(input);
  if (secret.trim() === '') throw new NothingEntered('no token was entered; nothing is changed');
  return secret;
}

async function all(input: NodeJS.ReadStream): Promise<string> {
  let text = '';
  for await (const chunk of input.setEncoding('utf8')) {
    text += String(chunk);
    if (text.length > limit) throw new NothingEntered('what was entered is too long for a token; nothing is changed');
  }
  return text;
}

function fromTerminal(input: ReadStream, ask: (text: string) => void, question: string): Promise<string> {
  ask(question);
  input.setRawMode(true);
  input.setEncoding('utf8');
  let text = '';
  return new Promise((resolve, reject) => {
    const finish = (settle: () => void): void => {
      input.off('data', take);
      input.setRawMode(false);
      input.pause();
      ask('\n');
      settle();
    };
    const take = (chunk: string): void => {
      for (const character of chunk) {
        if (character === '\r' || character === '\n' || character === '\u0004') {
          finish(() => {
            resolve(text);
          });
          return;
        }
        if (character === '\u0003') {
          finish(() => {
            reject(new NothingEntered('given up; nothing is changed'));
          });
          return;
        }
        // What backspace sends.
        text = character === '\u007f' || character === '\b' ? text.slice(0, -1) : (text + character).slice(0, limit);
      }
    };
    input.on('data', take);
  });
}
