import * as client from 'openid-client';
import { failureOf } from './failure.js';
import { ProviderBroken, UnsupportedWay, UnusableIssuer, WrongRedirect } from './errors.js';
import { providerFetch } from './http.js';
import { isToken, type Tokens } from './session.js';
import { isProtected } from '../config/validate.js';
import { issuerUrl, type SignInSettings } from './settings.js';
import { shown } from './words.js';

/** A browser is sent there, and comes back with an answer. */
export interface Authorization {
  readonly url: string;
  /**
   * Exchanges the answer for tokens.
   *
   * @param answer the address to which the browser was sent back, once
   * @throws {SignInError}
   */
  redeem(answer: URL): Promise<Tokens>;
}

/** Somebody goes there with any browser and enters the code. */
export interface DeviceAuthorization {
  readonly url: string;
  readonly code: string;
  /** Seconds for which the code can be entered. */
  readonly expiresIn: number;
  /** Waits for it, asking as often as the provider wants to be asked. @throws {SignInError} */
  tokens(signal: AbortSignal): Promise<Tokens>;
}

/** How a provider is spoken to. */
export interface ProviderOptions {
  /** Ends every request. */
  readonly signal?: AbortSignal;
  /** Seconds by which its clock may differ from ours when ID tokens are checked. */
  readonly clockTolerance: number;
}

/** A provider whose discovery document has been read. The only one that knows openid-client. */
export class Provider {
  private constructor(
    private readonly settings: SignInSettings,
    private readonly config: client.Configuration,
  ) {}

  /** Reads the discovery document (OpenID Connect Discovery 1.0, section 4). @throws {SignInError} */
  static async discover(settings: SignInSettings, options: ProviderOptions): Promise<Provider> {
    const { issuer, clientId } = settings;
    const url = issuerUrl(issuer);
    try {
      const config = await client.discovery(
        url,
        clientId,
        { [client.clockTolerance]: options.clockTolerance },
        client.None(),
        {
          [client.customFetch]: providerFetch(options.signal),
          // Only lets http:// pass; providerFetch then looks whether it is on this machine.
          // eslint-disable-next-line @typescript-eslint/no-deprecated -- marked so to be noticed
          execute: url.protocol === 'http:' ? [client.allowInsecureRequests] : [],
        },
      );
      return new Provider(settings, config);
    } catch (error) {
      throw discoveryFailure(error, issuer);
    }
  }

