import { existsSync } from 'node:fs';
import { request } from 'node:http';
import { isObject, type Fields } from '../dialects/fields.js';

/** No broker runs where it is looked for. */
export class NoService extends Error {
  override readonly name = 'NoService';

  constructor() {
    super(
      'no broker answers; start it with: systemctl --user start cloudtolocalllm.socket (or run: cloudtolocalllm serve)',
    );
  }
}

/** A running broker did not do what it was asked. */
export class RequestFailed extends Error {
  override readonly name = 'RequestFailed';
}

/** How long the broker may take to answer: a check of a connection may take ten seconds. Milliseconds. */
const patience = 30_000;

/** Where the broker is reached: its unix socket if it has one, or else the usual address. */
export function target(environment: NodeJS.ProcessEnv): { socketPath: string } | { host: string; port: number } {
  const socketPath = `${environment.XDG_RUNTIME_DIR ?? ''}/cloudtolocalllm/broker.sock`;
  return existsSync(socketPath) ? { socketPath } : { host: '127.0.0.1', port: 11435 };
}

/** Asks the running broker. @throws {NoService | RequestFailed} */
export function ask(path: string, environment: NodeJS.ProcessEnv): Promise<Fields> {
  return new Promise((resolve, reject) => {
    const sent = request(
      { ...target(environment), path, timeout: patience, headers: { host: 'localhost' } },
      (reply) => {
        const chunks: Buffer[] = [];
        reply.on('data', (chunk: Buffer) => chunks.push(chunk));
        reply.on('end', () => {
          try {
            const value: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
            if (!isObject(value)) throw new Error('not an object');
            const problem = errorIn(reply.statusCode ?? 0, value);
            if (problem === undefined) resolve(value);
            else reject(new RequestFailed(problem));
          } catch {
            reject(
              new RequestFailed(
                'what answers at the broker’s address (its unix socket, or 127.0.0.1:11435) is no broker',
              ),
            );
          }
        });
      },
    );
    sent.on('timeout', () => sent.destroy(new RequestFailed(`the broker did not answer within ${patience / 1000} s`)));
    sent.on('error', (error: NodeJS.ErrnoException) => {
      reject(['ECONNREFUSED', 'ENOENT', 'ECONNRESET'].includes(error.code ?? '') ? new NoService() : error);
    });
    sent.end();
  });
}

/** Why the broker refuses, in its own words: in the shape of Ollama's API or of OpenAI's. */
export function errorIn(status: number, { error }: Fields): string | undefined {
  if (status < 400) return undefined;
  const message = isObject(error) ? error.message : error;
  return typeof message === 'string' ? message : `the broker answers with status ${status}`;
}
