import {
  createDefaultHttpClient,
  createHttpHeaders,
  createPipelineFromOptions,
  createPipelineRequest,
  type HttpClient,
  type Pipeline,
  type PipelineResponse,
} from '@azure/core-rest-pipeline';
import { AzureError, retryAfterOf } from './azure-error';
import { systemClock, type Clock } from './clock';
import type { HubConnection } from './connection-string';
import { timedTransportOf } from './transport';
import type { RequestOptions } from './transport-options';
import { sharedAccessSignature } from './shared-access-signature';
import type { PushPlatform } from './push-platform';

export type { PushPlatform };

/** What a push is sent as. */
export interface SendOptions {
  /** The hub's APNs topic ends in `.voip`, which takes VoIP pushes alone. @default false */
  readonly voip?: boolean;
}

/** What a hub answered to a send. */
export interface SendAnswer {
  /** HTTP status of the hub's answer. */
  readonly status: number;
  /** The hub's own words for a refusal; empty when it gave none. */
  readonly reason?: string;
  /** By which a Standard namespace tells what became of the push. */
  readonly notificationId?: string;
}

/** Names of outcomes (`Success`, `BadChannel`, `InvalidCredentials`, …) by platform. */
export type SendOutcomes = Readonly<Partial<Record<PushPlatform, readonly string[]>>>;

/** What the engine asks of a hub's data plane. None throws for a refusal. */
export interface HubClient {
  /** Direct Send of a silent push to a handle that nobody has: 201 when the hub accepts it. */
  send(
    connection: HubConnection,
    hub: string,
    platform: PushPlatform,
    options?: SendOptions,
    signal?: AbortSignal,
  ): Promise<SendAnswer>;
  /**
   * What became of a push that was sent: outcomes by platform, as the hub names them. Undefined when it does not tell,
   * or not yet: a Standard namespace alone does, and whether a key that can only send may ask is not documented.
   */
  outcomes(
    connection: HubConnection,
    hub: string,
    notificationId: string,
    signal?: AbortSignal,
  ): Promise<SendOutcomes | undefined>;
  /** Something that needs Listen (reads an installation that does not exist): 401 for a Send-only key. */
  listen(connection: HubConnection, hub: string, signal?: AbortSignal): Promise<number>;
  /** Something that needs Manage (lists registrations by tag): 401 for a Send-only key. */
  manage(connection: HubConnection, hub: string, signal?: AbortSignal): Promise<number>;
}

/** How a hub is reached. */
export interface HubClientOptions extends RequestOptions {
  /** What time it is; signatures run out by it. @default - the machine's clock */
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
/** Source: learn.microsoft.com `rest/api/notificationhubs/get-notification-message-telemetry`. */
const TELEMETRY_API_VERSION = '2016-07';
/** Elements of the telemetry's answer. Source: as above, and `@azure/notification-hubs` 2.1.0 for FCM v1. */
const OUTCOME_ELEMENTS: Readonly<Record<PushPlatform, string>> = {
  apns: 'ApnsOutcomeCounts',
  fcmV1: 'FcmV1OutcomeCounts',
};
const VOIP_HEADERS = { 'apns-push-type': 'voip', 'apns-priority': '10' };
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
    const { proxyOptions, additionalPolicies } = timedTransportOf(options);
    this.pipeline = createPipelineFromOptions({
      retryOptions: { maxRetries: 0 },
      ...(proxyOptions ? { proxyOptions } : {}),
    });
    for (const { policy } of additionalPolicies) this.pipeline.addPolicy(policy, { afterPhase: 'Sign' });
  }

  async send(
    connection: HubConnection,
    hub: string,
    platform: PushPlatform,
    { voip = false }: SendOptions = {},
    signal?: AbortSignal,
  ): Promise<SendAnswer> {
    const { format, body, headers } = SILENT[platform];
    const answer = await this.ask(connection, 'POST', `${hub}/messages/`, {
      search: `direct&api-version=${DATA_PLANE_API_VERSION}`,
      body: JSON.stringify(body),
      headers: {
        'content-type': 'application/json;charset=utf-8',
        'ServiceBusNotification-Format': format,
        'ServiceBusNotification-DeviceHandle': NOBODY[platform],
        ...headers,
        ...(voip && platform === 'apns' ? VOIP_HEADERS : {}),
      },
      signal,
    });
    const reason = answer.status < 400 ? '' : wordsOf(answer.bodyAsText ?? '');
    const notificationId = /\/messages\/([^/?]+)/i.exec(answer.headers.get('location') ?? '')?.[1];
    return {
      status: answer.status,
      ...(reason ? { reason } : {}),
      ...(notificationId ? { notificationId } : {}),
    };
  }

  async outcomes(
    connection: HubConnection,
    hub: string,
    notificationId: string,
    signal?: AbortSignal,
  ): Promise<SendOutcomes | undefined> {
    const { status, bodyAsText } = await this.ask(connection, 'GET', `${hub}/messages/${notificationId}`, {
      search: `api-version=${TELEMETRY_API_VERSION}`,
      signal,
    });
    return status === 200 ? outcomesOf(bodyAsText ?? '') : undefined;
  }

  async listen(connection: HubConnection, hub: string, signal?: AbortSignal): Promise<number> {
    return (await this.ask(connection, 'GET', `${hub}/installations/acs-push-verify`, { signal })).status;
  }

  async manage(connection: HubConnection, hub: string, signal?: AbortSignal): Promise<number> {
    return (await this.ask(connection, 'GET', `${hub}/tags/acs-push-verify/registrations`, { signal }))
      .status;
  }

  private async ask(
    connection: HubConnection,
    method: 'GET' | 'POST',
    path: string,
    { search = `api-version=${DATA_PLANE_API_VERSION}`, body, headers = {}, signal }: Question,
  ): Promise<PipelineResponse> {
    const uri = `${connection.endpoint}/${path}`;
    const expiry = Math.floor(this.clock.now() / 1000) + SIGNATURE_LIFETIME;
    const request = createPipelineRequest({
      url: `${uri}?${search}`,
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
    return response;
  }
}

interface Question {
  readonly search?: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

/** The words of a refusal, without markup and short enough for a line. */
function wordsOf(body: string): string {
  const detail = /<Detail>([^<]*)<\/Detail>/i.exec(body)?.[1] ?? body.replace(/<[^>]*>/g, ' ');
  return detail.replace(/\s+/g, ' ').trim().slice(0, 200);
}

function outcomesOf(details: string): SendOutcomes {
  const platforms = Object.entries(OUTCOME_ELEMENTS).flatMap(([platform, element]) => {
    const counts = new RegExp(`<${element}>([\\s\\S]*?)</${element}>`).exec(details)?.[1];
    const names = [...(counts ?? '').matchAll(/<Name>\s*(\w+)\s*<\/Name>/g)].map(([, name]) => name!);
    return names.length > 0 ? [[platform, names]] : [];
  });
  return Object.fromEntries(platforms) as SendOutcomes;
}
