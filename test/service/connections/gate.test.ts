import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Busy } from '../../../service/connections/errors.js';
import { Gate } from '../../../service/connections/gate.js';
import { Cancelled } from '../../../service/connections/upstream.js';

const never = new AbortController().signal;

/** Sends requests to a gate and notes, in order, which are inside. */
class Visitors {
  readonly inside: string[] = [];
  readonly #leaving = new Map<string, () => void>();

  constructor(private readonly gate: Gate) {}

  async come(name: string, seconds = 0, signal = never): Promise<void> {
    this.#leaving.set(name, await this.gate.enter(seconds, signal));
    this.inside.push(name);
  }

  leave(name: string): void {
    this.#leaving.get(name)?.();
  }
}

describe('a gate', () => {
  it('lets as many in as it has places', async () => {
    const gate = new Gate(2, 'x');
    await gate.enter(0, never);
    expect(gate.full).toBe(false);
    await gate.enter(0, never);
    expect(gate.full).toBe(true);
  });

  it('without a limit is never full', async () => {
    const gate = new Gate(0, 'x');
    for (let entered = 0; entered < 100; entered += 1) await gate.enter(0, never);
    expect(gate.full).toBe(false);
  });

  it('lets those who wait in one for one, in the order in which they came', async () => {
    const visitors = new Visitors(new Gate(1, 'x'));
    await visitors.come('a');
    const b = visitors.come('b');
    const c = visitors.come('c');
    visitors.leave('a');
    await b;
    expect(visitors.inside).toEqual(['a', 'b']);
    visitors.leave('b');
    await c;
    expect(visitors.inside).toEqual(['a', 'b', 'c']);
  });

  it('gives a place to who waits before who comes later', async () => {
    const gate = new Gate(1, 'x');
    const visitors = new Visitors(gate);
    await visitors.come('a');
    const b = visitors.come('b');
    visitors.leave('a');
    const c = visitors.come('c');
    await b;
    expect(visitors.inside).toEqual(['a', 'b']);
    visitors.leave('b');
    await c;
  });

  it('takes a place back once, however often it is given back', async () => {
    const gate = new Gate(1, 'x');
    const leave = await gate.enter(0, never);
    leave();
    await gate.enter(0, never);
    leave();
    expect(gate.full).toBe(true);
  });

  it('lets nobody in who is gone already', async () => {
    const gate = new Gate(1, 'x');
    await expect(gate.enter(0, AbortSignal.abort())).rejects.toThrow(Cancelled);
    expect(gate.full).toBe(false);
  });

  it('passes over who went away while waiting', async () => {
    const visitors = new Visitors(new Gate(1, 'x'));
    await visitors.come('a');
    const gone = new AbortController();
    const b = visitors.come('b', 0, gone.signal);
    const c = visitors.come('c');
    gone.abort();
    await expect(b).rejects.toThrow(Cancelled);
    visitors.leave('a');
    await c;
    expect(visitors.inside).toEqual(['a', 'c']);
  });

  it('leaves alone who goes away inside', async () => {
    const gate = new Gate(1, 'x');
    const gone = new AbortController();
    const leave = await gate.enter(0, never);
    const second = gate.enter(0, gone.signal);
    leave();
    await second;
    gone.abort();
    expect(gate.full).toBe(true);
  });
});

// The limit is a timer of Node's: there is no clock to hand in.
describe('a gate’s limit of waiting', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('ends the wait, and says for whom and how long it was', async () => {
    const gate = new Gate(1, 'llama');
    await gate.enter(5, never);
    const waiting = expect(gate.enter(5, never)).rejects.toThrow(
      new Busy('llama answers 1 requests already, and none ended within 5 s'),
    );
    await vi.advanceTimersByTimeAsync(5000);
    await waiting;
  });

  it('isn’t over before its time', async () => {
    const visitors = new Visitors(new Gate(1, 'x'));
    await visitors.come('a');
    const b = visitors.come('b', 5);
    await vi.advanceTimersByTimeAsync(4999);
    visitors.leave('a');
    await b;
    expect(visitors.inside).toEqual(['a', 'b']);
  });

  it('passes the place to the next', async () => {
    const visitors = new Visitors(new Gate(1, 'x'));
    await visitors.come('a');
    const b = expect(visitors.come('b', 5)).rejects.toThrow(Busy);
    const c = visitors.come('c', 60);
    await vi.advanceTimersByTimeAsync(5000);
    await b;
    visitors.leave('a');
    await c;
    expect(visitors.inside).toEqual(['a', 'c']);
  });

  it('leaves no timer behind for who got in', async () => {
    const gate = new Gate(1, 'x');
    const leave = await gate.enter(5, never);
    const second = gate.enter(5, never);
    leave();
    await second;
    expect(vi.getTimerCount()).toBe(0);
  });

  it('leaves no timer behind for who went away', async () => {
    const gate = new Gate(1, 'x');
    const gone = new AbortController();
    await gate.enter(5, never);
    const second = gate.enter(5, gone.signal);
    gone.abort();
    await expect(second).rejects.toThrow(Cancelled);
    expect(vi.getTimerCount()).toBe(0);
  });
});
