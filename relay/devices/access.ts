import { errors, jwtVerify, type JWTPayload } from 'jose';
import { TransientError } from '../errors';
import type { Clock } from '../ports';
import type { DevicesSettings } from '../settings';
import type { Authority } from './authority';

/** Clocks may differ by so much, in seconds. */
const TOLERANCE_S = 60;

/** Longest header; Node takes no longer one, other hosts might. */
const MAX_HEADER = 16_384;

/** Who calls, and for whom. */
export interface Caller {
  /** Stable, for counting requests; never logged. */
  readonly id: string;
  /** Application id of the app that got the token. */
  readonly clientApp: string;
  /** Raw ids that the token names; a back end may act for every other one too. */
  readonly identities: readonly string[];
  mayActFor(rawId: string): boolean;
}

/** The request is not to be answered; `status` says why. */
export class AccessError extends Error {
  constructor(
    readonly status: 401 | 403,
    message: string,
    /** The authority did make the token for this API, so that the bearer guesses at nothing. */
    readonly wasValid = false,
  ) {
    super(message);
  }
}

/**
 * Access tokens of one authority for one API.
 * https://learn.microsoft.com/entra/identity-platform/access-tokens
 */
export class Access {
  constructor(
    private readonly settings: Pick<
      DevicesSettings,
      'tenantId' | 'audiences' | 'role' | 'allRole' | 'identityClaim'
    >,
    private readonly authority: Authority,
    private readonly clock: Clock,
  ) {}

  /**
   * @param authorization the header
   * @throws AccessError 401 without a valid access token, 403 without the role
   * @throws TransientError when the authority's keys cannot be had
   */
  async check(authorization: string | null): Promise<Caller> {
    const header = authorization ?? '';
    const token =
      header.length > MAX_HEADER ? undefined : /^Bearer +([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(header)?.[1];
    if (!token) throw new AccessError(401, 'a bearer token is required');
    const claims = await this.verify(token);
    if (isIdToken(claims)) {
      throw new AccessError(
        401,
        'the token is an ID token, which tells an app who signed in and opens nothing: send an access token for this API',
        true,
      );
    }
    const roles = [...list(claims['roles']), ...text(claims['scp']).split(' ')];
    const all = this.appRolesOf(claims).includes(this.settings.allRole);
    this.checkPolicy(claims, all);
    if (!all && !roles.includes(this.settings.role)) {
      throw new AccessError(
        403,
        `the token has neither the role ${this.settings.role} nor ${this.settings.allRole}`,
        true,
      );
    }
    const id = text(claims['oid']) || text(claims.sub);
    if (!id) throw new AccessError(401, 'the token names nobody: oid is missing');
    const identities = this.identitiesOf(claims);
    const own = new Set(identities);
    return { id, clientApp: clientOf(claims), identities, mayActFor: (rawId) => all || own.has(rawId) };
  }

  private async verify(token: string): Promise<JWTPayload> {
    const now = this.clock.now();
    try {
      const { payload } = await jwtVerify(token, this.authority.key, {
        algorithms: ['RS256'],
        issuer: await this.authority.issuers(),
        audience: [...this.settings.audiences],
        requiredClaims: ['exp', 'iat'],
        clockTolerance: TOLERANCE_S,
        currentDate: new Date(now),
      });
      this.checkTenant(payload);
      if (payload.iat! > now / 1000 + TOLERANCE_S) throw new AccessError(401, 'the token is from the future');
      return payload;
    } catch (error) {
      if (error instanceof AccessError || error instanceof TransientError) throw error;
      if (error instanceof errors.JWTExpired) throw new AccessError(401, 'the token has expired', true);
      if (error instanceof errors.JOSEError) {
        throw new AccessError(401, `the token is not valid: ${error.code}`);
      }
      throw error;
    }
  }

  /** The issuer names the tenant already; a `tid` is in no token of Azure AD B2C. */
  private checkTenant(claims: JWTPayload): void {
    if ((claims['tid'] ?? this.settings.tenantId) !== this.settings.tenantId) {
      throw new AccessError(401, 'the token is of another tenant');
    }
  }

  /**
   * A tenant of Azure AD B2C has one issuer for all its policies, be they ever so weak: the one that the authority names
   * has to have made the token. An app that signs in by itself goes through none, and no document says that its token
   * names one.
   * https://learn.microsoft.com/azure/active-directory-b2c/tokens-overview
   */
  private checkPolicy(claims: JWTPayload, ofApp: boolean): void {
    const { policy } = this.authority;
    const named = (text(claims['tfp']) || text(claims['acr'])).toLowerCase();
    if (policy === undefined || named === policy || (ofApp && named === '')) return;
    throw new AccessError(401, `the token is of another policy than ${policy}`);
  }

  /**
   * Roles that an app has by itself. Azure AD B2C has them in `scp`.
   * https://learn.microsoft.com/azure/active-directory-b2c/client-credentials-grant-flow
   */
  private appRolesOf(claims: JWTPayload): string[] {
    const inScopes = this.authority.policy === undefined ? [] : text(claims['scp']).split(' ');
    return [...list(claims['roles']), ...inScopes];
  }

  private identitiesOf(claims: JWTPayload): string[] {
    const { identityClaim } = this.settings;
    if (identityClaim) return list(claims[identityClaim]);
    const oid = text(claims['oid']);
    // ACS knows users of a workforce tenant by their object id, and customers by ids of its own.
    return oid && !this.authority.ofCustomers ? [`8:orgid:${oid}`] : [];
  }
}

/**
 * ID tokens are signed by the same keys, may have the API's own application id as audience, and carry the user's app
 * roles. What tells them apart: an access token names the app it was given to (`azp`, in version 1 `appid`), an ID token
 * does not; and hashes of a code or an access token are in ID tokens alone. A `nonce` is no sign by itself: access tokens
 * of Azure AD B2C carry it, too, beside `scp` (https://github.com/MicrosoftDocs/azure-docs/issues/29240).
 * https://learn.microsoft.com/entra/identity-platform/id-token-claims-reference
 * https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
 */
function isIdToken(claims: JWTPayload): boolean {
  return (
    clientOf(claims) === '' ||
    claims['at_hash'] !== undefined ||
    claims['c_hash'] !== undefined ||
    (claims['nonce'] !== undefined && claims['scp'] === undefined)
  );
}

function clientOf(claims: JWTPayload): string {
  return text(claims['azp']) || text(claims['appid']);
}

function text(claim: unknown): string {
  return typeof claim === 'string' ? claim : '';
}

function list(claim: unknown): string[] {
  if (typeof claim === 'string') return claim.split(/[ ,]+/).filter((value) => value !== '');
  return Array.isArray(claim) ? claim.filter((value): value is string => typeof value === 'string') : [];
}
