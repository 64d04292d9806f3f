import { randomUUID } from 'node:crypto';
import { asObject, resourceName } from '../../core/arm/resource-id';
import type { LocalAzureContext } from '../../core/context';
import type { PushServices } from '../../../push-services/push-services';
import { registrationLife } from './device-registrations';
import {
  communicationSecrets,
  COMMUNICATION_TYPE,
  type DeviceRegistration,
  type HubLink,
} from './resource-types';
import { parseHubConnectionString, signSharedAccess } from '../../core/access/shared-access-signature';
import { ownValue, setOwnValue } from '../../core/own';
import type { StoredResource } from '../../core/store';

/** Where the events go: Event Grid. */
export interface EventSink {
  publish(sourceId: string, event: ServiceEvent): void;
}

export interface ServiceEvent {
  readonly eventType: string;
  readonly subject: string;
  readonly data: unknown;
}

export type Platform = 'apns' | 'fcmv1';

export interface NewDevice {
  readonly acsId: string;
  readonly rawId: string;
  readonly platform: Platform;
  readonly handle: string;
  /** Seconds that the registration is to live: 5 minutes to 180 days; default 24 hours. */
  readonly ttlSeconds?: number;
}

export interface RegisteredDevice extends DeviceRegistration {
  readonly handle: string;
}

/** What became of one push that Communication Services tried to send. */
export interface SentPush {
  readonly rawId: string;
  readonly handle: string;
  /** The hub that the data plane believes to be linked; undefined when it knows of none. */
  readonly hubId?: string;
  /** Status of the hub's answer; undefined when no request could be made. */
  readonly status?: number;
}

export interface CallRequest {
  readonly acsId: string;
  readonly from: string;
  /** One raw id or several. */
  readonly to: string | readonly string[];
  readonly callerDisplayName?: string;
  /** Seconds after which the callees answer; left out, nobody does but whoever answers every call. */
  readonly answeredAfterSeconds?: number;
  /** Seconds after which the call ends; default 30, as long as a call rings. */
  readonly endedAfterSeconds?: number;
}

/** Why a call ended. */
export interface EndReason {
  readonly code: number;
  readonly subCode: number;
  readonly phrase: string;
}

/** What whoever places a call may do with it, and hears of it. */
export interface CallControl {
  /** Hangs up. */
  readonly hangUp?: AbortSignal;
  readonly onAnswered?: () => void;
  readonly onEnded?: (reason: EndReason) => void;
}

export interface PlacedCall {
  readonly serverCallId: string;
  readonly correlationId: string;
  readonly pushes: SentPush[];
}

export interface ChatMessageRequest {
  readonly acsId: string;
  readonly from: string;
  /** Raw ids of the thread's participants; the sender among them is left out. */
  readonly to: readonly string[];
  readonly text: string;
  readonly threadId?: string;
  readonly senderDisplayName?: string;
  /** Of a message to edit or delete; left out, a new one. */
  readonly messageId?: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

export interface SmsRequest {
  readonly acsId: string;
  readonly from: string;
  readonly to: string;
  readonly text: string;
  /** The documentation shows `MessageId`, `From`, …; the SDK reads `messageId`, `from`, …; default the latter. */
  readonly pascalCase?: boolean;
}

/** An incoming call rings for 30 seconds (communication-services/concepts/call-automation/incoming-call). */
const RINGING_SECONDS = 30;
/** Seconds a SAS of the data plane is good for. */
const SIGNATURE_SECONDS = 3600;

/**
 * The data plane of Communication Services as far as pushes and events go: who registered a device is pushed to
 * by Direct Send through the hub that is linked by the data plane's own belief, and Event Grid hears of it. The
 * shape of what the real service pushes is not documented: payloads are plausible and marked as simulated.
 */
export class Communication {
  /** Users who answer every call, after so many seconds, by resource and raw id. Forgotten at a restart. */
  private readonly answering = new Map<string, number>();

  constructor(
    private readonly context: LocalAzureContext,
    private readonly events: EventSink,
    private readonly pushServices: PushServices,
  ) {}

  /**
   * As `registerPushNotification` of the calling and chat SDKs: the hub does not see it as a registration. It is
   * forgotten when its life is over, unless the device registers again.
   */
  registerDevice(device: NewDevice): void {
    const resource = this.resource(device.acsId);
    if (device.platform !== 'apns' && device.platform !== 'fcmv1') {
      throw new RangeError(`platform must be 'apns' or 'fcmv1', got '${String(device.platform)}'`);
    }
    if (!device.rawId || !device.handle) throw new RangeError('a device needs a rawId and a handle');
    const { devices } = communicationSecrets(resource);
    const expiresAt = this.context.clock.now() + registrationLife(device.rawId, device.ttlSeconds);
    const own = ownValue(devices, device.rawId) ?? {};
    setOwnValue(own, device.handle, { platform: device.platform, expiresAt });
    setOwnValue(devices, device.rawId, own);
    this.pushServices.knowHandle(device.handle);
    this.context.store.put(resource);
  }

