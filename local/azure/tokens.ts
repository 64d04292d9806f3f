import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import {
  calculateJwkThumbprint,
  errors,
  exportJWK,
  generateKeyPair,
  importJWK,
  jwtVerify,
  SignJWT,
  type JWK,
  type KeyLike,
} from 'jose';
import type { Clock } from './clock';
import { TENANT_ID } from './identity';

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

/** Issues and verifies the tokens of local Azure's tenant, signed RS256 by a key of its own. */
export class Tokens {
  private constructor(
    private readonly clock: Clock,
    private readonly privateKey: KeyLike | Uint8Array,
    private readonly publicKey: KeyLike | Uint8Array,
    /** What `/discovery/keys` answers. */
    readonly jwks: { keys: JWK[] },
  ) {}

  static async open(keyFile: string, clock: Clock): Promise<Tokens> {
    let jwk: JWK;
    if (existsSync(keyFile)) {
      jwk = JSON.parse(readFileSync(keyFile, 'utf8')) as JWK;
    } else {
      const pair = await generateKeyPair('RS256', { extractable: true });
      jwk = await exportJWK(pair.privateKey);
      mkdirSync(dirname(keyFile), { recursive: true });
      writeFileSync(keyFile, JSON.stringify(jwk), { mode: 0o600 });
    }
    const open: JWK = { kty: jwk.kty, n: jwk.n, e: jwk.e };
    const published = { ...open, alg: 'RS256', use: 'sig', kid: await calculateJwkThumbprint(open) };
    return new Tokens(clock, await importJWK(jwk, 'RS256'), await importJWK(published, 'RS256'), {
      keys: [published],
    });
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
      .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: this.jwks.keys[0]?.kid ?? '' })
      .setIssuer(ISSUER)
      .setAudience(request.audience)
      .setIssuedAt(issuedAt)
      .setNotBefore(issuedAt)
      .setExpirationTime(Math.floor(this.clock.now() / 1000) + LIFETIME_S)
      .sign(this.privateKey);
    return { token, expiresIn: Math.max(1, Math.floor(LIFETIME_S / this.clock.speed) - 1) };
  }

  /**
   * The claims of a token that this tenant signed for one of the audiences (a trailing slash makes no
   * difference).
   * @throws TokenError saying what is wrong with it.
   */
  async verify(token: string, audiences: readonly string[]): Promise<TokenClaims> {
    try {
      const { payload } = await jwtVerify(token, this.publicKey, {
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

function withoutSlash(audience: string): string {
  return audience.replace(/\/+$/, '').toLowerCase();
}
