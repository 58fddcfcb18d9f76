import { beforeEach, describe, expect, it } from 'vitest';
import { Connection } from '../../../service/connections/connection.js';
import { FixedCredentials } from '../../../service/secrets/fixedCredentials.js';
import { releasing } from '../../support/releases.ts';
import { settingsOf } from '../../support/settings.ts';
import { OllamaStandIn } from '../../upstreams/ollama.ts';

const release = releasing();
let ollama: OllamaStandIn;
let connection: Connection;
let doubts: number;

beforeEach(async () => {
  doubts = 0;
  ollama = await new OllamaStandIn().start();
  release(() => ollama.stop());
  const settings = settingsOf({ id: 'home', kind: 'ollama', url: ollama.origin, models: { alias: 'qwen3:8b' } });
  const changed = (): void => undefined;
  const doubted = (): void => {
    doubts += 1;
  };
  connection = new Connection(settings, new FixedCredentials(undefined, {}), changed, doubted);
  release(() => {
    connection.close();
  });
  await connection.check();
});

describe('what is in memory is looked for again', () => {
  it('when a model answers that wasn’t there, but not at each of its answers', async () => {
    connection.used('llama3.2');
    connection.used('llama3.2');
    expect(doubts).toBe(1);
    await connection.check();
    connection.used('llama3.2');
    expect(doubts).toBe(1);
  });

  it('when it answers after it has left', async () => {
    connection.used('alias');
    ollama.loaded = ['qwen3:8b'];
    await connection.check();
    connection.used('alias');
    expect(doubts).toBe(1);
    ollama.loaded = [];
    await connection.check();
    connection.used('alias');
    expect(doubts).toBe(2);
  });
});
