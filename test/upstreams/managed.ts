import { createHash } from 'node:crypto';
import { type IncomingMessage, type ServerResponse } from 'node:http';
import { OllamaStandIn } from './ollama.ts';
import { json, type Received } from './server.ts';

/** What a pull tells, as server/images.go and download.go of Ollama 0.33 have it. */
export const progress = [
  { status: 'pulling manifest' },
  { status: 'pulling dde5aa3fc5ff', digest: 'sha256:dde5aa3fc5ff', total: 2_019_377_376 },
  { status: 'pulling dde5aa3fc5ff', digest: 'sha256:dde5aa3fc5ff', total: 2_019_377_376, completed: 1_000_000_000 },
  { status: 'pulling dde5aa3fc5ff', digest: 'sha256:dde5aa3fc5ff', total: 2_019_377_376, completed: 2_019_377_376 },
  { status: 'verifying sha256 digest' },
  { status: 'writing manifest' },
] as const;

/** As many lines come before a pull that is held waits. */
export const heldAfter = 3;

/** What Ollama ends a pull with. */
export const success = { status: 'success' };

/** An Ollama whose models can be managed, with the statuses and errors of its server/routes.go. */
export class ManagedOllama extends OllamaStandIn {
  /** What it was told to do, as `METHOD PATH`. */
  readonly managed: string[] = [];
  /** Of the blobs that it has. */
  readonly digests = new Set<string>();
  /** Pulls wait for that in the middle. */
  until: Promise<unknown> = Promise.resolve();
  /** What a pull tells until its middle. */
  beginning: readonly object[] = progress.slice(0, heldAfter);
  /** What happens behind the middle of a pull instead of its end. */
  breaks: 'error' | 'cut' | 'end' | undefined;

  protected override async handle(received: Received, response: ServerResponse): Promise<void> {
    const { method, path, body } = received;
    const asked = `${method} ${path}`;
    if (method !== 'GET') this.managed.push(asked);
    const { model, name: named } = body;
    const name = String([model, named, ''].find((given) => typeof given === 'string'));
    switch (asked) {
      case 'POST /api/pull':
        if (name.startsWith('nobody/')) json(response, 500, { error: 'pull model manifest: file does not exist' });
        else await this.#pull(name, response);
        return;
      case 'POST /api/push':
      case 'POST /api/create':
        await this.#tell(response, [{ status: 'retrieving manifest' }]);
        await Promise.race([this.until, received.closed]);
        if (asked === 'POST /api/create') this.#add(name);
        await this.#tell(response, [success]);
        response.end();
        return;
      case 'POST /api/copy':
        if (!this.models.includes(tagged(String(body.source)))) {
          json(response, 404, { error: `model "${String(body.source)}" not found` });
        } else {
          this.#add(String(body.destination));
          response.writeHead(200, { 'content-length': 0 }).end();
        }
        return;
      case 'DELETE /api/delete':
        if (!this.models.includes(tagged(name))) json(response, 404, { error: `model '${name}' not found` });
        else {
          this.models = this.models.filter((one) => one !== tagged(name));
          response.writeHead(200, { 'content-length': 0 }).end();
        }
        return;
      default:
        await super.handle(received, response);
    }
  }

  protected override takes(request: IncomingMessage, response: ServerResponse): boolean {
    const { method = '', url = '' } = request;
    const [, digest] = /^\/api\/blobs\/(sha256:\w+)$/.exec(url) ?? [];
    if (digest === undefined) return false;
    this.managed.push(`${method} ${url}`);
    if (method === 'HEAD') {
      response.writeHead(this.digests.has(digest) ? 200 : 404).end();
      return true;
    }
    const hash = createHash('sha256');
    request.on('data', (chunk: Buffer) => hash.update(chunk));
    request.on('end', () => {
      const found = `sha256:${hash.digest('hex')}`;
      if (found !== digest) {
        json(response, 400, { error: `digest mismatch, expected "${digest}", got "${found}"` });
      } else {
        this.digests.add(digest);
        response.writeHead(201).end();
      }
    });
    return true;
  }

  async #pull(name: string, response: ServerResponse): Promise<void> {
    await this.#tell(response, this.beginning);
    await this.until;
    if (this.breaks === 'cut') {
      response.destroy();
      return;
    }
    if (this.breaks === 'error') await this.#tell(response, [{ error: 'max retries exceeded: EOF' }]);
    if (this.breaks === undefined) {
      await this.#tell(response, progress.slice(heldAfter));
      this.#add(name);
      await this.#tell(response, [success]);
    }
    response.end();
  }

  #add(name: string): void {
    this.models = [...new Set([...this.models, tagged(name)])];
  }

  async #tell(response: ServerResponse, lines: readonly object[]): Promise<void> {
    if (!response.headersSent) response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    for (const line of lines) {
      await new Promise<void>((resolve) => {
        response.write(`${JSON.stringify(line)}\n`, () => {
          resolve();
        });
      });
    }
  }
}

function tagged(name: string): string {
  return name.includes(':') ? name : `${name}:latest`;
}
