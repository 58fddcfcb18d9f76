import { expect, it } from 'vitest';
import { chatModel, type ChatSnapshot } from '../../extension/panel/chatModel.ts';
import { untranslated } from './untranslated.ts';

const chat: ChatSnapshot = { name: 'Chat', state: 'stopped', visible: false };

it.each([
  [chat, ['Launch Chat']],
  [{ ...chat, state: 'starting' }, ['Launch Chat']],
  [{ ...chat, state: 'running' }, ['Show Chat', 'Quit Chat']],
  [{ ...chat, state: 'running', visible: true }, ['Show Chat', 'Hide Chat', 'Quit Chat']],
  [null, []],
] as const)('of %j can be had: %j', (snapshot, labels) => {
  expect(chatModel(snapshot, untranslated).map(({ label }) => label)).toEqual(labels);
});

it('is not launched twice', () => {
  expect(chatModel({ ...chat, state: 'starting' }, untranslated)[0]?.sensitive).toBe(false);
  expect(chatModel(chat, untranslated)[0]?.sensitive).toBe(true);
});
