import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { createServer, type TLSSocket } from 'node:tls';
import type { Certificate } from './certificates.ts';

/** A server that is reached over TLS. */
export interface BehindTls {
  /** https://127.0.0.1:PORT */
  readonly url: string;
  readonly port: number;
  /** The names that clients asked for (SNI). */
  readonly names: (string | false | null)[];
  /** Shows another certificate from now on, and cuts what is open. */
  present(next: Certificate): void;
}

/** Lets a server on this machine, which may begin to listen later, be reached over TLS, too. */
export async function behindTls(
  server: { readonly origin: string },
  first: Certificate,
  release: (release: () => void) => void,
): Promise<BehindTls> {
  const open = new Set<Socket>();
  const names: (string | false | null)[] = [];
  const secured = createServer(first, (socket: TLSSocket) => {
    names.push(socket.servername);
    const inside = connect(Number(new URL(server.origin).port), '127.0.0.1');
    for (const one of [socket, inside]) one.on('error', () => undefined);
    open.add(socket);
    socket.once('close', () => {
      open.delete(socket);
      inside.destroy();
    });
    socket.pipe(inside).pipe(socket);
  });
  secured.on('tlsClientError', () => undefined);
  secured.listen(0, '127.0.0.1');
  await once(secured, 'listening');
  const cut = (): void => {
    for (const socket of open) socket.destroy();
  };
  release(() => {
    secured.close();
    cut();
  });
  const { port } = secured.address() as AddressInfo;
  return {
    url: `https://127.0.0.1:${port}`,
    port,
    names,
    present: (next) => {
      secured.setSecureContext(next);
      cut();
    },
  };
}
