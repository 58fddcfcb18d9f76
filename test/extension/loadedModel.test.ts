import { expect, it } from 'vitest';
import type { LoadedModel } from '../../extension/broker/contract.ts';
import { loadedModels } from '../../extension/panel/loadedModel.ts';
import { sizeInWords } from '../../extension/broker/size.ts';
import { connection } from './connection.ts';
import { untranslated } from './untranslated.ts';

/** Seconds since 1970. */
const now = 1_800_000_000;
const context = { now, clock: (moment: number) => `clock ${moment - now}`, translator: untranslated };
const loaded: LoadedModel = { name: 'llama3.2:latest', size: 4_000_000_000, vram: 3_000_000_000, expires: now + 60 };

const details = (values: Partial<LoadedModel>) =>
  loadedModels([connection('a', { loaded: [{ ...loaded, ...values }] })], context)[0]?.details;

it.each([
  [{}, '4.0 GB · 75 % GPU · until clock 60'],
  [{ vram: 4_000_000_000 }, '4.0 GB · 100 % GPU · until clock 60'],
  [{ vram: 4_100_000_000 }, '4.0 GB · 100 % GPU · until clock 60'],
  [{ vram: 0 }, '4.0 GB · CPU · until clock 60'],
  [{ size: 0 }, 'until clock 60'],
  [{ expires: 0 }, '4.0 GB · 75 % GPU · stays loaded'],
  [{ expires: now - 1 }, '4.0 GB · 75 % GPU'],
] as const)('a loaded model with %j reads “%s”', (values, words) => {
  expect(details(values)).toBe(words);
});

it('shows those of all connections, and whose they are if there are several', () => {
  const connections = [
    connection('a', { loaded: [loaded] }),
    connection('b', { name: 'Workstation', loaded: [{ ...loaded, name: 'qwen3:8b' }, loaded] }),
    connection('c'),
  ];
  expect(loadedModels(connections, context).map(({ key, connection: id, model }) => [key, id, model])).toEqual([
    ['a llama3.2:latest', 'a', 'llama3.2:latest'],
    ['b qwen3:8b', 'b', 'qwen3:8b'],
    ['b llama3.2:latest', 'b', 'llama3.2:latest'],
  ]);
  expect(loadedModels(connections, context)[1]?.details).toBe('Workstation · 4.0 GB · 75 % GPU · until clock 60');
});

it('shows nothing of a connection that is switched off', () => {
  expect(loadedModels([connection('a', { enabled: false, loaded: [loaded] })], context)).toEqual([]);
});

it('names the model to a screen reader at its button', () => {
  const [item] = loadedModels([connection('a', { loaded: [loaded] })], context);
  expect(item?.unload).toEqual({ label: 'Unload', accessibleName: 'Unload llama3.2:latest' });
});

it.each([
  [0, '0 kB'],
  [1_499, '1 kB'],
  [999_499, '999 kB'],
  [999_500, '1 MB'],
  [815_000_000, '815 MB'],
  [999_500_000, '1.0 GB'],
  [2_019_393_189, '2.0 GB'],
  [1_404_000_000_000, '1,404.0 GB'],
])('%s bytes read “%s”', (bytes, words) => {
  expect(sizeInWords(bytes, untranslated)).toBe(words);
});
