declare module 'oidc-provider' {
  import type { RequestListener } from 'node:http';

  /** As much of its request context as the tests look at. */
  export interface Context {
    readonly path: string;
    status: number;
    body: unknown;
    readonly oidc?: { readonly params?: Readonly<Record<string, string | undefined>> };
  }

  export class Provider {
    constructor(issuer: string, configuration: object);
    callback(): RequestListener;
    use(middleware: (context: Context, next: () => Promise<void>) => Promise<void>): void;
    on(event: string, listener: (...details: never[]) => void): this;
  }
}
