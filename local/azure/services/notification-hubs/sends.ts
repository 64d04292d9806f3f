import { ownValue } from '../../core/own';
import { randomUUID } from 'node:crypto';
import { asObject, parentId } from '../../core/arm/resource-id';
import type { LocalAzureContext } from '../../core/context';
import type { LocalRequest, LocalResponse } from '../../core/http';
import type { Metrics } from '../../core/metrics';
import type { StoredResource } from '../../core/store';
import type { PushOutcome, PushServiceName, PushServices } from '../../../push-services/push-services';
import { matchingDevices, type Device } from './devices';
import { HubRequestError } from './errors';
import { failure, header, xml } from './http';
import { checkPayload, fillIn, passedHeaders, readBatch, readJson } from './payload';
import type { PushQuota } from './quota';
import { tellsMessages, type HubTelemetry, type MessageTelemetry } from './telemetry';
import { testOutcome } from './test-send';

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

/** Sends: to handles, to tags, by templates, and what becomes of each push. */
export class HubSends {
  constructor(
    private readonly context: LocalAzureContext,
    private readonly credentials: (hub: StoredResource) => Record<string, Record<string, unknown>>,
    private readonly push: PushServices,
    private readonly metrics: Metrics,
    private readonly quota: PushQuota,
    private readonly telemetry: HubTelemetry,
  ) {}

  /** Answers a send of one payload, to whom its request names. @throws HubRequestError */
  send(request: LocalRequest, hub: StoredResource, batch: boolean): LocalResponse {
    const format = header(request, 'servicebusnotification-format')?.toLowerCase() ?? '';
    const direct = request.query.has('direct');
    const { payload, handles } = batch
      ? this.batch(request, hub)
      : { payload: request.body.toString('utf8'), handles: undefined };
    if (format === 'template') {
      if (direct) return failure(400, 'A template notification cannot be sent to a device handle.');
      return this.sendTemplate(request, hub, payload);
    }
    if (!ownValue(FORMATS, format)) {
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
      this.push.send({ ...attempt, credential: this.credentials(current)[credential] });
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
