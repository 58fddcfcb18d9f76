import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { useModelServer } from '../desktop/lab/model-server.ts';
import { RunningBroker } from '../support/broker.ts';
import { type Answered, Asking } from './asking.ts';

const first = useModelServer({ port: 18091, slow: true });
const second = useModelServer({ port: 18092, slow: true });
const timeouts = { connect: 2, firstByte: 10, idle: 2 };

/** What every answer is that is whole, whoever gives it. */
let undisturbed: Answered;

describe('of two llama-servers the first', () => {
  let broker: RunningBroker;
  let asking: Asking;
  beforeAll(async () => {
    broker = await RunningBroker.start({
      config: {
        connections: [
          { id: 'first', kind: 'openai', url: first.url, timeouts },
          { id: 'second', kind: 'openai', url: second.url, timeouts },
        ],
      },
    });
    asking = new Asking(broker);
    undisturbed = await asking.whole();
    expect(undisturbed).toMatchObject({ connection: 'first', finishes: ['length'] });
  });
  afterAll(() => broker.release());
  beforeEach(async () => {
    if ((await first.health()) === 0) await first.start();
    await broker.until((status) => status.activeConnection === 'first');
  });

  it('is killed, and the second answers', async () => {
    await first.stop();
    expect(await asking.streamed()).toEqual({ ...undisturbed, connection: 'second' });
    expect(await asking.whole()).toEqual({ ...undisturbed, connection: 'second' });
  });

  it('is killed in the middle of an answer, and the second goes on as the first would have', async () => {
    const answered = await asking.streamed(() => first.stop());
    expect(answered).toEqual({ ...undisturbed, connection: 'first' });
    await broker.printed(/second goes on with the answer/);
  });

  it('is started again, and answers again', async () => {
    await first.stop();
    await broker.until((status) => status.activeConnection === 'second');
    await first.start();
    await broker.until((status) => status.activeConnection === 'first');
    expect(await asking.streamed()).toEqual({ ...undisturbed, connection: 'first' });
  });

  it('hangs, and the second answers', async () => {
    first.freeze();
    try {
      expect(await asking.streamed()).toEqual({ ...undisturbed, connection: 'second' });
    } finally {
      first.thaw();
    }
  });

  it('hangs in the middle of an answer, and the second goes on', async () => {
    try {
      const answered = await asking.streamed(() => {
        first.freeze();
      });
      expect(answered).toEqual({ ...undisturbed, connection: 'first' });
    } finally {
      first.thaw();
    }
  });

  it('is let alone as soon as the application goes', async () => {
    const answered = await asking.streamed((leave) => {
      leave.abort();
    });
    expect(answered.finishes).toEqual([]);
    await broker.until((status) => status.requestsInFlight === 0);
    await expect.poll(() => first.working(), { timeout: 10_000 }).toBe(0);
  });
});

describe('a llama-server on its own', () => {
  let broker: RunningBroker;
  let asking: Asking;
  beforeAll(async () => {
    await second.stop();
    broker = await RunningBroker.start({
      config: { connections: [{ id: 'first', kind: 'openai', url: first.url, timeouts }] },
    });
    asking = new Asking(broker);
  });
  afterAll(() => broker.release());

  it('is killed in the middle of an answer, which does not look whole', async () => {
    const answered = await asking.streamed(() => first.stop());
    expect(answered.error?.message).toMatch(/broke off in the middle of its answer/);
    expect(answered.finishes).toEqual([]);
    expect(undisturbed.text.startsWith(answered.text)).toBe(true);
  });

  it('is started again, and is waited for while it loads its model', async () => {
    await first.startLoading();
    expect(await asking.streamed()).toEqual({ ...undisturbed, connection: 'first' });
  });
});
