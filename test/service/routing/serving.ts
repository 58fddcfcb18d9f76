import type { TestContext } from 'vitest';
import type { Dialect } from '../../../service/dialects/dialect.js';
import { RunningBroker } from '../../support/broker.ts';
import { AnthropicStandIn } from '../../upstreams/anthropic.ts';
import { OllamaStandIn } from '../../upstreams/ollama.ts';
import { OpenaiStandIn } from '../../upstreams/openai.ts';
import { tokens } from '../../upstreams/said.ts';
import type { StandIn } from '../../upstreams/server.ts';

export type Release = TestContext['onTestFinished'];

/** The servers of one case, in the order in which they are asked, and the model that nobody else has. */
export interface Place {
  readonly model: string;
  readonly servers: readonly StandIn[];
  /** Of the connections to them, `connection0` and so on. */
  readonly ids: readonly string[];
}

/** What is configured of a connection beside its address, by its place. */
export type Settings = (place: number, origin: string) => object;

/** A server of a dialect, in which all say the same. */
export function standInOf(dialect: Dialect): OllamaStandIn | OpenaiStandIn | AnthropicStandIn {
  if (dialect === 'ollama') return new OllamaStandIn();
  if (dialect === 'anthropic') return new AnthropicStandIn();
  const openai = new OpenaiStandIn();
  openai.texts = tokens;
  return openai;
}

/** Starts servers of these dialects for each case, and one broker before them all. */
export async function serving(
  cases: readonly (readonly Dialect[])[],
  onTestFinished: Release,
  settings: Settings = () => ({}),
): Promise<{ readonly broker: RunningBroker; readonly places: readonly Place[] }> {
  const connections: object[] = [];
  const places: Place[] = [];
  for (const [index, dialects] of cases.entries()) {
    const model = `model${index}:latest`;
    const servers: StandIn[] = [];
    const ids: string[] = [];
    for (const [at, dialect] of dialects.entries()) {
      const server = standInOf(dialect);
      server.models = [model];
      await server.start();
      onTestFinished(() => server.stop());
      const id = `connection${connections.length}`;
      const { origin } = server;
      connections.push({ id, kind: dialect, url: origin, token: { env: 'KEY' }, ...settings(at, origin) });
      servers.push(server);
      ids.push(id);
    }
    places.push({ model, servers, ids });
  }
  const broker = await RunningBroker.start({ config: { connections }, env: { KEY: 'sk-connection' } });
  onTestFinished(() => broker.release());
  return { broker, places };
}
