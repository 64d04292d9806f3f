import { createHmac } from 'node:crypto';
import {
  createHttpHeaders,
  type PipelineRequest,
  type PipelineResponse,
  type RawHttpHeaders,
} from '@azure/core-rest-pipeline';
import type { NotificationHubsClientContext } from '@azure/notification-hubs/api';
import type { Transport } from './http';
import type { Clock } from './ports';
import type { RuleKey } from './send-key';

/** Version of the hubs' data plane. */
const API_VERSION = '2020-06';

/** How long one signature is used and how long it is good for, in milliseconds. */
const SIGN_EVERY_MS = 20 * 60_000;
const SIGNED_FOR_MS = 60 * 60_000;

/**
 * What the SDK's operations run on. The SDK's own context signs each request anew and sends it through a pipeline of
 * twelve policies; this one signs every twenty minutes and keeps to the relay's connections.
 */
export class HubContext implements NotificationHubsClientContext {
  readonly baseUrl: string;
  private readonly url: string;
  private signature = { header: '', renewAt: 0 };

  constructor(
    readonly hubName: string,
    readonly key: RuleKey,
    private readonly transport: Transport,
    private readonly clock: Clock,
  ) {
    this.baseUrl = `${key.endpoint}/`;
    this.url = `${key.endpoint}/${hubName}?api-version=${API_VERSION}`;
  }

  requestUrl(): URL {
    return new URL(this.url);
  }

  createHeaders(_operation: string, rawHeaders?: Record<string, unknown>) {
    const headers = createHttpHeaders(rawHeaders as RawHttpHeaders | undefined);
    headers.set('Authorization', this.authorization());
    headers.set('x-ms-version', API_VERSION);
    return Promise.resolve(headers);
  }

  sendRequest(request: PipelineRequest): Promise<PipelineResponse> {
    return this.transport.sdkClient.sendRequest(request);
  }

  /**
   * A shared access signature for the whole hub.
   * https://learn.microsoft.com/rest/api/notificationhubs/common-concepts
   */
  private authorization(): string {
    const now = this.clock.now();
    if (now >= this.signature.renewAt) {
      const resource = encodeURIComponent(`${this.baseUrl}${this.hubName}`.toLowerCase());
      const expiry = Math.floor((now + SIGNED_FOR_MS) / 1000);
      const signed = createHmac('sha256', this.key.key).update(`${resource}\n${expiry}`).digest('base64');
      this.signature = {
        header: `SharedAccessSignature sr=${resource}&sig=${encodeURIComponent(signed)}&se=${expiry}&skn=${this.key.ruleName}`,
        renewAt: now + SIGN_EVERY_MS,
      };
    }
    return this.signature.header;
  }
}
