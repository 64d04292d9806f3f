import { randomUUID } from 'node:crypto';
import type { LocalAzureContext } from '../../core/context';
import type { StoredResource } from '../../core/store';
import type { PushServices } from '../../../push-services/push-services';
import { Calls } from './calls';
import { Chat } from './chat';
import { DeviceRegistrations } from './device-registrations';
import { LinkedHub } from './linked-hub';
import type {
  CallControl,
  CallRequest,
  ChatMessageRequest,
  EventSink,
  KnownCall,
  KnownMessage,
  NewDevice,
  PlacedCall,
  RegisteredDevice,
  SentMessage,
  SmsRequest,
} from './requests';
import { COMMUNICATION_TYPE, type HubLink } from './resource-types';

/**
 * The data plane of Communication Services as far as pushes and events go: who registered a device is pushed to
 * by Direct Send through the hub that is linked by the data plane's own belief, and Event Grid hears of it. The
 * shape of what the real service pushes is not documented: payloads are plausible and marked as simulated.
 */
export class Communication {
  private readonly devices: DeviceRegistrations;
  private readonly hub: LinkedHub;
  private readonly calls: Calls;
  private readonly chat: Chat;

  constructor(
    private readonly context: LocalAzureContext,
    private readonly events: EventSink,
    pushServices: PushServices,
  ) {
    const raise = this.raise.bind(this);
    this.devices = new DeviceRegistrations(context, pushServices);
    this.hub = new LinkedHub(context, this.devices);
    this.calls = new Calls(context, this.hub, raise);
    this.chat = new Chat(context, this.hub, raise);
  }

  /**
   * As `registerPushNotification` of the calling and chat SDKs: the hub does not see it as a registration. It is
   * forgotten when its life is over, unless the device registers again.
   */
  registerDevice(device: NewDevice): void {
    this.devices.register(this.resource(device.acsId), device);
  }

  unregisterDevice(device: { acsId: string; rawId: string; handle: string }): void {
    this.devices.unregister(this.resource(device.acsId), device);
  }

  /** As whoever signs out on all devices: answers how many they were. */
  signOut(user: { acsId: string; rawId: string }): number {
    return this.devices.unregisterAll(this.resource(user.acsId), user.rawId);
  }

  /** Ends the life of a registration now, which nobody is told. @throws RangeError when there is none */
  expireDevice(device: { acsId: string; rawId: string; handle: string }): void {
    this.devices.expire(this.resource(device.acsId), device);
  }

  /** All users that a resource knows, with the devices that are registered now. */
  users(acsId: string): { rawId: string; devices: RegisteredDevice[] }[] {
    return this.devices.users(this.resource(acsId));
  }

  /** The devices that a user's calls and messages are pushed to now. */
  devicesOf(acsId: string, rawId: string): RegisteredDevice[] {
    return this.devices.of(this.resource(acsId), rawId);
  }

  /** Lets a user answer every call after that many seconds; left out, none any more. */
  setAnswering(user: { acsId: string; rawId: string; afterSeconds?: number }): void {
    this.calls.setAnswering(this.resource(user.acsId), user);
  }

  /** The link that the data plane uses now, and those that it does not know of yet, in the order in which they take effect. */
  links(acsId: string): { effective?: HubLink; pending: HubLink[] } {
    return this.hub.links(this.resource(acsId));
  }

  /** Rings every callee, and raises IncomingCall per callee, CallStarted, CallEnded. */
  async placeCall(call: CallRequest, control: CallControl = {}): Promise<PlacedCall> {
    return this.calls.place(this.resource(call.acsId), call, control);
  }

  /** Takes a call that rings, who is named or the first who has not declined. @throws RangeError when it does not ring, or not whom is named */
  answerCall(serverCallId: string, rawId?: string): void {
    this.calls.answer(serverCallId, rawId);
  }

  /** Declines a call that rings. @throws RangeError as above */
  declineCall(serverCallId: string, rawId?: string): void {
    this.calls.decline(serverCallId, rawId);
  }

  /** Ends a call, the caller or who is named. @throws RangeError when it has ended, or they are not in it */
  hangUpCall(serverCallId: string, rawId?: string): void {
    this.calls.hangUp(serverCallId, rawId);
  }

  /** The newest calls, the oldest of them first. */
  knownCalls(): readonly KnownCall[] {
    return this.calls.known();
  }

  /** The newest messages, the oldest of them first. */
  knownMessages(): readonly KnownMessage[] {
    return this.chat.known();
  }

  /** Tells every other participant of a message, and raises ChatMessageReceived per recipient and per thread. */
  async sendChatMessage(message: ChatMessageRequest): Promise<SentMessage> {
    return this.chat.tell(this.resource(message.acsId), message, 'Received');
  }

  async editChatMessage(message: ChatMessageRequest & { messageId: string }): Promise<SentMessage> {
    return this.chat.tell(this.resource(message.acsId), message, 'Edited');
  }

  async deleteChatMessage(message: ChatMessageRequest & { messageId: string }): Promise<SentMessage> {
    return this.chat.tell(this.resource(message.acsId), message, 'Deleted');
  }

  sendSms(sms: SmsRequest): { messageId: string } {
    const messageId = `Incoming_${randomUUID()}`;
    const data: Record<string, unknown> = {
      messageId,
      from: sms.from,
      to: sms.to,
      message: sms.text,
      receivedTimestamp: new Date(this.context.clock.now()).toISOString(),
      segmentCount: 1,
    };
    const shaped = sms.pascalCase ? pascalCase(data) : data;
    this.raise(
      this.resource(sms.acsId).id,
      'SMSReceived',
      `/phonenumber/${sms.from.replace(/^\+/, '')}`,
      shaped,
    );
    return { messageId };
  }

  /** Raises any other event of the resource, as it is given. `eventType` may leave `Microsoft.Communication.` out. */
  raiseEvent(event: { acsId: string; eventType: string; subject: string; data: unknown }): void {
    const name = event.eventType.replace(/^Microsoft\.Communication\./, '');
    this.raise(this.resource(event.acsId).id, name, event.subject, event.data);
  }

  private raise(resourceId: string, name: string, subject: string, data: unknown): void {
    this.events.publish(resourceId, { eventType: `Microsoft.Communication.${name}`, subject, data });
  }

  private resource(acsId: string): StoredResource {
    const resource = this.context.store.get(acsId);
    if (resource?.type.toLowerCase() === COMMUNICATION_TYPE.toLowerCase()) return resource;
    throw new RangeError(`no Communication Services resource has the id '${acsId}'`);
  }
}

function pascalCase(data: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(data).map(([name, value]) => [name[0]!.toUpperCase() + name.slice(1), value]),
  );
}
