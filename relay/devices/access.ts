import { createRemoteJWKSet, errors, jwtVerify, type JWTPayload } from 'jose';
import { TransientError } from '../errors';
import type { Transport } from '../http';
import type { Clock } from '../ports';
import type { DevicesSettings } from '../settings';

const LOGIN_HOST = 'login.microsoftonline.com';

/** Codes of errors that are no fault of the token: the keys' answer was late, not 200, or not what it should be. */
const KEYS_MISSING = ['ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID', 'ERR_JOSE_GENERIC'];

/** Clocks may differ by so much, in seconds. */
const TOLERANCE_S = 60;

/** Who calls, and for whom. */
export interface Caller {
  /** Stable, for counting requests; never logged. */
  readonly id: string;
  mayActFor(rawId: string): boolean;
}

/** The request is not to be answered; `status` says why. */
export class AccessError extends Error {
  constructor(
    readonly status: 401 | 403,
    message: string,
  ) {
    super(message);
  }
}

/**
 * Access tokens of one Entra tenant for one API.
 * https://learn.microsoft.com/entra/identity-platform/access-tokens
 */
export class Access {
  private readonly keys: ReturnType<typeof createRemoteJWKSet>;
  private readonly issuers: string[];

  constructor(
    private readonly settings: DevicesSettings,
    private readonly clock: Clock,
    transport: Transport,
  ) {
    const { tenantId } = settings;
    // Fetched when first needed, again for a key that is not known yet, and every ten minutes.
    this.keys = createRemoteJWKSet(new URL(`https://${LOGIN_HOST}/${tenantId}/discovery/v2.0/keys`), {
      agent: transport.agentFor(LOGIN_HOST),
      timeoutDuration: 5_000,
    });
    this.issuers = [`https://${LOGIN_HOST}/${tenantId}/v2.0`, `https://sts.windows.net/${tenantId}/`];
  }

  /**
   * @param authorization the header
   * @throws AccessError 401 without a valid token, 403 without the role
   * @throws TransientError when the tenant's keys cannot be had
   */
  async check(authorization: string | null): Promise<Caller> {
    const token = /^Bearer +([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(authorization ?? '')?.[1];
    if (!token || token.length > 16_384) throw new AccessError(401, 'a bearer token is required');
    const claims = await this.verify(token);
    const roles = [...list(claims['roles']), ...text(claims['scp']).split(' ')];
    const all = list(claims['roles']).includes(this.settings.allRole);
    if (!all && !roles.includes(this.settings.role)) {
      throw new AccessError(
        403,
        `the token has neither the role ${this.settings.role} nor ${this.settings.allRole}`,
      );
    }
    const id = text(claims['oid']) || text(claims.sub);
    if (!id) throw new AccessError(401, 'the token names nobody: oid is missing');
    const identities = new Set(this.identitiesOf(claims));
    return { id, mayActFor: (rawId) => all || identities.has(rawId) };
  }

  private async verify(token: string): Promise<JWTPayload> {
    const now = this.clock.now();
    try {
      const { payload } = await jwtVerify(token, this.keys, {
        algorithms: ['RS256'],
        issuer: this.issuers,
        audience: [...this.settings.audiences],
        requiredClaims: ['exp', 'iat'],
        clockTolerance: TOLERANCE_S,
        currentDate: new Date(now),
      });
      if (payload['tid'] !== this.settings.tenantId)
        throw new AccessError(401, 'the token is of another tenant');
      if (payload.iat! > now / 1000 + TOLERANCE_S) throw new AccessError(401, 'the token is from the future');
      return payload;
    } catch (error) {
      if (error instanceof AccessError) throw error;
      if (error instanceof errors.JOSEError && !KEYS_MISSING.includes(error.code)) {
        throw new AccessError(401, `the token is not valid: ${error.code}`);
      }
      throw new TransientError(`the keys of tenant ${this.settings.tenantId} cannot be had`, undefined, {
        cause: error,
      });
    }
  }

  private identitiesOf(claims: JWTPayload): string[] {
    const { identityClaim } = this.settings;
    if (identityClaim) return list(claims[identityClaim]);
    const oid = text(claims['oid']);
    return oid ? [`8:orgid:${oid}`] : [];
  }
}

function text(claim: unknown): string {
  return typeof claim === 'string' ? claim : '';
}

function list(claim: unknown): string[] {
  if (typeof claim === 'string') return claim.split(/[ ,]+/).filter((value) => value !== '');
  return Array.isArray(claim) ? claim.filter((value): value is string => typeof value === 'string') : [];
}
