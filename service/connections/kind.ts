import type { ConnectionSettings } from '../config/configuration.js';
import type { ServerName } from '../dialects/codec.js';
import type { Dialect } from '../dialects/dialect.js';
import type { EmbeddingServerName } from '../dialects/embeddings.js';
import type { Uptake } from '../dialects/continuation.js';
import type { TokenGiver } from './httpClient.js';
import type { Client } from './upstream.js';

/** A model that a connection has. */
export interface CatalogueEntry {
  /** As the connection calls it. */
  readonly name: string;
  /** The entry as the connection itself lists it, in its own dialect. */
  readonly listing: Readonly<Record<string, unknown>>;
}

/** A model that is in a connection's memory. */
export interface LoadedModel {
  readonly name: string;
  /** Bytes, of which `vram` on the graphics card. */
  readonly size: number;
  readonly vram: number;
  /** Seconds since 1970, 0 for never. */
  readonly expires: number;
  /** As the connection itself tells it. */
  readonly listing: Readonly<Record<string, unknown>>;
}

/** What a check found. */
export interface Finding {
  /** '' where the server doesn't say. */
  readonly version: string;
  /** undefined where the server has no list. */
  readonly models: readonly CatalogueEntry[] | undefined;
  readonly loaded: readonly LoadedModel[];
}

/** What connections of one kind have in common. */
export interface ConnectionKind {
  /** What its servers speak. */
  readonly dialect: Dialect;
  /** The endpoints at which its servers are asked without translation, by their paths. */
  readonly paths: readonly string[];
  /** How they are asked what was meant for others. @param entry of the model in their list, undefined if it has none */
  server(entry: CatalogueEntry | undefined): ServerName;
  /** How a model is made to go on from text that is there. @param entry of the model in their list, undefined if it has none */
  takesUp(model: string, entry: CatalogueEntry | undefined): Uptake;
  /** How they are asked for vectors; undefined where they have none. */
  readonly embeddings?: EmbeddingServerName;
  /** What sends requests to its server. */
  client(settings: ConnectionSettings, tokens: TokenGiver): Client;
  /**
   * Asks the server for what it has, in a way that loads no model and costs nothing.
   * @throws {UpstreamError}
   */
  check(client: Client, address: string, signal: AbortSignal): Promise<Finding>;
  /** Whether two names mean the same model there. */
  sameModel(one: string, other: string): boolean;
  /** What the server calls a model that an application asks for. @param names of its models */
  ownName(model: string, names: readonly string[]): string;
}
