import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { send } from '../http/sending.ts';
import { echoes, type Echoing } from './echoes.ts';
import { Household } from './household.ts';
import { paths } from './paths.ts';

let house: Household;
beforeAll(async () => {
  house = await Household.open();
});
afterAll(async () => {
  await house.close();
});

/** A server that repeats its token in all that it says of itself. */
const lists: Echoing = ({ token }, response) => {
  const model = { id: `of-${token}`, name: `of-${token}`, model: token, details: { family: token }, [token]: token };
  const told = { version: `1 ${token}`, models: [model], data: [model], object: token };
  response.writeHead(200, { 'content-type': 'application/json', etag: token }).end(JSON.stringify(told));
};

describe.each(Object.entries({ ...echoes, 'all that it says': lists }))(
  'a check that is answered with %s',
  (name, answer) => {
    it('shows neither the token nor what was asked before', async () => {
      const prompt = house.canaries.prompt(`the prompt before ${name}`);
      for (const { echo } of Object.values(house.servers)) echo.answer = echoes['status 400'];
      const one = Object.fromEntries(Object.values(paths).map((path) => [path.to, path]));
      for (const { to, path, method, body, headers } of Object.values(one)) {
        const sent = body(prompt);
        await send(house.broker, method, path(prompt), {
          headers: { ...headers, 'x-cloudtolocalllm-route': to },
          ...(sent && { body: sent }),
        });
      }
      for (const { echo } of Object.values(house.servers)) Object.assign(echo, { checked: answer, heard: '' });
      const { connections } = await house.broker.status();
      for (const { id } of connections) await house.test(id);
      const heard = Object.values(house.servers).map(({ echo }) => echo.heard);
      // The proxied one has no token.
      expect(heard.filter((text) => house.canaries.foundIn(text).length > 0)).toHaveLength(connections.length);
      await house.noteStatus(`after ${name}`);
      for (const path of ['/api/tags', '/v1/models', '/api/ps', '/api/version']) {
        const { headers, bytes } = await send(house.broker, 'GET', path);
        house.evidence.note(`${path} after ${name}`, JSON.stringify(headers) + bytes.toString('latin1'));
      }
      for (const { echo } of Object.values(house.servers)) echo.checked = undefined;
      await house.noteEverything();
      expect(house.evidence.report()).toBe('');
    });
  },
);
