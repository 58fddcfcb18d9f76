import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { ConfigurationError } from '../../service/config/errors.js';
import { readConfigurationFile } from '../../service/config/file.js';
import { parseGVariant } from '../../service/config/gvariant.js';
import { hostAndPort, isLoopback } from '../../service/config/validate.js';
import { mutatedBytes } from './support/bytes.ts';
import { fuzz } from './support/fuzz.ts';
import { mutatedJson } from './support/json.ts';
import { polluted } from './support/pollution.ts';

const written = {
  listen: '127.0.0.1:11435',
  route: 'automatic',
  continuation: true,
  connections: [
    {
      id: 'local',
      name: 'Local Ollama',
      kind: 'ollama',
      url: 'http://127.0.0.1:11434',
      keepAlive: '10m',
      contextLength: 8192,
    },
    {
      ...{ id: 'cloud', kind: 'openai', url: 'https://example.org/v1', place: 'cloud', token: { env: 'PROVIDER_KEY' } },
      ...{ models: { 'llama3.2': 'vendor/llama-3.2-3b' }, timeouts: { connect: 5, firstByte: 60, idle: 30, total: 0 } },
      ...{ enabled: true, patience: 3, busy: 'spill', concurrency: 4 },
    },
    { id: 'claude', kind: 'anthropic', token: { file: '/run/key' } },
    { id: 'demo', kind: 'demo' },
  ],
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cloudtolocalllm-fuzz-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('a configuration', () => {
  const texts = mutatedJson(fc.constant(written)).map((text) => Buffer.from(text));

  fuzz(
    'configuration',
    'is one that can be used, or refused with the place of what is wrong, whatever the file holds',
    fc.oneof({ weight: 3, arbitrary: texts }, mutatedBytes(texts)),
    (bytes) => {
      const path = join(folder, 'config.json');
      writeFileSync(path, bytes);
      try {
        const { listen, connections } = readConfigurationFile(path);
        expect(isLoopback(hostAndPort(listen).host)).toBe(true);
        for (const { kind, url, timeouts } of connections) {
          if (kind !== 'demo') expect(new URL(url).protocol).toMatch(/^https?:$/);
          expect(Object.values(timeouts).every(Number.isFinite)).toBe(true);
        }
      } catch (error) {
        if (!(error instanceof ConfigurationError)) throw error;
        expect(error.message.startsWith(`${path}: `)).toBe(true);
      }
      expect(polluted()).toEqual([]);
    },
  );
});

describe('a value of GSettings', () => {
  const values = fc
    .constantFrom(
      ...["'automatic'", `"it's"`, String.raw`'\u00fc \U0001f44b \n \q'`, 'uint32 600', '-5', '0.5', 'true', '@as []'],
      ...["['a', 'b']", '@a{ss} {}', "{'llama3.2': 'vendor/llama', '__proto__': 'c'}", "[['a'], @as []]", "b'bytes'"],
      ...[String.raw`'\U00110000'`, `${'['.repeat(100)}1`, `<'v'>`, '(1, 2)', 'nan', 'inf', "[@a{ss} {}, {'a': 'b'}]"],
    )
    .map((text) => Buffer.from(text));

  fuzz(
    'gvariant',
    'is read, or is a syntax error, whatever gsettings prints',
    fc.oneof(
      mutatedBytes(values).map(String),
      fc.integer({ min: 1, max: 20_000 }).map((depth) => '['.repeat(depth)),
      fc.integer({ min: 1, max: 20_000 }).map((depth) => "{'a': ".repeat(depth)),
    ),
    (text) => {
      try {
        parseGVariant(text);
      } catch (error) {
        if (!(error instanceof SyntaxError)) throw error;
      }
      expect(polluted()).toEqual([]);
    },
  );
});
