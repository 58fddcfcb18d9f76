import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Answer, send } from '../http/sending.ts';
import { echoes } from './echoes.ts';
import { Household } from './household.ts';
import { pathOf, paths } from './paths.ts';

let house: Household;
beforeAll(async () => {
  house = await Household.open();
});
afterAll(async () => {
  await house.close();
});

/** Sends a request with a text that only its server may see, and who asked; its answer is noted. */
async function asked(name: string, when: string): Promise<Answer> {
  const { method, path, to, body, headers } = pathOf(name);
  const prompt = `the prompt of ${name}, ${when}`;
  const secret = house.canaries.prompt(prompt);
  const sent = body(secret);
  const answer = await send(house.broker, method, path(secret), {
    headers: { ...headers, 'x-cloudtolocalllm-route': to, authorization: `Bearer ${house.key}` },
    ...(sent && { body: sent }),
  });
  const told = `${answer.status} ${JSON.stringify(answer.headers)}\n${answer.bytes.toString('latin1')}`;
  house.evidence.note(`the answer to ${name}, ${when}`, told, [prompt]);
  return answer;
}

describe.each(Object.entries(echoes))('a server that answers with %s', (fault, answer) => {
  beforeEach(async () => {
    for (const { echo } of Object.values(house.servers)) {
      Object.assign(echo, { answer: undefined, heard: '' });
    }
    await house.refreshed();
  });

  it('gives away neither a token nor a prompt', async () => {
    for (const { echo } of Object.values(house.servers)) echo.answer = answer;
    await Promise.all(Object.keys(paths).map((name) => asked(name, fault)));
    // Else it says nothing that they don't.
    const heard = Object.values(house.servers)
      .map(({ echo }) => echo.heard)
      .join('\n');
    const repeated = new Set(house.canaries.foundIn(heard).map(({ canary }) => canary));
    expect(Object.keys(paths).filter((name) => !repeated.has(`the prompt of ${name}, ${fault}`))).toEqual([]);
    await house.noteStatus(`after ${fault}`);
    expect(house.evidence.report()).toBe('');
  });
});

it('nothing is left anywhere', async () => {
  await house.noteEverything();
  expect(house.evidence.report()).toBe('');
});
