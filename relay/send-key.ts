import type { TokenCredential } from '@azure/core-auth';
import { TransientError } from './errors';
import { retryAfterMs, type Transport } from './http';
import { bearer } from './identity';
import { readJson } from './json';
import type { Clock } from './ports';
import type { HubRule } from './settings';

const ARM = 'https://management.azure.com';

/** The version of `listKeys` that the relay was written against. */
const API_VERSION = '2023-10-01-preview';

/** One key of an authorization rule, and its endpoint. */
export interface RuleKey {
  /** `https://{namespace}.servicebus.windows.net` */
  readonly endpoint: string;
  readonly ruleName: string;
  readonly key: string;
}

/**
 * The keys of one authorization rule, read from ARM with the app's identity, so that none has to live in the app's
 * settings. They are kept in memory until somebody says that one no longer works.
 */
export class SendKey {
  private current: Promise<readonly RuleKey[]> | undefined;

  constructor(
    private readonly rule: HubRule,
    private readonly credential: TokenCredential,
    private readonly transport: Transport,
    private readonly clock: Clock,
  ) {}

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
   * are refused at the same time make one `listKeys`.
   *
   * Whoever regenerates one key at a time leaves the other, which the hub knows: a new key may take a while until it
   * does.
   */
  async after(refused: RuleKey): Promise<readonly RuleKey[]> {
    const reading = this.current;
    if (reading && (await reading.catch(() => undefined))?.includes(refused) && this.current === reading) {
      this.current = undefined;
    }
    const keys = await this.get();
    return [
      ...keys.filter(({ key }) => key !== refused.key),
      ...keys.filter(({ key }) => key === refused.key),
    ];
  }

  private async read(): Promise<readonly RuleKey[]> {
    const authorization = await bearer(this.credential, ARM);
    const response = await this.transport.send({
      method: 'POST',
      url: `${ARM}${this.rule.id}/listKeys?api-version=${API_VERSION}`,
      headers: { authorization, 'content-type': 'application/json' },
      body: '{}',
    });
    if (response.status !== 200) {
      // 401, 403 and 404 too: role assignments and namespaces take minutes to spread, and no event is at fault.
      throw new TransientError(
        `listKeys of ${this.rule.id} answered ${response.status}; the relay's identity needs ` +
          `Microsoft.NotificationHubs/namespaces/notificationHubs/authorizationRules/listKeys/action on it`,
        retryAfterMs(response.headers['retry-after'], this.clock.now()),
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