  unregisterDevice(device: { acsId: string; rawId: string; handle: string }): void {
    const resource = this.resource(device.acsId);
    const own = ownValue(communicationSecrets(resource).devices, device.rawId);
    if (own) delete own[device.handle];
    this.context.store.put(resource);
  }

  /** The devices that a user's calls and messages are pushed to now. */
  devicesOf(acsId: string, rawId: string): RegisteredDevice[] {
    return this.registered(this.resource(acsId), rawId);
  }

  /** Lets a user answer every call after that many seconds; left out, none any more. */
  setAnswering(user: { acsId: string; rawId: string; afterSeconds?: number }): void {
    const key = `${this.resource(user.acsId).id}/${user.rawId}`;
    if (user.afterSeconds === undefined) this.answering.delete(key);
    else this.answering.set(key, user.afterSeconds);
  }

  /** The link that the data plane uses now, and those that it does not know of yet, oldest first. */
  links(acsId: string): { effective?: HubLink; pending: HubLink[] } {
    const { links } = communicationSecrets(this.resource(acsId));
    const now = this.context.clock.now();
    const last = links.findLastIndex((link) => link.effectiveAt <= now);
    return {
      ...(last < 0 ? {} : { effective: links[last]! }),
      pending: links.filter((link, index) => index > last && link.effectiveAt > now),
    };
  }

  /** Rings every callee, and raises IncomingCall per callee, CallStarted, CallEnded. */
  async placeCall(call: CallRequest, control: CallControl = {}): Promise<PlacedCall> {
    const resource = this.resource(call.acsId);
    const callees = typeof call.to === 'string' ? [call.to] : [...call.to];
    if (callees.length === 0) throw new RangeError('a call needs at least one callee');
    const serverCallId = Buffer.from(`https://local/${randomUUID()}`).toString('base64');
    const correlationId = randomUUID();
    const about = {
      startedBy: { communicationIdentifier: identifier(call.from), role: 'Participant' },
      serverCallId,
      isTwoParty: callees.length === 1,
      isRoomsCall: false,
      correlationId,
    };
    this.raise(resource, 'CallStarted', `call/${serverCallId}/startedBy/${call.from}`, about);
    const sends: Promise<SentPush[]>[] = [];
    for (const callee of callees) {
      this.raise(resource, 'IncomingCall', `/caller/${call.from}/recipient/${callee}`, {
        to: identifier(callee),
        from: identifier(call.from),
        serverCallId,
        callerDisplayName: call.callerDisplayName ?? '',
        customContext: { voipHeaders: {}, sipHeaders: {} },
        incomingCallContext: Buffer.from(JSON.stringify({ simulated: true, callee })).toString('base64url'),
        correlationId,
      });
      sends.push(
        this.pushTo(resource, callee, {
          kind: 'incomingCall',
          title: call.callerDisplayName || call.from,
          body: 'Incoming call',
          data: { callId: correlationId, callerId: call.from, calleeId: callee },
          ringing: true,
        }),
      );
    }
    const pushes = (await Promise.all(sends)).flat();
    void this.continueCall(resource, call, callees, about, control);
    return { serverCallId, correlationId, pushes };
  }

  /** Tells every other participant of a message, and raises ChatMessageReceived per recipient and per thread. */
  async sendChatMessage(
    message: ChatMessageRequest,
  ): Promise<{ threadId: string; messageId: string; pushes: SentPush[] }> {
    return this.chat(message, 'Received');
  }

  async editChatMessage(message: ChatMessageRequest & { messageId: string }): Promise<{ messageId: string }> {
    return this.chat(message, 'Edited');
  }

  async deleteChatMessage(
    message: ChatMessageRequest & { messageId: string },
  ): Promise<{ messageId: string }> {
    return this.chat(message, 'Deleted');
  }

  sendSms(sms: SmsRequest): { messageId: string } {
    const messageId = `Incoming_${randomUUID()}`;
    const data: Record<string, unknown> = {
      messageId,
      from: sms.from,
      to: sms.to,
      message: sms.text,
      receivedTimestamp: this.now(),
      segmentCount: 1,
    };
    const shaped = sms.pascalCase ? pascalCase(data) : data;
    this.raise(
      this.resource(sms.acsId),
      'SMSReceived',
      `/phonenumber/${sms.from.replace(/^\+/, '')}`,
      shaped,
    );
    return { messageId };
  }

  /** Raises any other event of the resource, as it is given. `eventType` may leave `Microsoft.Communication.` out. */
  raiseEvent(event: { acsId: string; eventType: string; subject: string; data: unknown }): void {
    const name = event.eventType.replace(/^Microsoft\.Communication\./, '');
    this.raise(this.resource(event.acsId), name, event.subject, event.data);
  }

