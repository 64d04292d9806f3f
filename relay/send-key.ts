import { TransientError } from './errors';
import { retryAfterMs, type Transport } from './http';
import { readJson, type TokenSource } from './identity';
import type { Clock } from './ports';
import type { HubRule } from './settings';

const ARM = 'https://management.azure.com';

/** The version of `listKeys` that the relay was written against. */
const API_VERSION = '2023-10-01-preview';

/** Key and endpoint of an authorization rule. */
export interface RuleKey {
  /** `https://{namespace}.servicebus.windows.net` */
  readonly endpoint: string;
  readonly ruleName: string;
  readonly key: string;
}

/**
 * The key of one authorization rule, read from ARM with the app's identity, so that none has to live in the app's
 * settings. It is kept in memory until somebody says that it no longer works.
 */
export class SendKey {
  private current: Promise<RuleKey> | undefined;

  constructor(
    private readonly rule: HubRule,
    private readonly identity: TokenSource,
    private readonly transport: Transport,
    private readonly clock: Clock,
  ) {}

  /** @throws TransientError when ARM or the identity gives no key (a missing role assignment can still come) */
  get(): Promise<RuleKey> {
    this.current ??= this.read().catch((error: unknown) => {
      this.current = undefined;
      throw error;
    });
    return this.current;
  }

  /**
   * Drops a key that a request was refused with. Only that very one, so that many requests refused at the same time
   * make one `listKeys`.
   */
  async forget(key: RuleKey): Promise<void> {
    const reading = this.current;
    if (reading && (await reading.catch(() => undefined)) === key && this.current === reading) {
      this.current = undefined;
    }
  }

  private async read(): Promise<RuleKey> {
    const token = await this.identity.token(`${ARM}/`);
    const response = await this.transport.send({
      method: 'POST',
      url: `${ARM}${this.rule.id}/listKeys?api-version=${API_VERSION}`,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
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
    const { primaryConnectionString } = readJson(response.body);
    const part = (name: string) =>
      new RegExp(`(?:^|;)${name}=([^;]*)`, 'i').exec(String(primaryConnectionString))?.[1] ?? '';
    const [endpoint, ruleName, key] = [
      part('Endpoint'),
      part('SharedAccessKeyName'),
      part('SharedAccessKey'),
    ];
    if (!endpoint || !key) {
      throw new TransientError(
        `listKeys of ${this.rule.id} answered without a usable primaryConnectionString`,
      );
    }
    return { endpoint: endpoint.replace(/^sb:/i, 'https:').replace(/\/+$/, ''), ruleName, key };
  }
}
