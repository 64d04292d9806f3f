import { createHmac } from 'node:crypto';
import { RestError, type PipelineRequest, type PipelineResponse } from '@azure/core-rest-pipeline';
import type { NotificationHubsClientContext } from '@azure/notification-hubs/api';
import { PlainHeaders } from './connections/headers';
import { NoAnswer, type Transport } from './http';
import type { Clock, HubMessage, HubReceipt } from './ports';
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
  private readonly messagesUrl: string;
  private signature = { header: '', renewAt: 0 };

  constructor(
    readonly hubName: string,
    readonly key: RuleKey,
    private readonly transport: Transport,
    private readonly clock: Clock,
  ) {
    this.baseUrl = `${key.endpoint}/`;
    this.url = `${key.endpoint}/${hubName}?api-version=${API_VERSION}`;
    this.messagesUrl = messagesUrl(key.endpoint, hubName);
  }

  requestUrl(): URL {
    return new URL(this.url);
  }

  /** @param rawHeaders names in lower case */
  createHeaders(_operation: string, rawHeaders?: Record<string, unknown>) {
    return Promise.resolve(
      new PlainHeaders({
        ...(rawHeaders as Record<string, string> | undefined),
        authorization: this.authorization(),
        'x-ms-version': API_VERSION,
      }),
    );
  }

  /** @throws NoAnswer when there is none */
  async sendRequest(request: PipelineRequest): Promise<PipelineResponse> {
    try {
      return await this.transport.sdkClient.sendRequest(request);
    } catch (error) {
      if (!(error instanceof RestError)) throw error;
      const { host } = new URL(this.baseUrl);
      throw new NoAnswer(`no answer from ${host} (${error.message})`, undefined, { cause: error });
    }
  }

  /**
   * Sends one message. This one request the SDK does not make: what it does around it takes more than half as long
   * as the request itself, and there are thousands of them.
   *
   * @param timeoutMs how long the answer may take, in milliseconds
   * @throws HubAnswer when the hub does not accept it
   * @throws NoAnswer when there is no answer in time: the hub may have accepted it, or may yet
   * https://learn.microsoft.com/rest/api/notificationhubs/send-apns-native-notification
   */
  async send(message: HubMessage, timeoutMs: number): Promise<HubReceipt> {
    const headers = ['authorization', this.authorization(), ...messageHeaders(message)];
    const response = await this.transport.send({
      method: 'POST',
      url: this.messagesUrl,
      headers,
      body: message.body,
      timeoutMs,
    });
    const { status, headers: answered } = response;
    if (status !== 201) throw new HubAnswer(status, answered['retry-after']);
    const { location } = answered;
    return {
      trackingId: answered['trackingid'] as string | undefined,
      // https://{namespace}/{hub}/messages/{notification id}?api-version=…
      notificationId: location && /\/messages\/([^/?]+)/.exec(location)?.[1],
    };
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

/** Where messages for a hub are posted. */
export function messagesUrl(endpoint: string, hubName: string): string {
  return `${endpoint}/${hubName}/messages/?api-version=${API_VERSION}`;
}

/** What goes with a message beside the signature: names and values in turn. */
export function messageHeaders(message: HubMessage): string[] {
  const headers = [
    'content-type',
    'application/json;charset=utf-8',
    'x-ms-version',
    API_VERSION,
    'servicebusnotification-format',
    message.platform,
    'servicebusnotification-tags',
    message.tagExpression,
  ];
  for (const name in message.headers) headers.push(name, message.headers[name]!);
  return headers;
}

/** An answer of a hub other than that it has done what it was asked. */
export class HubAnswer extends Error {
  constructor(
    readonly statusCode: number,
    readonly retryAfter: string | undefined,
  ) {
    super(`hub answered ${statusCode}`);
  }
}
