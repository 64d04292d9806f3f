import type { TokenCredential } from '@azure/core-auth';
import { TransientError } from '../errors';
import { isTransientStatus, retryAfterMs, type HttpResponse, type Transport } from '../http';
import { bearer } from '../identity';
import type { Clock } from '../ports';

/** The version of the Storage services that the relay was written against; bearer tokens need 2020-12-06 for tables. */
const VERSION = '2021-12-02';

/** Attempts at one request. */
const MAX_ATTEMPTS = 3;

/** Longest wait between two of them, in milliseconds: an event has 30 s in all. */
const MAX_WAIT_MS = 10_000;

export interface StorageRequest {
  readonly service: 'table' | 'blob';
  readonly method: string;
  /** Path and query, encoded, with a leading slash. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A storage account, signed in to with the app's identity. */
export class Storage {
  constructor(
    private readonly account: string,
    private readonly credential: TokenCredential,
    private readonly transport: Transport,
    private readonly clock: Clock,
  ) {}

  /** `https://{account}.table.core.windows.net` */
  url(service: 'table' | 'blob'): string {
    return `https://${this.account}.${service}.core.windows.net`;
  }

  /**
   * Sends a request; what fails in passing is tried again soon, or when the service asks for it (`Retry-After`), and
   * not at all where that is too late.
   *
   * @param expected statuses to give back besides 2xx
   * @throws TransientError on any other status, or when there is no answer
   */
  async send(request: StorageRequest, expected: readonly number[] = []): Promise<HttpResponse> {
    for (let attempt = 1; ; attempt++) {
      const authorization = await bearer(this.credential, 'https://storage.azure.com');
      let failure: TransientError;
      try {
        const response = await this.transport.send({
          method: request.method,
          url: `${this.url(request.service)}${request.path}`,
          headers: {
            'x-ms-version': VERSION,
            'x-ms-date': new Date(this.clock.now()).toUTCString(),
            ...request.headers,
            authorization,
          },
          body: request.body,
        });
        if ((response.status >= 200 && response.status < 300) || expected.includes(response.status))
          return response;
        // Without the keys of rows, which are ids of devices: it goes into logs.
        const [path] = request.path.split(/[?(]/);
        failure = new TransientError(
          `${request.service} storage ${this.account} answered ${response.status} to ${request.method} ${path!.slice(0, 80)}`,
          retryAfterMs(response.headers['retry-after'], this.clock.now()),
        );
        if (!isTransientStatus(response.status)) attempt = MAX_ATTEMPTS;
      } catch (error) {
        if (!(error instanceof TransientError) || attempt === MAX_ATTEMPTS) throw error;
        failure = error;
      }
      const wait = failure.retryAfterMs ?? 100 * 2 ** attempt * (0.5 + Math.random());
      if (attempt === MAX_ATTEMPTS || wait > MAX_WAIT_MS) throw failure;
      await this.clock.sleep(wait);
    }
  }
}
