import type { TokenCredential } from '@azure/core-auth';
import { ARM } from './arm';
import { CircuitBreaker } from './circuit-breaker';
import { TransientError } from './errors';
import { isTransientStatus, type Transport } from './http';
import { bearer } from './identity';
import { readJson } from './json';
import type { Clock } from './ports';
import { holdOf } from './retry-after';
import type { HubRule } from './settings';

/** The version of `listKeys` that the relay was written against. */
const API_VERSION = '2023-10-01-preview';

/** One key of an authorization rule, and its endpoint. */
export interface RuleKey {
  /** `https://{namespace}.servicebus.windows.net` */
  readonly endpoint: string;
  readonly ruleName: string;
  readonly key: string;
}

/** What to go on with after a key was refused. */
export interface KeysAfter {
  readonly keys: readonly RuleKey[];
  /** Why they are those that were known before. */
  readonly unread?: Error;
}

/**
 * The keys of one authorization rule, read from ARM with the app's identity, so that none has to live in the app's
 * settings. They are kept in memory until others are read; while ARM cannot be asked, those that were read last are
 * better than none.
 */
export class SendKey {
  private current: Promise<readonly RuleKey[]> | undefined;
  /** Why `current` holds what was known before it. */
  private unread: Error | undefined;
  private readonly arm: CircuitBreaker;

  constructor(
    private readonly rule: HubRule,
    private readonly credential: TokenCredential,
    private readonly transport: Transport,
    private readonly clock: Clock,
  ) {
    this.arm = new CircuitBreaker(`listKeys of ${rule.id}`, clock);
  }

  /**
   * Both keys, the primary one first.
   * @throws TransientError when ARM or the identity gives no key (a missing role assignment can still come)
   */
  get(): Promise<readonly RuleKey[]> {
    this.current ??= this.read().catch((error: unknown) => {
      this.current = undefined;
      throw error;
    });
    return this.current;
  }

  /**
   * The keys to go on with after a request was refused with that one: read anew, and that one last. Many requests that
   * are refused at the same time make one `listKeys`. When that fails, the one that is left of those that were known.
   *
   * Whoever regenerates one key at a time leaves the other, which the hub knows: a new key may take a while until it
   * does.
   *
   * @throws TransientError when no key is known, as {@link get}
   */
  async after(refused: RuleKey): Promise<KeysAfter> {
    const reading = this.current;
    const known = await reading?.catch(() => undefined);
    if (known?.includes(refused) && this.current === reading) this.current = this.readAgain(known);
    const keys = await this.get();
    const others = keys.filter(({ key }) => key !== refused.key);
    const { unread } = this;
    if (unread && keys.includes(refused)) return { keys: others, unread };
    return { keys: [...others, ...keys.filter(({ key }) => key === refused.key)] };
  }

  private async readAgain(known: readonly RuleKey[]): Promise<readonly RuleKey[]> {
    try {
      const keys = await this.read();
      this.unread = undefined;
      return keys;
    } catch (error) {
      this.unread = error as Error;
      return known;
    }
  }

  private read(): Promise<readonly RuleKey[]> {
    return this.arm.run(() => this.listKeys());
  }

  private async listKeys(): Promise<readonly RuleKey[]> {
    const authorization = await bearer(this.credential, ARM);
    const response = await this.transport.send({
      method: 'POST',
      url: `${ARM}${this.rule.id}/listKeys?api-version=${API_VERSION}`,
      headers: { authorization, 'content-type': 'application/json' },
      body: '{}',
    });
    if (response.status !== 200) {
      const { status } = response;
      const hold = isTransientStatus(status)
        ? holdOf(response.headers['retry-after'], this.clock.now())
        : undefined;
      if (hold) this.arm.open(hold);
      // 401, 403 and 404 too: role assignments and namespaces take minutes to spread, and no event is at fault.
      throw new TransientError(
        `listKeys of ${this.rule.id} answered ${status}; the relay's identity needs ` +
          `Microsoft.NotificationHubs/namespaces/notificationHubs/authorizationRules/listKeys/action on it`,
        hold,
      );
    }
    const { primaryConnectionString, secondaryConnectionString } = readJson(response.body);
    const keys = [primaryConnectionString, secondaryConnectionString].map(keyOf).filter((key) => !!key);
    if (keys.length === 0) {
      throw new TransientError(`listKeys of ${this.rule.id} answered without a usable connection string`);
    }
    return keys;
  }
}

function keyOf(connectionString: unknown): RuleKey | undefined {
  const part = (name: string) =>
    new RegExp(`(?:^|;)${name}=([^;]*)`, 'i').exec(String(connectionString))?.[1] ?? '';
  const [endpoint, ruleName, key] = [part('Endpoint'), part('SharedAccessKeyName'), part('SharedAccessKey')];
  if (!endpoint || !key) return undefined;
  return { endpoint: endpoint.replace(/^sb:/i, 'https:').replace(/\/+$/, ''), ruleName, key };
}
