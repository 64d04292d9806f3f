import { TransientError } from './errors';
import { retryAfterMs, sendHttp } from './http';
import type { TokenSource } from './identity';
import type { Clock } from './ports';

const ARM = 'https://management.azure.com';

/** The version of `listKeys` that the relay was written against. */
const API_VERSION = '2023-10-01-preview';

/**
 * The connection string of one authorization rule, read from ARM with the app's identity, so that no key has
 * to live in the app's settings. It is kept in memory until somebody says that it no longer works.
 */
export class SendKey {
  private current: Promise<string> | undefined;

  constructor(
    private readonly ruleId: string,
    private readonly identity: TokenSource,
    private readonly clock: Clock,
  ) {}

  /** @throws TransientError when ARM or the identity gives no key (a missing role assignment can still come) */
  connectionString(): Promise<string> {
    this.current ??= this.read().catch((error: unknown) => {
      this.current = undefined;
      throw error;
    });
    return this.current;
  }

  /**
   * Drops a connection string that a send was refused with. Only that very one, so that many sends refused at
   * the same time make one `listKeys`.
   */
  async forget(connectionString: string): Promise<void> {
    const reading = this.current;
    if (reading && (await reading.catch(() => undefined)) === connectionString && this.current === reading) {
      this.current = undefined;
    }
  }

  private async read(): Promise<string> {
    const token = await this.identity.token(`${ARM}/`);
    const response = await sendHttp({
      method: 'POST',
      url: `${ARM}${this.ruleId}/listKeys?api-version=${API_VERSION}`,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: '{}',
    });
    if (response.status !== 200) {
      // 401, 403 and 404 too: role assignments and namespaces take minutes to spread, and no event is at fault.
      throw new TransientError(
        `listKeys of ${this.ruleId} answered ${response.status}; the relay's identity needs ` +
          `Microsoft.NotificationHubs/namespaces/notificationHubs/authorizationRules/listKeys/action on it`,
        retryAfterMs(response.headers.get('retry-after'), this.clock.now()),
      );
    }
    const keys = JSON.parse(response.bodyAsText ?? '{}') as { primaryConnectionString?: string };
    if (!keys.primaryConnectionString) {
      throw new TransientError(`listKeys of ${this.ruleId} answered without primaryConnectionString`);
    }
    return keys.primaryConnectionString;
  }
}
