import {
  createDefaultHttpClient,
  createHttpHeaders,
  createPipelineFromOptions,
  createPipelineRequest,
  type HttpClient,
  type Pipeline,
} from '@azure/core-rest-pipeline';
import { AzureError, retryAfterOf } from './azure-error';
import { systemClock, type Clock } from './clock';
import type { HubConnection } from './connection-string';
import { transportOf, type TransportOptions } from './transport';
import { sharedAccessSignature } from './shared-access-signature';

export type PushPlatform = 'apns' | 'fcmV1';

/** What the engine asks of a hub's data plane. Each answers the status; none throws for a refusal. */
export interface HubClient {
  /** Direct Send of a silent push to a handle that nobody has: 201 when the hub accepts it. */
  send(connection: HubConnection, hub: string, platform: PushPlatform, signal?: AbortSignal): Promise<number>;
  /** Something that needs Listen (reads an installation that does not exist): 401 for a Send-only key. */
  listen(connection: HubConnection, hub: string, signal?: AbortSignal): Promise<number>;
  /** Something that needs Manage (lists registrations by tag): 401 for a Send-only key. */
  manage(connection: HubConnection, hub: string, signal?: AbortSignal): Promise<number>;
}

export interface HubClientOptions extends TransportOptions {
  readonly clock?: Pick<Clock, 'now'>;
}

/** Source: `@azure/notification-hubs` 2.1.0, which speaks this version. */
const DATA_PLANE_API_VERSION = '2020-06';
const SIGNATURE_LIFETIME = 5 * 60;
/** Handles in the right form that belong to no device, so that the push service is asked and rings nobody. */
const NOBODY: Readonly<Record<PushPlatform, string>> = {
  apns: '0'.repeat(64),
  fcmV1: 'acs-push-verify:APA91b-this-handle-belongs-to-no-device',
};
const SILENT: Readonly<
  Record<PushPlatform, { format: string; body: unknown; headers: Record<string, string> }>
> = {
  apns: {
    format: 'apple',
    body: { aps: { 'content-available': 1 } },
    headers: { 'apns-push-type': 'background', 'apns-priority': '5' },
  },
  fcmV1: { format: 'fcmv1', body: { message: { data: { probe: 'acs-push' } } }, headers: {} },
};

/** Speaks to the data plane of Notification Hubs with a SAS made for each request. */
export class RestHubClient implements HubClient {
  private readonly pipeline: Pipeline;
  private readonly http: HttpClient = createDefaultHttpClient();
  private readonly clock: Pick<Clock, 'now'>;

  constructor(options: HubClientOptions = {}) {
    this.clock = options.clock ?? systemClock;
    const { proxyOptions, additionalPolicies = [] } = transportOf(options);
    this.pipeline = createPipelineFromOptions({
      retryOptions: { maxRetries: 0 },
      ...(proxyOptions ? { proxyOptions } : {}),
    });
    for (const { policy } of additionalPolicies) this.pipeline.addPolicy(policy, { afterPhase: 'Sign' });
  }

  send(
    connection: HubConnection,
    hub: string,
    platform: PushPlatform,
    signal?: AbortSignal,
  ): Promise<number> {
    const { format, body, headers } = SILENT[platform];
    return this.ask(connection, 'POST', `${hub}/messages/`, 'direct', signal, JSON.stringify(body), {
      'content-type': 'application/json;charset=utf-8',
      'ServiceBusNotification-Format': format,
      'ServiceBusNotification-DeviceHandle': NOBODY[platform],
      ...headers,
    });
  }

  listen(connection: HubConnection, hub: string, signal?: AbortSignal): Promise<number> {
    return this.ask(connection, 'GET', `${hub}/installations/acs-push-verify`, undefined, signal);
  }

  manage(connection: HubConnection, hub: string, signal?: AbortSignal): Promise<number> {
    return this.ask(connection, 'GET', `${hub}/tags/acs-push-verify/registrations`, undefined, signal);
  }

  private async ask(
    connection: HubConnection,
    method: 'GET' | 'POST',
    path: string,
    flag: string | undefined,
    signal: AbortSignal | undefined,
    body?: string,
    headers: Record<string, string> = {},
  ): Promise<number> {
    const uri = `${connection.endpoint}/${path}`;
    const expiry = Math.floor(this.clock.now() / 1000) + SIGNATURE_LIFETIME;
    const request = createPipelineRequest({
      url: `${uri}?${flag ? `${flag}&` : ''}api-version=${DATA_PLANE_API_VERSION}`,
      method,
      headers: createHttpHeaders({
        ...headers,
        authorization: sharedAccessSignature(uri, connection.keyName, connection.key, expiry),
      }),
      ...(body === undefined ? {} : { body }),
      ...(signal ? { abortSignal: signal } : {}),
    });
    const what = `${method} ${uri}`;
    const response = await this.pipeline.sendRequest(this.http, request).catch((error: Error) => {
      if (error.name === 'AbortError') throw error;
      throw new AzureError('network', `cannot ${what}: ${error.message}`);
    });
    if (response.status === 429 || response.status >= 500) {
      const retryAfter = retryAfterOf(response.headers.get('retry-after'), this.clock.now());
      throw new AzureError(
        response.status === 429 ? 'throttled' : 'unavailable',
        `cannot ${what}: ${response.status}`,
        { status: response.status, ...(retryAfter === undefined ? {} : { retryAfter }) },
      );
    }
    return response.status;
  }
}