  private async continueCall(
    resource: StoredResource,
    call: CallRequest,
    callees: readonly string[],
    about: Record<string, unknown>,
    control: CallControl,
  ): Promise<void> {
    const { clock, closing } = this.context;
    const subject = `call/${String(about.serverCallId)}`;
    const answered =
      call.answeredAfterSeconds ??
      callees
        .map((callee) => this.answering.get(`${resource.id}/${callee}`))
        .find((after) => after !== undefined);
    const ended = call.endedAfterSeconds ?? Math.max(RINGING_SECONDS, answered ?? 0);
    const over = control.hangUp ? AbortSignal.any([closing, control.hangUp]) : closing;
    let answeredAt: number | undefined;
    if (answered !== undefined) {
      await clock.sleep(answered * 1000, over);
      if (closing.aborted) return;
      if (!over.aborted) {
        answeredAt = clock.now();
        for (const participant of [call.from, ...callees]) {
          this.raise(resource, 'CallParticipantAdded', `${subject}/participant/${participant}`, {
            ...about,
            user: { communicationIdentifier: identifier(participant), role: 'Participant' },
            participantId: randomUUID(),
          });
        }
        control.onAnswered?.();
      }
    }
    if (!over.aborted) await clock.sleep((ended - (answered ?? 0)) * 1000, over);
    if (closing.aborted) return;
    const reason = answeredAt !== undefined ? HUNG_UP : over.aborted ? CANCELLED : NOT_ANSWERED;
    this.raise(resource, 'CallEnded', `${subject}/endedBy/${call.from}`, {
      ...about,
      endedBy: {
        communicationIdentifier: identifier(call.from),
        kind: 'Participant',
        name: call.callerDisplayName ?? '',
      },
      reason,
      callDurationInSeconds: answeredAt === undefined ? 0 : Math.round((clock.now() - answeredAt) / 1000),
    });
    control.onEnded?.(reason);
  }

  private async chat(
    message: ChatMessageRequest,
    what: 'Received' | 'Edited' | 'Deleted',
  ): Promise<{ threadId: string; messageId: string; pushes: SentPush[] }> {
    const resource = this.resource(message.acsId);
    const threadId = message.threadId ?? `19:${randomUUID().replaceAll('-', '')}@thread.v2`;
    const now = this.context.clock.now();
    const messageId = message.messageId ?? `${Math.floor(now)}${Math.floor(Math.random() * 1000)}`;
    const recipients = [...new Set(message.to)].filter((rawId) => rawId !== message.from);
    const common = {
      threadId,
      messageId,
      transactionId: randomUUID(),
      senderCommunicationIdentifier: identifier(message.from),
      senderDisplayName: message.senderDisplayName ?? '',
      composeTime: this.now(),
      type: 'Text',
      version: Math.floor(now),
      ...(what === 'Deleted' ? { deleteTime: this.now() } : { messageBody: message.text }),
      ...(what === 'Edited' ? { editTime: this.now() } : {}),
      metadata: message.metadata ?? {},
    };
    const subject = `thread/${threadId}/sender/${message.from}`;
    this.raise(resource, `ChatMessage${what}InThread`, subject, common);
    const sends: Promise<SentPush[]>[] = [];
    for (const recipient of recipients) {
      this.raise(resource, `ChatMessage${what}`, `${subject}/recipient/${recipient}`, {
        ...common,
        recipientCommunicationIdentifier: identifier(recipient),
      });
      sends.push(
        this.pushTo(resource, recipient, {
          kind: `chatMessage${what}`,
          title: message.senderDisplayName || message.from,
          body: what === 'Deleted' ? '' : message.text,
          data: { threadId, messageId, senderId: message.from, recipientId: recipient },
          ringing: false,
        }),
      );
    }
    return { threadId, messageId, pushes: (await Promise.all(sends)).flat() };
  }

  private async pushTo(resource: StoredResource, rawId: string, notice: Notice): Promise<SentPush[]> {
    const secrets = communicationSecrets(resource);
    const devices = this.registered(resource, rawId);
    if (devices.length === 0) {
      this.context.log(`${resource.name}: no push to ${rawId}: no device is registered, or no longer`);
      return [];
    }
    if (secrets.firstNotificationAt === undefined) {
      secrets.firstNotificationAt = this.context.clock.now();
      this.context.store.put(resource);
    }
    const link = this.links(resource.id).effective;
    return Promise.all(
      devices.map(async ({ handle, platform }) => {
        if (!link) {
          this.context.log(`${resource.name}: no push to ${rawId}: the data plane knows of no linked hub`);
          return { rawId, handle };
        }
        const status = await this.directSend(link, platform, handle, notice);
        if (status !== 201)
          this.context.log(`${resource.name}: push to ${rawId} refused by its hub: ${status}`);
        return { rawId, handle, hubId: link.resourceId, status };
      }),
    );
  }

