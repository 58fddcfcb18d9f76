import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Context, Provider } from 'oidc-provider';
import type { SignInSettings } from '../../../service/signIn/settings.ts';

const key = { ...generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' }), use: 'sig' };

/** What of a provider is to be otherwise than usual. */
export interface ProviderOptions {
  /** Seconds that each kind of token is valid. */
  readonly ttl?: Readonly<Record<string, number>>;
  readonly features?: Readonly<Record<string, unknown>>;
}

/** A real OpenID provider on loopback, which wants PKCE and gives each refresh token for one use. */
export class RunningProvider {
  readonly #server: Server;
  #callback: (request: IncomingMessage, response: ServerResponse) => void = () => undefined;
  #port = 0;
  #awaited: { readonly path: string; resolve(): void } | undefined;
  /** The paths that it was asked for, in their order. */
  readonly asked: string[] = [];
  /** Answers in the provider's place; false leaves it to the provider. */
  instead: ((request: IncomingMessage, response: ServerResponse) => boolean) | undefined;
  /** Alters an answer before it goes out. */
  altered: ((context: Context) => void) | undefined;
  /** Is waited for before a request is taken up. */
  held: Promise<void> | undefined;

  private constructor() {
    this.#server = createServer((request, response) => void this.#take(request, response));
  }

  static async start({ ttl, features }: ProviderOptions = {}): Promise<RunningProvider> {
    const running = new RunningProvider();
    await running.resume();
    const provider = new Provider(running.issuer, {
      clients: [
        {
          client_id: 'broker',
          application_type: 'native',
          token_endpoint_auth_method: 'none',
          redirect_uris: ['http://127.0.0.1/callback'],
          response_types: ['code'],
          grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
        },
      ],
      features: { deviceFlow: { enabled: true }, revocation: { enabled: true }, ...features },
      pkce: { required: () => true },
      rotateRefreshToken: true,
      conformIdTokenClaims: false,
      claims: { openid: ['sub'], profile: ['name'], email: ['email'] },
      findAccount: (_context: unknown, id: string) => ({
        accountId: id,
        claims: () => ({ sub: id, name: `${id} of the Workshop`, email: `${id}@example.org` }),
      }),
      ttl: {
        AccessToken: 3600,
        IdToken: 3600,
        RefreshToken: 86_400,
        DeviceCode: 600,
        Grant: 86_400,
        Session: 86_400,
        Interaction: 600,
        AuthorizationCode: 60,
        ...ttl,
      },
      cookies: { keys: ['of no importance'] },
      jwks: { keys: [key] },
    });
    provider.use(async (context, next) => {
      await next();
      running.altered?.(context);
    });
    running.#callback = provider.callback();
    return running;
  }

  get issuer(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** To sign in there and stay so. */
  get settings(): SignInSettings {
    return { issuer: this.issuer, clientId: 'broker', scopes: ['openid', 'profile', 'email', 'offline_access'] };
  }

  /** How often it was asked for tokens. */
  get tokenRequests(): number {
    return this.asked.filter((path) => path === '/token').length;
  }

  /** Goes down: connections are refused. */
  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  /** Comes back where it was. */
  async resume(): Promise<void> {
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  /** Settles with the next request for a path, before it is answered. */
  next(path: string): Promise<void> {
    return new Promise((resolve) => {
      this.#awaited = { path, resolve };
    });
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '').replace(/\?.*/, '');
    this.asked.push(path);
    if (path === this.#awaited?.path) this.#awaited.resolve();
    await this.held;
    if (this.instead?.(request, response) !== true) this.#callback(request, response);
  }
}
