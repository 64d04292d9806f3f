import { parentId } from '../../core/arm/resource-id';
import type { LocalAzureContext } from '../../core/context';
import type { HostService, LocalRequest, LocalResponse } from '../../core/http';
import type { Metrics } from '../../core/metrics';
import type { Random } from '../../core/random';
import type { StoredResource } from '../../core/store';
import type { PushServices } from '../../../push-services/push-services';
import { HubAccess } from './access';
import { DEFAULT_HUB_BEHAVIOUR, type HubBehaviour } from './behaviour';
import { DeviceRequests } from './device-requests';
import { HubRequestError } from './errors';
import { pickFault, type Faults } from './faults';
import { failure, header, segments, xml } from './http';
import { PushQuota } from './quota';
import { HubSends } from './sends';
import { HubTelemetry, tellsMessages } from './telemetry';

/** The hub's part of ARM that its data plane needs to know. */
export interface HubResources {
  readonly namespaceType: string;
  credentials(hub: StoredResource): Record<string, Record<string, unknown>>;
}

const HOST_SUFFIX = '.servicebus.windows.net';

/**
 * The data plane of Notification Hubs at {namespace}.servicebus.windows.net: sends, installations,
 * registrations. Shared access signatures are checked against the rules that ARM keeps. Their expiry is held
 * against the machine's clock, which is the one that clients sign by, not against Azure's.
 */
export class NotificationHubDataPlane implements HostService {
  private faults: Faults = {};
  private readonly access: HubAccess;
  private readonly quota: PushQuota;
  private readonly telemetry: HubTelemetry;
  private readonly sends: HubSends;
  private readonly devices: DeviceRequests;

  constructor(
    private readonly context: LocalAzureContext,
    private readonly resources: HubResources,
    push: PushServices,
    private readonly metrics: Metrics,
    private readonly random: Random,
    telemetryRandom: Random,
    behaviour: () => HubBehaviour = () => DEFAULT_HUB_BEHAVIOUR,
  ) {
    this.access = new HubAccess(context.store, behaviour);
    this.quota = new PushQuota(context);
    this.telemetry = new HubTelemetry(context.clock, behaviour, telemetryRandom);
    const credentials = (hub: StoredResource) => resources.credentials(hub);
    this.sends = new HubSends(context, credentials, push, metrics, this.quota, this.telemetry);
    this.devices = new DeviceRequests(context, push, metrics, random);
  }

  setFaults(faults: Faults): void {
    this.faults = { ...faults };
  }

  get currentFaults(): Faults {
    return this.faults;
  }

  /** Undefined: the tier's own again. @throws RangeError when there is no such namespace */
  setQuota(namespaceId: string, pushesPerMonth: number | undefined): void {
    this.quota.limit(this.namespace(namespaceId).id, pushesPerMonth);
  }

  /** What Azure does to the namespace of a subscription that is disabled. @throws RangeError as above */
  setEnabled(namespaceId: string, enabled: boolean): void {
    const namespace = this.namespace(namespaceId);
    Object.assign(namespace.properties, { enabled, status: enabled ? 'Created' : 'Suspended' });
    this.context.store.put(namespace);
  }

  answersFor(host: string): boolean {
    return host.endsWith(HOST_SUFFIX);
  }

  async handle(request: LocalRequest): Promise<LocalResponse> {
    const hub = this.findHub(request);
    const response = await this.answerWithFaults(request, hub);
    if (hub) {
      this.metrics.add(hub.id, 'incoming.all.requests');
      if (response.status >= 400) this.metrics.add(hub.id, 'incoming.all.failedrequests');
    }
    return response;
  }

  private async answerWithFaults(
    request: LocalRequest,
    hub: StoredResource | undefined,
  ): Promise<LocalResponse> {
    const { formats } = this.faults;
    const spared = formats && !formats.includes(header(request, 'servicebusnotification-format') ?? '');
    const fault = spared ? undefined : pickFault(this.faults, this.random);
    if (fault === 'throttled') {
      const seconds = this.faults.retryAfterSeconds ?? 1;
      return failure(429, 'The request was throttled.', { 'Retry-After': String(seconds) });
    }
    if (fault === 'refused') return failure(this.faults.refusedStatus ?? 400, 'The request was refused.');
    if (fault === 'failed') return failure(500, 'The server was unable to process the request.');
    if (fault === 'timeout') {
      await this.context.clock.sleep((this.faults.timeoutSeconds ?? 60) * 1000, this.context.closing);
      return failure(503, 'The operation did not complete in time.');
    }
    const response = await this.answer(request, hub);
    return fault === 'lostAnswer' ? failure(500, 'The server was unable to process the request.') : response;
  }

  private async answer(request: LocalRequest, hub: StoredResource | undefined): Promise<LocalResponse> {
    if (!hub) return failure(404, `The hub at '${request.host}${request.path}' was not found.`);
    const [kind, name, ...rest] = segments(request.path).slice(1);
    const route = kind?.toLowerCase();
    try {
      const namespace = this.context.store.get(parentId(hub.id))!;
      const refusal = this.access.refusal(request, hub, namespace, route);
      if (refusal) return refusal;
      if (route === 'messages' && request.method === 'GET' && name)
        return this.messageTelemetry(request, hub, namespace, name);
      if (route === 'messages' && request.method === 'POST') {
        // The status is the documented one, the text is not (rest/api/notificationhubs/direct-send).
        if (this.quota.isUsedUp(namespace))
          return failure(
            403,
            `QuotaExceeded: The namespace '${namespace.name}' has no pushes left this month.`,
          );
        return this.sends.send(request, hub, name === '$batch');
      }
      if (route === 'installations' && name) return this.devices.installation(request, hub, name);
      if (route === 'registrations') return this.devices.registration(request, hub, name);
      if (route === 'registrationids' && request.method === 'POST') {
        return this.devices.registrationId(request, hub);
      }
      if (route === 'tags' && name && rest[0]?.toLowerCase() === 'registrations') {
        return this.devices.tagged(request, hub, name);
      }
      return failure(404, `There is no ${request.method} ${request.path} on a notification hub.`);
    } catch (error) {
      if (error instanceof HubRequestError) return failure(error.status, error.message);
      throw error;
    }
  }

  private findHub(request: LocalRequest): StoredResource | undefined {
    const namespaceName = request.host.slice(0, -HOST_SUFFIX.length).toLowerCase();
    const hubName = segments(request.path)[0];
    if (!hubName) return undefined;
    const owner = this.context.store
      .list({ type: this.resources.namespaceType })
      .find((one) => one.name.toLowerCase() === namespaceName);
    return owner && this.context.store.get(`${owner.id}/notificationHubs/${hubName}`);
  }

  private namespace(id: string): StoredResource {
    const found = this.context.store.get(id);
    if (found?.type === this.resources.namespaceType) return found;
    throw new RangeError(`no namespace of Notification Hubs has the id '${id}'`);
  }

  /** rest/api/notificationhubs/get-notification-message-telemetry */
  private messageTelemetry(
    request: LocalRequest,
    hub: StoredResource,
    namespace: StoredResource,
    id: string,
  ): LocalResponse {
    if (!tellsMessages(namespace)) {
      return failure(403, 'The telemetry of messages needs the Standard tier.');
    }
    const apiVersion = request.query.get('api-version') ?? '';
    const document = this.telemetry.find(hub, id)?.document(request.host, hub.name, apiVersion);
    return document === undefined
      ? failure(404, `There is no telemetry of the message '${id}'.`)
      : xml(200, document);
  }
}
