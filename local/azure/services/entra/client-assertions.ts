import { createHash, X509Certificate } from 'node:crypto';
import {
  createLocalJWKSet,
  decodeJwt,
  decodeProtectedHeader,
  errors,
  jwtVerify,
  type JSONWebKeySet,
} from 'jose';
import type { OutgoingRequest } from '../../core/context';
import type { FederatedCredential, Principal } from '../../core/access/directory';
import { LOGIN_HOST, TENANT_ID } from '../../core/identity';

/** What Microsoft Entra takes an assertion for: its own addresses of this tenant. */
const OWN_AUDIENCES = [
  `https://${LOGIN_HOST}/${TENANT_ID}/oauth2/v2.0/token`,
  `https://${LOGIN_HOST}/${TENANT_ID}/oauth2/token`,
  `https://${LOGIN_HOST}/${TENANT_ID}/v2.0`,
];
const ANSWER_WITHIN_MS = 10_000;
/** How far the clock of whoever made an assertion may be off. */
const CLOCK_SKEW = '5m';

/** Why an assertion proves nothing, in Microsoft Entra's code and words of one's own. */
export class AssertionError extends Error {
  constructor(
    readonly code: `AADSTS${number}`,
    message: string,
  ) {
    super(`${code}: ${message}`);
  }
}

type Fetch = (request: OutgoingRequest) => Promise<{ status: number; body: string }>;

/**
 * Client assertions: JWTs that an application signs with a certificate of its own, or that an issuer it trusts signed.
 * https://learn.microsoft.com/entra/identity-platform/certificate-credentials
 * https://learn.microsoft.com/entra/workload-id/workload-identity-federation
 */
export class ClientAssertions {
  /** @param fetch reaches issuers on loopback; the real Entra wants them to be on https */
  constructor(private readonly fetch: Fetch) {}

  /** @throws AssertionError */
  async verify(assertion: string, principal: Principal): Promise<void> {
    let issuer: string | undefined;
    try {
      ({ iss: issuer } = decodeJwt(assertion));
    } catch {
      throw new AssertionError('AADSTS50027', 'the assertion is no JWT');
    }
    if (issuer?.toLowerCase() === principal.clientId.toLowerCase()) {
      return this.signedByCertificate(assertion, principal);
    }
    return this.federated(assertion, issuer ?? '', principal);
  }

  private async signedByCertificate(assertion: string, principal: Principal): Promise<void> {
    const header = decodeProtectedHeader(assertion) as Record<string, string>;
    const shown = header['x5t#S256'] ?? header.x5t ?? header.kid;
    const certificate = (principal.certificates ?? []).find(
      (pem) => shown && thumbprints(pem).includes(shown),
    );
    if (!certificate) {
      throw new AssertionError(
        'AADSTS700027',
        `the certificate with thumbprint '${shown}' is not registered on application '${principal.clientId}'`,
      );
    }
    const { publicKey } = new X509Certificate(certificate);
    const { payload } = await verified(() =>
      jwtVerify(assertion, publicKey, { algorithms: ['RS256', 'PS256'], clockTolerance: CLOCK_SKEW }),
    );
    if (payload.sub?.toLowerCase() !== principal.clientId.toLowerCase()) {
      throw new AssertionError(
        'AADSTS700021',
        `the assertion is about '${payload.sub}', not '${principal.clientId}'`,
      );
    }
    if (![payload.aud].flat().some((audience) => audience && OWN_AUDIENCES.includes(audience))) {
      throw new AssertionError(
        'AADSTS700023',
        `the assertion is meant for '${payload.aud}'; expected ${OWN_AUDIENCES[0]}`,
      );
    }
    timeOf(payload);
  }

  private async federated(assertion: string, issuer: string, principal: Principal): Promise<void> {
    const trusted = (principal.federatedCredentials ?? []).filter((one) => one.issuer === issuer);
    if (trusted.length === 0) {
      throw new AssertionError('AADSTS700211', `no federated credential names the issuer '${issuer}'`);
    }
    const keys = await this.keysOf(issuer);
    const { payload } = await verified(() =>
      jwtVerify(assertion, createLocalJWKSet(keys), { algorithms: ['RS256'], clockTolerance: CLOCK_SKEW }),
    );
    timeOf(payload);
    const bySubject = trusted.filter(({ subject }) => subject === payload.sub);
    if (bySubject.length === 0) {
      throw new AssertionError('AADSTS700213', `no federated credential names the subject '${payload.sub}'`);
    }
    if (!bySubject.some(({ audience }: FederatedCredential) => [payload.aud].flat().includes(audience))) {
      throw new AssertionError('AADSTS700212', `no federated credential names the audience '${payload.aud}'`);
    }
  }

  private async keysOf(issuer: string): Promise<JSONWebKeySet> {
    try {
      const document = `${issuer.replace(/\/+$/, '')}/.well-known/openid-configuration`;
      const { jwks_uri: address } = JSON.parse(await this.read(document)) as { jwks_uri: string };
      return JSON.parse(await this.read(address)) as JSONWebKeySet;
    } catch (error) {
      throw new AssertionError(
        'AADSTS50166',
        `the keys of '${issuer}' cannot be read: ${(error as Error).message}`,
      );
    }
  }

  private async read(url: string): Promise<string> {
    const { status, body } = await this.fetch({
      method: 'GET',
      url,
      headers: {},
      timeoutMs: ANSWER_WITHIN_MS,
    });
    if (status !== 200) throw new Error(`${url} answered ${status}`);
    return body;
  }
}

/** SHA-256 and SHA-1, in base64 of either alphabet: azurerm says it as `kid`, the SDKs as `x5t#S256`. */
function thumbprints(pem: string): string[] {
  const { raw } = new X509Certificate(pem);
  return ['sha256', 'sha1'].flatMap((algorithm) => {
    const digest = createHash(algorithm).update(raw).digest();
    const base64 = digest.toString('base64');
    return [digest.toString('base64url'), base64, base64.replace(/\+/g, '-').replace(/\//g, '_')];
  });
}

/** An assertion that does not say until when it holds would hold for ever. */
function timeOf({ exp }: { exp?: number }): void {
  if (exp === undefined) throw new AssertionError('AADSTS50027', 'the assertion has no exp');
}

/** In the machine's time: whoever makes an assertion knows no other. */
async function verified<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (
      error instanceof errors.JWTExpired ||
      (error instanceof errors.JWTClaimValidationFailed && error.claim === 'nbf')
    ) {
      throw new AssertionError('AADSTS700024', 'the assertion is not within its valid time');
    }
    throw new AssertionError(
      'AADSTS700027',
      `the assertion's signature is not valid: ${(error as Error).message}`,
    );
  }
}
