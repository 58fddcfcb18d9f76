import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Keeper } from '../../../service/signIn/keeper.ts';
import { Shelf } from './person.ts';

let shelf: Shelf;
let keeper: Keeper;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  shelf = new Shelf();
  keeper = new Keeper(shelf);
});
afterEach(() => {
  vi.useRealTimers();
});

it('does one thing after the other, whatever became of the one before', async () => {
  shelf.problem = 'it is locked';
  expect(await keeper.keep('one')).toBe('it is locked');
  shelf.problem = undefined;
  expect(await Promise.all([keeper.keep('two'), keeper.keep('three'), keeper.forget()])).toEqual(['', '', '']);
  expect(shelf.kept).toEqual(['two', 'three']);
  expect(shelf.stored).toBeUndefined();
});

it('lets nobody wait for a keyring that waits for a person, and does it all when that has come', async () => {
  let unlock = (): void => undefined;
  shelf.held = new Promise((resolve) => {
    unlock = resolve;
  });
  const kept = keeper.keep('one');
  const forgotten = keeper.forget();
  await vi.advanceTimersByTimeAsync(5000);
  expect(await kept).toMatch(/has not answered for 5 s; is the keyring locked\?/);
  expect(await forgotten).toMatch(/has not answered/);
  unlock();
  expect(await keeper.keep('two')).toBe('');
  expect(shelf.kept).toEqual(['one', 'two']);
});
