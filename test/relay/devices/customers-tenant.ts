import { randomUUID } from 'node:crypto';
import { exportJWK, generateKeyPair, SignJWT, type JWK, type KeyLike } from 'jose';
import type { HttpRequest, HttpResponse } from '../../../relay/http';
import { TransientError } from '../../../relay/errors';

export const CUSTOMERS = '5d1ab2c3-0000-4000-8000-00000000c1a0';
export const API = '7e57ab1e-0000-4000-8000-00000000a501';
export const APP = 'c11e9700-0000-4000-8000-00000000a992';

interface Key {
  readonly kid: string;
  readonly privateKey: KeyLike;
  readonly jwk: JWK;
}

/**
 * A tenant for customers as its documents describe it: what it publishes, and the tokens that it signs, by keys of its
 * own. Stands in for the real one, which nobody here has.
 * https://learn.microsoft.com/entra/external-id/customers/concept-supported-features-customers
 * https://learn.microsoft.com/azure/active-directory-b2c/tokens-overview
 */
export class CustomersTenant {
  /** What was asked for, in order. */
  readonly asked: string[] = [];
  fault: 'failed' | 'malformed' | 'unanswered' | undefined;
  /** While it is set no answer comes. */
  held: Promise<void> | undefined;
  /** Over what is published as discovery document. */
  published: Record<string, unknown> = {};

  private constructor(
    readonly authority: string,
    readonly issuer: string,
    private readonly usual: Record<string, unknown>,
    private keys: Key[],
    private readonly now: () => number,
  ) {}

  /** Entra External ID: tokens of version 2, issued under the tenant's id. */
  static async externalId(now: () => number = Date.now): Promise<CustomersTenant> {
    return new CustomersTenant(
      `https://contoso.ciamlogin.com/${CUSTOMERS}/v2.0`,
      `https://${CUSTOMERS}.ciamlogin.com/${CUSTOMERS}/v2.0`,
      { tid: CUSTOMERS, ver: '2.0', azp: APP, azpacr: '0' },
      [await newKey()],
      now,
    );
  }

  /** Azure AD B2C: no `tid`, the policy in `tfp`, a nonce in access tokens, too; the issuer ends in a slash. */
  static async b2c(policy: string, now: () => number = Date.now): Promise<CustomersTenant> {
    return new CustomersTenant(
      `https://contoso.b2clogin.com/contoso.onmicrosoft.com/${policy}/v2.0`,
      `https://contoso.b2clogin.com/${CUSTOMERS}/v2.0/`,
      { tfp: policy, ver: '1.0', nonce: 'defaultNonce', azp: APP },
      [await newKey()],
      now,
    );
  }

  /** A workforce tenant. */
  static async workforce(now: () => number = Date.now): Promise<CustomersTenant> {
    const authority = `https://login.microsoftonline.com/${CUSTOMERS}/v2.0`;
    return new CustomersTenant(
      authority,
      authority,
      { tid: CUSTOMERS, ver: '2.0', azp: APP, azpacr: '0' },
      [await newKey()],
      now,
    );
  }

  get host(): string {
    return new URL(this.authority).hostname;
  }

  /** Signs by a new key from now on, published beside those before it. */
  async turnKey(): Promise<void> {
    this.keys = [await newKey('turned'), ...this.keys];
  }

  /** An access token for the API; undefined leaves a claim out. */
  token(claims: Record<string, unknown> = {}): Promise<string> {
    return this.sign({ oid: randomUUID(), scp: 'Devices.Register', ...this.usual, ...claims });
  }

  /** An access token of a back end, which signed in by itself. */
  backEndToken(claims: Record<string, unknown> = {}): Promise<string> {
    return this.token({ scp: undefined, nonce: undefined, roles: ['Devices.Register.All'], ...claims });
  }

  /** What an app whose own registration is the API's gets about who signed in, with that user's app roles. */
  idToken(claims: Record<string, unknown> = {}): Promise<string> {
    return this.token({
      scp: undefined,
      azp: undefined,
      azpacr: undefined,
      nonce: 'n-0S6_WzA2Mj',
      roles: ['Devices.Register', 'Devices.Register.All'],
      ...claims,
    });
  }

  /** A token that somebody else signed, by a key that is said to be one of the tenant's or by a made-up one. */
  async forged(kid: string = this.keys[0]!.kid, claims: Record<string, unknown> = {}): Promise<string> {
    const { privateKey } = await pair('forger');
    return this.sign(
      { oid: randomUUID(), scp: 'Devices.Register', ...this.usual, ...claims },
      { kid, privateKey },
    );
  }

  /** For code that sends requests by itself. */
  readonly transport = {
    send: async (request: HttpRequest): Promise<HttpResponse> => {
      await this.held;
      if (this.fault === 'unanswered') {
        this.asked.push(request.url);
        throw new TransientError(`no answer from ${this.host}`);
      }
      const { status, body } = this.answer(request.url);
      return { status, headers: {}, body: typeof body === 'string' ? body : JSON.stringify(body) };
    },
  };

  answer(url: string): { status: number; body: unknown } {
    this.asked.push(url);
    const keys = `${this.authority.replace(/\/v2\.0$/, '')}/discovery/v2.0/keys`;
    if (this.fault === 'malformed') return { status: 200, body: '<html>maintenance</html>' };
    if (this.fault) return { status: 503, body: {} };
    if (url === `${this.authority}/.well-known/openid-configuration`) {
      return { status: 200, body: { issuer: this.issuer, jwks_uri: keys, ...this.published } };
    }
    if (url === keys) return { status: 200, body: { keys: this.keys.map(({ jwk }) => jwk) } };
    return { status: 404, body: {} };
  }

  private sign(
    claims: Record<string, unknown>,
    { kid, privateKey }: Pick<Key, 'kid' | 'privateKey'> = this.keys[0]!,
  ): Promise<string> {
    const now = Math.floor(this.now() / 1000);
    return new SignJWT({ iss: this.issuer, aud: API, iat: now, nbf: now, exp: now + 3600, ...claims })
      .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid })
      .sign(privateKey);
  }
}

/** Made once: they take long, and no test depends on two tenants having different ones. */
const pairs = new Map<'first' | 'turned' | 'forger', ReturnType<typeof generateKeyPair>>();

function pair(of: 'first' | 'turned' | 'forger') {
  const made = pairs.get(of) ?? generateKeyPair('RS256');
  pairs.set(of, made);
  return made;
}

async function newKey(of: 'first' | 'turned' = 'first'): Promise<Key> {
  const { privateKey, publicKey } = await pair(of);
  const kid = randomUUID();
  return { kid, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, use: 'sig' } };
}