  /** Those of a user whose life is not over; the others are forgotten. */
  private registered(resource: StoredResource, rawId: string): RegisteredDevice[] {
    const { devices } = communicationSecrets(resource);
    const known = devices[rawId] ?? {};
    const now = this.context.clock.now();
    const over = Object.keys(known).filter((handle) => known[handle]!.expiresAt <= now);
    for (const handle of over) delete known[handle];
    if (over.length > 0) this.context.store.put(resource);
    return Object.entries(known).map(([handle, registration]) => ({ handle, ...registration }));
  }

  private async directSend(
    link: HubLink,
    platform: Platform,
    handle: string,
    notice: Notice,
  ): Promise<number> {
    const { host, keyName, key } = parseHubConnectionString(link.connectionString)!;
    const uri = `https://${host}/${resourceName(link.resourceId)}/messages/`;
    const expiry = Math.floor(Date.now() / 1000) + SIGNATURE_SECONDS;
    const expiration = Math.floor(this.context.clock.now() / 1000) + RINGING_SECONDS;
    try {
      const answer = await this.context.fetch({
        method: 'POST',
        url: `${uri}?direct&api-version=2020-06`,
        headers: {
          Authorization: signSharedAccess(uri, keyName, key, expiry),
          'Content-Type': 'application/json;charset=utf-8',
          'ServiceBusNotification-Format': platform === 'apns' ? 'apple' : 'fcmv1',
          'ServiceBusNotification-DeviceHandle': handle,
          ...(platform === 'apns' ? { 'apns-priority': '10' } : {}),
          ...(platform === 'apns' && notice.ringing ? { 'apns-expiration': String(expiration) } : {}),
        },
        body: JSON.stringify(platform === 'apns' ? applePayload(notice) : fcmPayload(notice)),
        timeoutMs: 30_000,
      });
      return answer.status;
    } catch (error) {
      this.context.log(`${host}: ${(error as Error).message}`);
      return 0;
    }
  }

  private raise(resource: StoredResource, name: string, subject: string, data: unknown): void {
    this.events.publish(resource.id, { eventType: `Microsoft.Communication.${name}`, subject, data });
  }

  private resource(acsId: string): StoredResource {
    const resource = this.context.store.get(acsId);
    if (resource?.type.toLowerCase() === COMMUNICATION_TYPE.toLowerCase()) return resource;
    throw new RangeError(`no Communication Services resource has the id '${acsId}'`);
  }

  private now(): string {
    return new Date(this.context.clock.now()).toISOString();
  }
}

interface Notice {
  readonly kind: string;
  readonly title: string;
  readonly body: string;
  readonly data: Readonly<Record<string, string>>;
  readonly ringing: boolean;
}

const NOT_ANSWERED = { code: 487, subCode: 10004, phrase: 'The call was not answered.' };
const CANCELLED = { code: 487, subCode: 0, phrase: 'The caller hung up.' };
const HUNG_UP = { code: 0, subCode: 0, phrase: '' };

/** Texts longer than this are cut, so that a push stays under 4 KB. */
const MAX_TEXT = 512;

function applePayload(notice: Notice): unknown {
  return {
    aps: {
      alert: { title: notice.title, body: notice.body.slice(0, MAX_TEXT) },
      sound: 'default',
      'mutable-content': 1,
    },
    acs: { simulated: true, kind: notice.kind, ...notice.data },
  };
}

function fcmPayload(notice: Notice): unknown {
  return {
    message: {
      data: {
        simulated: 'true',
        kind: notice.kind,
        title: notice.title,
        body: notice.body.slice(0, MAX_TEXT),
        ...notice.data,
      },
      android: { priority: 'high', ...(notice.ringing ? { ttl: `${RINGING_SECONDS}s` } : {}) },
    },
  };
}

/** A raw id as the events spell it out (communication-services/concepts/identifiers.md). */
export function identifier(rawId: string): Record<string, unknown> {
  if (rawId.startsWith('4:')) {
    return { kind: 'phoneNumber', rawId, phoneNumber: { value: rawId.slice(2) } };
  }
  if (rawId.startsWith('8:orgid:')) {
    return {
      kind: 'microsoftTeamsUser',
      rawId,
      microsoftTeamsUser: { userId: rawId.slice('8:orgid:'.length), isAnonymous: false, cloud: 'public' },
    };
  }
  return rawId.startsWith('8:')
    ? { kind: 'communicationUser', rawId, communicationUser: { id: rawId } }
    : { kind: 'unknown', rawId };
}

function pascalCase(data: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(asObject(data)).map(([name, value]) => [name[0]!.toUpperCase() + name.slice(1), value]),
  );
}
