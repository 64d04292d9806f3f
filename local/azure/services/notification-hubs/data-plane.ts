import { randomUUID } from 'node:crypto';
import { asObject, parentId } from '../../core/arm/resource-id';
import type { LocalAzureContext } from '../../core/context';
import { pickFault, type Faults } from './faults';
import type { HostService, LocalRequest, LocalResponse } from '../../core/http';
import type { Metrics } from '../../core/metrics';
import {
  matchingDevices,
  newInstallation,
  patchInstallation,
  putRegistration,
  registrationEntry,
  registrationFeed,
  registrations,
  installations,
  keepInstallation,
  visibleInstallation,
  HubRequestError,
  type Device,
} from './devices';
import { HubAccess } from './access';
import { DEFAULT_HUB_BEHAVIOUR, type HubBehaviour } from './behaviour';
import { failure, header, segments, xml } from './http';
import { passedHeaders, checkPayload, fillIn, readBatch, readJson } from './payload';
import { PushQuota } from './quota';
import { HubTelemetry, type MessageTelemetry } from './telemetry';
import { testOutcome } from './test-send';
import type { PushOutcome, PushServiceName, PushServices } from '../../../push-services/push-services';
import type { Random } from '../../core/random';
import type { StoredResource } from '../../core/store';

/** The hub's part of ARM that its data plane needs to know. */
export interface HubResources {
  readonly namespaceType: string;
  credentials(hub: StoredResource): Record<string, Record<string, unknown>>;
}

const HOST_SUFFIX = '.servicebus.windows.net';
/** Formats that local Azure has a push service for, with the credential they need. */
const FORMATS: Readonly<Record<string, { service: PushServiceName; credential: string }>> = {
  apple: { service: 'apns', credential: 'apnsCredential' },
  fcmv1: { service: 'fcmv1', credential: 'fcmV1Credential' },
  browser: { service: 'browser', credential: 'browserCredential' },
};
/** Test sends reach at most ten registrations (notification-hubs REST, "Debug send"). */
const TEST_SEND_LIMIT = 10;
/** A hub goes on trying an unreachable push service for half an hour (push-notification-fixer page). */
const RETRY_FOR = 30 * 60_000;
const RETRY_EVERY = 60_000;

