import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ModelServer, useModelServer } from '../desktop/lab/model-server.ts';
import { RunningBroker } from '../support/broker.ts';
import { type Answered, Asking } from './asking.ts';
import { Cable } from './cable.ts';

const near = useModelServer({ port: 18092, slow: true });
const timeouts = { connect: 2, firstByte: 10, idle: 5 };

describe('behind a network cable a llama-server', () => {
  let cable: Cable;
  let far: ModelServer;
  let broker: RunningBroker;
  let asking: Asking;
  let undisturbed: Answered;
  beforeAll(async () => {
    cable = await Cable.lay();
    far = new ModelServer({ host: Cable.far, port: 18091, slow: true, network: cable.network });
    await far.start();
    broker = await RunningBroker.start({
      config: {
        connections: [
          { id: 'far', kind: 'openai', url: far.url, timeouts },
          { id: 'near', kind: 'openai', url: near.url, timeouts },
        ],
      },
    });
    asking = new Asking(broker);
    undisturbed = await asking.streamed();
    expect(undisturbed).toMatchObject({ connection: 'far', finishes: ['length'] });
  });
  afterAll(async () => {
    await broker.release();
    await far.remove();
    await cable.remove();
  });
  beforeEach(() => broker.until((status) => status.activeConnection === 'far'));

  it('answers over a cable that loses and delays packets', async () => {
    await cable.disturb(0.05, 40);
    const answers = await Promise.all([asking.streamed(), asking.streamed(), asking.streamed()]);
    expect(answers).toEqual(answers.map(() => undisturbed));
    await cable.disturb(0, 0);
  });

  it('is cut off in the middle of an answer, and the near one goes on', async () => {
    expect(await asking.streamed(() => cable.cut())).toEqual(undisturbed);
    await broker.printed(/near goes on with the answer/);
    await cable.mend();
  });

  it('is cut off, and the near one answers', async () => {
    await cable.cut();
    expect(await asking.streamed()).toEqual({ ...undisturbed, connection: 'near' });
    await cable.mend();
  });

  it('is there again, and answers again', async () => {
    expect(await asking.streamed()).toEqual(undisturbed);
  });
});
