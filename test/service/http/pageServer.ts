import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A web server with an empty page; also one that leads elsewhere, and one whose browser is to tell what breaks its rules. */
export class PageServer {
  readonly #server: Server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://any');
    const to = searchParams.get('to') ?? '';
    if (pathname === '/leads') {
      response.writeHead(Number(searchParams.get('status')), { location: to }).end();
      return;
    }
    const policy = to === '' ? {} : { 'content-security-policy': `img-src 'none'; report-uri ${to}` };
    response.writeHead(200, { 'content-type': 'text/html', ...policy }).end('<!DOCTYPE html><title>A page</title>');
  });

  /** Starts one. */
  static async start(): Promise<PageServer> {
    const pages = new PageServer();
    pages.#server.listen(0, '127.0.0.1');
    await once(pages.#server, 'listening');
    return pages;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }
}