interface Target {
  readonly handle: string;
  readonly registrationId: string;
  /** What is stored of it, when it is no Direct Send. */
  readonly device?: Device;
}

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

  constructor(
    private readonly context: LocalAzureContext,
    private readonly resources: HubResources,
    private readonly push: PushServices,
    private readonly metrics: Metrics,
    private readonly random: Random,
    telemetryRandom: Random,
    behaviour: () => HubBehaviour = () => DEFAULT_HUB_BEHAVIOUR,
  ) {
    this.access = new HubAccess(context.store, behaviour);
    this.quota = new PushQuota(context);
    this.telemetry = new HubTelemetry(context.clock, behaviour, telemetryRandom);
  }

  setFaults(faults: Faults): void {
    this.faults = { ...faults };
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
        return this.send(request, hub, name === '$batch');
      }
      if (route === 'installations' && name) return this.installation(request, hub, name);
      if (route === 'registrations') return this.registration(request, hub, name);
      if (route === 'registrationids' && request.method === 'POST') {
        const id = `${Math.floor(this.random() * 1e18)}-${Math.floor(this.random() * 1e18)}-1`;
        return {
          status: 201,
          headers: {
            Location: `https://${request.host}/${hub.name}/registrationIDs/${id}?api-version=2020-06`,
          },
        };
      }
      if (route === 'tags' && name && rest[0]?.toLowerCase() === 'registrations') {
        const tagged = Object.values(registrations(hub)).filter((one) => one.tags.includes(name));
        return xml(200, registrationFeed(tagged));
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

  private send(request: LocalRequest, hub: StoredResource, batch: boolean): LocalResponse {
    const format = header(request, 'servicebusnotification-format')?.toLowerCase() ?? '';
    const direct = request.query.has('direct');
    const { payload, handles } = batch
      ? this.batch(request, hub)
      : { payload: request.body.toString('utf8'), handles: undefined };
    if (format === 'template') {
      if (direct) return failure(400, 'A template notification cannot be sent to a device handle.');
      return this.sendTemplate(request, hub, payload);
    }
    if (!FORMATS[format]) {
      return failure(400, `Local Azure has no push service for the notification format '${format}'.`);
    }
    checkPayload(format, payload);
    const handle = header(request, 'servicebusnotification-devicehandle');
    if (direct && !batch && !handle)
      return failure(400, 'The ServiceBusNotification-DeviceHandle header is missing.');
    const targets: Target[] = direct
      ? (handles ?? [handle!]).map((one) => ({ handle: one, registrationId: '' }))
      : this.targets(request, hub, format);
    return this.sendTo(request, hub, format, targets, payload);
  }

  private batch(request: LocalRequest, hub: StoredResource): { payload: string; handles: string[] } {
    if (asObject(this.context.store.get(parentId(hub.id))?.sku).name === 'Free') {
      throw new HubRequestError(403, 'Batch direct send needs the Basic or Standard tier.');
    }
    return readBatch(request);
  }

  private sendTemplate(request: LocalRequest, hub: StoredResource, body: string): LocalResponse {
    const values = asObject(readJson(body));
    const sends = ['apple', 'fcmv1'].flatMap((format) =>
      this.targets(request, hub, format, true).flatMap((target) =>
        (target.device?.templates ?? []).map((template) => ({
          format,
          target,
          payload: fillIn(template, values),
        })),
      ),
    );
    const formats = [...new Set(sends.map(({ format }) => `${format}template`))];
    const message = this.newMessage(request, hub, body, formats.length > 0 ? formats : ['template']);
    for (const { format, target, payload } of sends) {
      this.pushOut(request, hub, format, { target, payload, message });
    }
    return this.accepted(request, hub, message);
  }

  private sendTo(
    request: LocalRequest,
    hub: StoredResource,
    format: string,
    targets: readonly Target[],
    payload: string,
  ): LocalResponse {
    const test = request.query.has('test') && !request.query.has('direct');
    const message = this.newMessage(request, hub, payload, [format]);
    const outcomes = targets.slice(0, test ? TEST_SEND_LIMIT : undefined).map((target) => ({
      handle: target.handle,
      registrationId: target.registrationId,
      outcome: this.pushOut(request, hub, format, { target, payload, message }),
    }));
    const accepted = this.accepted(request, hub, message);
    if (!test) return accepted;
    const answer = xml(201, testOutcome(format, outcomes));
    return { ...answer, headers: { ...accepted.headers, ...answer.headers } };
  }

  /** Only the Standard tier tells a message's id, and later its telemetry (notification hubs FAQ). */
  private newMessage(
    request: LocalRequest,
    hub: StoredResource,
    body: string,
    platforms: readonly string[],
  ): MessageTelemetry | undefined {
    if (!tellsMessages(this.context.store.get(parentId(hub.id)))) return undefined;
    const apiVersion = request.query.get('api-version') ?? '';
    return this.telemetry.begin(hub, { body, platforms, apiVersion });
  }

  private accepted(
    request: LocalRequest,
    hub: StoredResource,
    message: MessageTelemetry | undefined,
  ): LocalResponse {
    this.metrics.add(hub.id, 'incoming');
    const headers: Record<string, string> = {
      TrackingId: randomUUID(),
      'x-ms-correlation-request-id': randomUUID(),
    };
    if (message) {
      headers.Location = `https://${request.host}/${hub.name}/messages/${message.id}?api-version=2020-06`;
    }
    return { status: 201, headers };
  }

  private targets(request: LocalRequest, hub: StoredResource, format: string, templates = false): Target[] {
    const expression = header(request, 'servicebusnotification-tags');
    const now = this.context.clock.now();
    return matchingDevices(hub, format, expression, now, templates).map((device) => ({
      handle: device.handle,
      registrationId: device.registrationId,
      device,
    }));
  }

  private pushOut(
    request: LocalRequest,
    hub: StoredResource,
    format: string,
    { target, payload, message }: { target: Target; payload: string; message?: MessageTelemetry },
  ): PushOutcome {
    const { service, credential } = FORMATS[format]!;
    const attempt = {
      service,
      hubId: hub.id,
      handle: target.handle,
      headers: passedHeaders(request, service),
      payload,
    };
    const send = (current: StoredResource) =>
      this.push.send({ ...attempt, credential: this.resources.credentials(current)[credential] });
    this.metrics.add(hub.id, 'notificationhub.pushes');
    this.quota.count(parentId(hub.id));
    message?.begin();
    const ended = (last: PushOutcome) => {
      this.count(hub, service, target, last);
      message?.end(service, last);
    };
    const outcome = send(hub);
    if (outcome === 'pnserror') void this.goOnTrying(hub, send, ended);
    else ended(outcome);
    return outcome;
  }

  private async goOnTrying(
    hub: StoredResource,
    send: (hub: StoredResource) => PushOutcome,
    done: (outcome: PushOutcome) => void,
  ): Promise<void> {
    const until = this.context.clock.now() + RETRY_FOR;
    let outcome: PushOutcome = 'pnserror';
    while (outcome === 'pnserror' && this.context.clock.now() < until) {
      await this.context.clock.sleep(RETRY_EVERY, this.context.closing);
      const current = this.context.store.get(hub.id);
      if (this.context.closing.aborted || !current) return;
      outcome = send(current);
    }
    done(outcome);
  }

  private count(hub: StoredResource, service: PushServiceName, target: Target, outcome: PushOutcome): void {
    // The metrics of FCM v1 have no expired channel; PushServices answers badchannel there.
    // Browsers have no metrics of their own.
    if (service !== 'browser') this.metrics.add(hub.id, `outgoing.${service}.${outcome}`);
    const all = ALL_PNS[outcome] ?? [];
    for (const name of all) this.metrics.add(hub.id, `outgoing.allpns.${name}`);
    if (all.includes('badorexpiredchannel') && target.device) {
      target.device.expire();
      this.context.store.put(hub);
    }
  }

  private installation(request: LocalRequest, hub: StoredResource, id: string): LocalResponse {
    const now = this.context.clock.now();
    const found = installations(hub)[id];
    const location = `https://${request.host}/${hub.name}/installations/${encodeURIComponent(id)}?api-version=2020-06`;
    switch (request.method) {
      case 'PUT':
      case 'PATCH': {
        const document = readJson(request.body.toString('utf8'));
        if (request.method === 'PATCH' && !found) {
          return failure(404, `The installation '${id}' was not found.`);
        }
        const patch = request.method === 'PATCH' && found;
        const kept = patch ? patchInstallation(found, document, now) : newInstallation(id, document, now);
        keepInstallation(hub, id, kept);
        this.push.knowHandle(kept.handle);
        const answer = { status: 200, headers: { 'Content-Location': location } };
        return this.changed(hub, 'installation', patch ? 'patch' : 'upsert', answer);
      }
      case 'GET':
        if (!found) return failure(404, `The installation '${id}' was not found.`);
        return this.changed(hub, 'installation', 'get', { status: 200, body: visibleInstallation(found) });
      case 'DELETE':
        keepInstallation(hub, id, undefined);
        return this.changed(hub, 'installation', 'delete', { status: 204 });
      default:
        return failure(405, `${request.method} is not supported on an installation.`);
    }
  }

  private registration(request: LocalRequest, hub: StoredResource, name: string | undefined): LocalResponse {
    const all = registrations(hub);
    const found = name === undefined ? undefined : all[name];
    switch (request.method) {
      case 'POST':
      case 'PUT': {
        const kept = putRegistration(
          hub,
          name,
          request.body.toString('utf8'),
          this.context.clock.now(),
          this.random,
        );
        this.push.knowHandle(kept.handle);
        const operation = found ? 'update' : 'create';
        return this.changed(hub, 'registration', operation, xml(200, registrationEntry(kept)));
      }
      case 'GET':
        if (name === undefined) return xml(200, registrationFeed(Object.values(all)));
        if (!found) return failure(404, `The registration '${name}' was not found.`);
        return this.changed(hub, 'registration', 'get', xml(200, registrationEntry(found)));
      case 'DELETE':
        if (name === undefined || !found) return failure(404, `The registration '${name}' was not found.`);
        delete all[name];
        return this.changed(hub, 'registration', 'delete', { status: 200 });
      default:
        return failure(405, `${request.method} is not supported on a registration.`);
    }
  }

  private changed(
    hub: StoredResource,
    what: 'installation' | 'registration',
    operation: string,
    response: LocalResponse,
  ): LocalResponse {
    if (operation !== 'get') this.context.store.put(hub);
    this.metrics.add(hub.id, `${what}.all`);
    this.metrics.add(hub.id, `${what}.${operation}`);
    return response;
  }
}

/** How an outcome counts in the metrics of all push services together. */
const ALL_PNS: Readonly<Record<PushOutcome, readonly string[]>> = {
  success: ['success'],
  badchannel: ['badorexpiredchannel', 'channelerror'],
  expiredchannel: ['badorexpiredchannel', 'channelerror'],
  wrongchannel: ['channelerror'],
  throttled: ['channelerror'],
  invalidnotificationformat: ['invalidpayload'],
  invalidnotificationsize: ['invalidpayload'],
  pnserror: ['pnserror'],
  invalidcredentials: [],
};

function tellsMessages(namespace: StoredResource | undefined): boolean {
  return asObject(namespace?.sku).name === 'Standard';
}