  /** Begins the authorization code flow with PKCE (RFC 7636). @param redirectUri where the browser is sent back to */
  async authorize(redirectUri: string): Promise<Authorization> {
    const { scopes } = this.settings;
    const verifier = client.randomPKCECodeVerifier();
    const state = client.randomState();
    // Comes back in an ID token, which there is only with that scope.
    const nonce = scopes.includes('openid') ? client.randomNonce() : undefined;
    const challenge = await client.calculatePKCECodeChallenge(verifier);
    return this.#told([], () => {
      const url = client.buildAuthorizationUrl(this.config, {
        ...this.#wanted(),
        redirect_uri: redirectUri,
        state,
        code_challenge: challenge,
        code_challenge_method: 'S256',
        ...(nonce === undefined ? {} : { nonce }),
        // OpenID Connect Core 1.0, section 11.
        ...(scopes.includes('offline_access') ? { prompt: 'consent' } : {}),
      });
      return Promise.resolve({
        url: this.#openable(url.href),
        redeem: (answer: URL) => {
          this.#check(answer, state);
          const secrets = [verifier, answer.searchParams.get('code') ?? ''];
          return this.#told(secrets, async () => {
            const checks = {
              pkceCodeVerifier: verifier,
              expectedState: state,
              ...(nonce === undefined ? {} : { expectedNonce: nonce }),
            };
            return this.#tokens(await client.authorizationCodeGrant(this.config, answer, checks));
          });
        },
      });
    });
  }

  /** Begins the device flow (RFC 8628). @throws {SignInError} */
  async authorizeDevice(): Promise<DeviceAuthorization> {
    if (this.config.serverMetadata().device_authorization_endpoint === undefined) {
      throw new UnsupportedWay(`${this.settings.issuer} can’t sign in by code; sign in with a browser on this machine`);
    }
    return this.#told([], async () => {
      const answer = await client.initiateDeviceAuthorization(this.config, this.#wanted());
      return {
        url: this.#openable(answer.verification_uri),
        code: shown(answer.user_code, []),
        expiresIn: answer.expires_in,
        tokens: (signal: AbortSignal) =>
          this.#told([answer.device_code], async () =>
            this.#tokens(await client.pollDeviceAuthorizationGrant(this.config, answer, undefined, { signal })),
          ),
      };
    });
  }

  /** Asks for a new access token (RFC 6749, section 6). @throws {SignInError} */
  refresh(refreshToken: string): Promise<Tokens> {
    return this.#told([refreshToken], async () =>
      this.#tokens(await client.refreshTokenGrant(this.config, refreshToken)),
    );
  }

  /** Whether it can be told that tokens aren't needed any more. */
  get revokes(): boolean {
    return this.config.serverMetadata().revocation_endpoint !== undefined;
  }

  /** Tells it that a token isn't needed any more (RFC 7009). @throws {SignInError} */
  revoke(token: string, hint: 'refresh_token' | 'access_token'): Promise<void> {
    return this.#told([token], () => client.tokenRevocation(this.config, token, { token_type_hint: hint }));
  }

  #wanted(): Record<string, string> {
    const { scopes, audience } = this.settings;
    return { scope: scopes.join(' '), ...(audience === undefined ? {} : { audience }) };
  }

  /** An address that a browser may be given: one that the provider made up could be a program of the desktop's. */
  #openable(address: string): string {
    if (!URL.canParse(address) || !isProtected(new URL(address))) {
      throw new ProviderBroken(
        `${this.settings.issuer} names an address for the browser that is not encrypted, or none`,
      );
    }
    return address;
  }

  /** Whether an answer is one to what was asked, and who gave it (RFC 6749, section 10.12; RFC 9207). */
  #check({ searchParams }: URL, state: string): void {
    if (searchParams.get('state') !== state) {
      throw new WrongRedirect(
        'The browser came back from another sign-in than this one (its state is not ours); begin again',
      );
    }
    const { issuer, authorization_response_iss_parameter_supported: named } = this.config.serverMetadata();
    const from = searchParams.get('iss');
    if (from === null ? named === true : from !== issuer) {
      throw new WrongRedirect(
        `The browser came back with an answer that is not from ${issuer}; nothing was sent there`,
      );
    }
    if (!searchParams.has('error') && (searchParams.get('code') ?? '') === '') {
      throw new WrongRedirect(`The browser came back from ${issuer} without the code that was asked for; begin again`);
    }
  }

  #tokens(answer: client.TokenEndpointResponse & client.TokenEndpointResponseHelpers): Tokens {
    const { access_token: accessToken, refresh_token: refreshToken, expires_in: expiresIn } = answer;
    if ((answer.token_type as string) !== 'bearer') {
      throw new ProviderBroken(`${this.settings.issuer} gives tokens of a type that isn’t known here; expected Bearer`);
    }
    if (!isToken(accessToken) || (refreshToken !== undefined && !isToken(refreshToken))) {
      throw new ProviderBroken(`${this.settings.issuer} gives tokens with characters that no token has`);
    }
    return { accessToken, refreshToken, expiresIn, account: accountIn(answer.claims()) };
  }

  async #told<T>(secrets: readonly string[], act: () => Promise<T>): Promise<T> {
    try {
      return await act();
    } catch (error) {
      throw failureOf(error, this.settings.issuer, secrets);
    }
  }
}

/** Who signed in, in the words by which they know themselves. */
function accountIn(claims: client.IDToken | undefined): string {
  if (claims === undefined) return '';
  const names = [claims.name, claims.email, claims.preferred_username, claims.sub];
  return names.map((name) => shown(name, [])).find((name) => name !== '') ?? '';
}

function discoveryFailure(error: unknown, issuer: string): Error {
  const failure = failureOf(error, issuer, []);
  if (!(failure instanceof ProviderBroken)) return failure;
  const { expected, body } = ((error as Error).cause ?? {}) as { expected?: unknown; body?: { issuer?: unknown } };
  if (expected !== undefined) {
    return new UnusableIssuer(
      `At ${issuer} is the provider “${shown(body?.issuer, [])}”; if that is the right one, write its name so`,
    );
  }
  return new UnusableIssuer(
    `${issuer} is no issuer: its discovery document /.well-known/openid-configuration can’t be used. ${failure.message}`,
  );
}
