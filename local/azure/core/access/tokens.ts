import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import {
  calculateJwkThumbprint,
  createLocalJWKSet,
  errors,
  exportJWK,
  generateKeyPair,
  importJWK,
  jwtVerify,
  SignJWT,
  type JWK,
  type KeyLike,
} from 'jose';
import type { Clock } from '../clock';
import { TENANT_ID } from '../identity';

/** Seconds that a token lives, in Azure's time; that of a managed identity's token in Azure. */
const LIFETIME_S = 86_400;
const ISSUER = `https://sts.windows.net/${TENANT_ID}/`;

export interface TokenRequest {
  readonly objectId: string;
  readonly clientId: string;
  /** `https://management.azure.com`, `https://storage.azure.com`, … */
  readonly audience: string;
  /** Claims beyond the usual ones, or in their place. */
  readonly claims?: Readonly<Record<string, unknown>>;
}

export interface IssuedToken {
  readonly token: string;
  /** Seconds until it expires, in the machine's time, which is what clients count in. */
  readonly expiresIn: number;
}

export interface TokenClaims {
  readonly oid: string;
  readonly appid: string;
  readonly aud: string;
  readonly [claim: string]: unknown;
}

export type TokenFault = 'expired' | 'audience' | 'invalid';

export class TokenError extends Error {
  constructor(
    readonly fault: TokenFault,
    message: string,
  ) {
    super(message);
  }
}

interface SigningKey {
  readonly kid: string;
  readonly privateKey: KeyLike | Uint8Array;
  readonly published: JWK;
}

/** Issues and verifies the tokens of local Azure's tenant, signed RS256 by a key of its own. */
export class Tokens {
  /** What `/discovery/keys` answers: the key that signs, then those that did before. */
  jwks: { readonly keys: readonly JWK[] };

  private constructor(
    private readonly keyFile: string,
    private readonly clock: Clock,
    private signing: SigningKey,
  ) {
    this.jwks = { keys: [signing.published] };
  }

  static async open(keyFile: string, clock: Clock): Promise<Tokens> {
    const jwk = existsSync(keyFile)
      ? (JSON.parse(readFileSync(keyFile, 'utf8')) as JWK)
      : await newKey(keyFile);
    return new Tokens(keyFile, clock, await signingKey(jwk));
  }

  /** Signs by a new key from now on; the keys before it stay published until they are withdrawn, or a restart. */
  async rotateKey(): Promise<void> {
    this.signing = await signingKey(await newKey(this.keyFile));
    this.jwks = { keys: [this.signing.published, ...this.jwks.keys] };
  }

  /** Publishes the key that signs and no other: tokens by any other are worth nothing. */
  withdrawOldKeys(): void {
    this.jwks = { keys: [this.signing.published] };
  }

  async issue(request: TokenRequest): Promise<IssuedToken> {
    // A clock that runs ahead must not make tokens that clients hold to be from the future.
    const issuedAt = Math.floor(Math.min(Date.now(), this.clock.now()) / 1000);
    const token = await new SignJWT({
      appid: request.clientId,
      oid: request.objectId,
      sub: request.objectId,
      tid: TENANT_ID,
      idtyp: 'app',
      ver: '1.0',
      uti: randomUUID(),
      ...request.claims,
    })
      .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: this.signing.kid })
      .setIssuer(ISSUER)
      .setAudience(request.audience)
      .setIssuedAt(issuedAt)
      .setNotBefore(issuedAt)
      .setExpirationTime(Math.floor(this.clock.now() / 1000) + LIFETIME_S)
      .sign(this.signing.privateKey);
    return { token, expiresIn: Math.max(1, Math.floor(LIFETIME_S / this.clock.speed) - 1) };
  }

  /**
   * The claims of a token that this tenant signed for one of the audiences (a trailing slash makes no
   * difference).
   * @throws TokenError saying what is wrong with it.
   */
  async verify(token: string, audiences: readonly string[]): Promise<TokenClaims> {
    try {
      const { payload } = await jwtVerify(token, createLocalJWKSet({ keys: [...this.jwks.keys] }), {
        issuer: ISSUER,
        currentDate: new Date(this.clock.now()),
      });
      const audience = withoutSlash(String(payload.aud));
      if (!audiences.some((accepted) => withoutSlash(accepted) === audience)) {
        throw new TokenError('audience', `audience ${audience} is not among ${audiences.join(', ')}`);
      }
      return payload as unknown as TokenClaims;
    } catch (error) {
      if (error instanceof TokenError) throw error;
      if (error instanceof errors.JWTExpired) throw new TokenError('expired', 'the access token has expired');
      throw new TokenError('invalid', `the access token is invalid: ${(error as Error).message}`);
    }
  }
}

async function newKey(keyFile: string): Promise<JWK> {
  const pair = await generateKeyPair('RS256', { extractable: true });
  const jwk = await exportJWK(pair.privateKey);
  mkdirSync(dirname(keyFile), { recursive: true });
  writeFileSync(keyFile, JSON.stringify(jwk), { mode: 0o600 });
  return jwk;
}

async function signingKey(jwk: JWK): Promise<SigningKey> {
  const open: JWK = { kty: jwk.kty, n: jwk.n, e: jwk.e };
  const kid = await calculateJwkThumbprint(open);
  return {
    kid,
    privateKey: await importJWK(jwk, 'RS256'),
    published: { ...open, alg: 'RS256', use: 'sig', kid },
  };
}

function withoutSlash(audience: string): string {
  return audience.replace(/\/+$/, '').toLowerCase();
}
