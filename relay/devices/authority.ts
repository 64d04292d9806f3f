import {
  createLocalJWKSet,
  errors,
  type FlattenedJWSInput,
  type JSONWebKeySet,
  type JWTHeaderParameters,
} from 'jose';
import { TransientError } from '../errors';
import type { Transport } from '../http';
import { readJson } from '../json';
import type { Clock, Log } from '../ports';
import { workforceAuthority } from '../settings';

/** Keys are asked for anew after so long, in milliseconds. */
const FRESH_MS = 10 * 60_000;

/** Keys that cannot be asked for anew are good for so long after they were had, in milliseconds. */
const USABLE_MS = 24 * 60 * 60_000;

/** For a key that is not known they are asked for anew, but not twice within so long: anybody can make up key ids. */
const COOLDOWN_MS = 30_000;

/** After a failure nothing is asked for so long, in milliseconds: with keys at hand, and with none. */
const RETRY_MS = { withKeys: 30_000, without: 2_000 };

/** That keys are stale is said again after so long, in milliseconds. */
const WARN_MS = 5 * 60_000;

/** The authority has to answer in so many milliseconds. */
const TIMEOUT_MS = 5_000;

type Keys = ReturnType<typeof createLocalJWKSet>;

/** What an authority says of itself. */
interface Published {
  readonly issuer: string;
  readonly keys: Keys;
  /** When it was had, in milliseconds since the epoch. */
  readonly at: number;
}

/** A policy of Azure AD B2C among the segments of an authority: `B2C_1_signupsignin`, `B2C_1A_SIGNIN`. */
const B2C_POLICY = /^B2C_1A?_/i;

/**
 * Who signs the tokens: issuer and keys as the authority publishes them.
 * https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata
 */
export class Authority {
  /** Takes tokens of a customers' tenant, whose object ids are unknown to ACS. */
  readonly ofCustomers: boolean;
  /** The policy that its tokens have to name, in lower case; Azure AD B2C alone. */
  readonly policy: string | undefined;
  private published: Published | undefined;
  private pending: Promise<boolean> | undefined;
  private lastSucceeded = false;
  private nextAttempt = 0;
  private nextWarning = 0;

  constructor(
    readonly url: string,
    readonly tenantId: string,
    private readonly clock: Clock,
    private readonly transport: Pick<Transport, 'send'>,
    private readonly log: Log,
  ) {
    this.ofCustomers = url.toLowerCase() !== workforceAuthority(tenantId).toLowerCase();
    this.policy = new URL(url).pathname
      .split('/')
      .find((segment) => B2C_POLICY.test(segment))
      ?.toLowerCase();
  }

  /**
   * The issuers whose tokens are taken. Workforce tenants sign tokens of version 1 as well, with an issuer that their
   * document of version 2 does not name: https://learn.microsoft.com/entra/identity-platform/access-tokens
   *
   * @throws TransientError when they are not known and the authority does not tell
   */
  async issuers(): Promise<string[]> {
    const { issuer } = await this.current();
    return this.ofCustomers ? [issuer] : [issuer, `https://sts.windows.net/${this.tenantId}/`];
  }

  /**
   * The key that a token says to be signed by.
   *
   * @throws errors.JWKSNoMatchingKey when the authority has no such key
   * @throws TransientError when nobody can know that, because the authority cannot be asked
   */
  readonly key = async (header: JWTHeaderParameters, token: FlattenedJWSInput): ReturnType<Keys> => {
    const { keys, at } = await this.current();
    try {
      return await keys(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      if (this.lastSucceeded && this.clock.now() - at < COOLDOWN_MS) throw error;
    }
    if (!(await this.refresh())) throw this.silent();
    return this.published!.keys(header, token);
  };

  private async current(): Promise<Published> {
    const age = () => this.clock.now() - (this.published?.at ?? Number.NEGATIVE_INFINITY);
    if (age() >= FRESH_MS) {
      // One request finds out; others do not wait for an authority that may not answer, as long as there are keys.
      const isOther = this.pending !== undefined && age() < USABLE_MS;
      const refreshed = this.refresh();
      if (!isOther) await refreshed;
    }
    if (age() >= USABLE_MS) throw this.silent();
    if (age() >= FRESH_MS && !this.lastSucceeded) this.warn(age());
    return this.published!;
  }

  private warn(age: number): void {
    const now = this.clock.now();
    if (now < this.nextWarning) return;
    this.nextWarning = now + WARN_MS;
    this.log.write('warn', 'keys are stale', {
      authority: this.url,
      ageMinutes: Math.floor(age / 60_000),
      usableForMinutes: Math.floor((USABLE_MS - age) / 60_000),
    });
  }

  /** @returns whether the last attempt succeeded; there is none while it is too early for another one */
  private refresh(): Promise<boolean> {
    if (!this.pending && this.clock.now() >= this.nextAttempt) {
      this.pending = this.attempt().finally(() => (this.pending = undefined));
    }
    return this.pending ?? Promise.resolve(this.lastSucceeded);
  }

  private async attempt(): Promise<boolean> {
    try {
      this.published = await this.ask();
      this.lastSucceeded = true;
      this.nextAttempt = 0;
      this.nextWarning = 0;
    } catch (error) {
      this.lastSucceeded = false;
      this.nextAttempt = this.clock.now() + (this.published ? RETRY_MS.withKeys : RETRY_MS.without);
      this.log.write('warn', 'keys cannot be had', { authority: this.url, reason: (error as Error).message });
    }
    return this.lastSucceeded;
  }

  private async ask(): Promise<Published> {
    const { issuer, jwks_uri: jwksUri } = await this.read(`${this.url}/.well-known/openid-configuration`);
    if (
      !isHttps(issuer) ||
      !new URL(issuer).pathname.toLowerCase().includes(`/${this.tenantId.toLowerCase()}/`)
    ) {
      throw new Error(`expected an issuer of tenant ${this.tenantId}, got '${String(issuer)}'`);
    }
    if (!isHttps(jwksUri)) throw new Error(`expected a jwks_uri with https, got '${String(jwksUri)}'`);
    const set = await this.read(jwksUri);
    if (!Array.isArray(set['keys']) || set['keys'].length === 0) throw new Error(`no keys at ${jwksUri}`);
    return { issuer, keys: createLocalJWKSet(set as unknown as JSONWebKeySet), at: this.clock.now() };
  }

  private async read(url: string): Promise<Record<string, unknown>> {
    const { status, body } = await this.transport.send({
      method: 'GET',
      url,
      headers: { accept: 'application/json' },
      timeoutMs: TIMEOUT_MS,
    });
    if (status !== 200) throw new Error(`${url} answered ${status}`);
    return readJson(body);
  }

  private silent(): TransientError {
    return new TransientError(`the keys of ${this.url} cannot be had`);
  }
}

function isHttps(value: unknown): value is string {
  return typeof value === 'string' && URL.canParse(value) && new URL(value).protocol === 'https:';
}
