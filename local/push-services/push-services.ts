import { createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import { asObject } from '../azure/core/arm/resource-id';
import type { LocalAzureContext } from '../azure/core/context';
import { isVapidPair, readApnsToken, readFcmKey } from './credentials';
import { readFcmMessage, type FcmMessage } from './fcm-message';
import { keepWaiting, type Waiting } from './fcm-waiting';
import type { StoredResource } from '../azure/core/store';

export type PushServiceName = 'apns' | 'fcmv1' | 'browser';

/** APNs and FCM take no more than this (developer.apple.com "Generating a remote notification"; FCM concepts). */
export const PAYLOAD_LIMIT = 4096;

/** What remains of a browser push's 4096 bytes when it is encrypted (RFC 8291 section 4, RFC 8188 section 2). */
const BROWSER_PAYLOAD_LIMIT = 3993;

/** APNs endpoints a hub may name (azure-rest-api-specs, notificationhubs, ApnsCredentialProperties). */
const APNS_ENDPOINTS: Readonly<Record<string, 'production' | 'sandbox'>> = {
  'https://api.push.apple.com:443/3/device': 'production',
  'https://api.development.push.apple.com:443/3/device': 'sandbox',
};

/** Named as the last part of the hub's metrics (`outgoing.apns.badchannel`). */
export type PushOutcome =
  | 'success'
  | 'badchannel'
  | 'expiredchannel'
  | 'invalidcredentials'
  | 'invalidnotificationformat'
  | 'invalidnotificationsize'
  | 'pnserror'
  | 'throttled'
  | 'wrongchannel';

export interface PushAttempt {
  readonly service: PushServiceName;
  /** ARM id of the hub that sends. */
  readonly hubId: string;
  /** Inner properties of the hub's credential for the service; undefined when the hub has none. */
  readonly credential: Record<string, unknown> | undefined;
  readonly handle: string;
  /** `apns-…` headers, or those of Web Push; lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: string;
}

export type HandleState = 'live' | 'expired' | 'bad';

interface Handle {
  state: HandleState;
  /** APNs topic the app was built with; unset means any. */
  topic?: string;
  environment?: 'production' | 'sandbox';
  /** FCM only: what waits for a phone without a network; undefined while it has one. */
  waiting?: Waiting[];
}

interface Registered {
  handles: Record<string, Handle>;
  /** SPKI PEM by `{teamId}/{keyId}`. */
  apnsKeys: Record<string, string>;
  /** SPKI PEM by `{projectId}/{clientEmail}`. */
  fcmKeys: Record<string, string>;
  rejected: { service?: PushServiceName; hubId?: string }[];
  down: PushServiceName[];
}

const STATE_ID = '/local/pushServices';

/**
 * APNs, FCM and the push services of browsers, which end inside local Azure: what they accept lands in the inbox. They
 * know the handles that were registered with a hub, with Communication Services or here; any other is a bad channel, as
 * a made-up handle is for the real ones. A provider token is really signed with the hub's credential and, where a public
 * key was registered for it, really verified.
 */
export class PushServices {
  private readonly signers = new Map<string, KeyObject | undefined>();

  constructor(private readonly context: LocalAzureContext) {}

  /** Tells the push services of a device. A handle that was declared dead stays dead. */
  knowHandle(handle: string): void {
    if (handle === '' || this.state().handles[handle]) return;
    this.change((state) => (state.handles[handle] = { state: 'live' }));
  }

  setHandle(handle: string, state: HandleState, about: Omit<Handle, 'state'> = {}): void {
    this.change((all) => (all.handles[handle] = { ...all.handles[handle], ...about, state }));
  }

  /** Apple's record of a signing key: from now on only its owner's tokens pass for that team and key id. */
  registerApnsKey(teamId: string, keyId: string, publicKey: string): void {
    this.change((state) => (state.apnsKeys[`${teamId}/${keyId}`] = publicKey));
  }

  /** Google's record of a service account's key. */
  registerFcmKey(projectId: string, clientEmail: string, publicKey: string): void {
    this.change((state) => (state.fcmKeys[`${projectId}/${clientEmail}`] = publicKey));
  }

  /** Refuses the credentials of one service, of one hub, or of both together. */
  rejectCredentials(which: { service?: PushServiceName; hubId?: string }): void {
    this.change((state) => state.rejected.push({ ...which }));
  }

  acceptCredentials(): void {
    this.change((state) => (state.rejected = []));
  }

  /** Makes a push service unreachable: hubs go on trying it. */
  setReachable(service: PushServiceName, reachable: boolean): void {
    this.change((state) => {
      state.down = state.down.filter((other) => other !== service);
      if (!reachable) state.down.push(service);
    });
  }

  /**
   * Takes a phone's network away, or gives it back: FCM then delivers what it kept. What APNs and browsers' push services
   * keep is written down nowhere to a message, so that they know no offline device here.
   */
  setOnline(handle: string, online: boolean): void {
    const waiting = this.state().handles[handle]?.waiting;
    this.change(({ handles }) => {
      const known = (handles[handle] ??= { state: 'live' });
      if (online) delete known.waiting;
      else known.waiting ??= [];
    });
    if (!online) return;
    const now = this.context.clock.now();
    for (const { hubId, expiresAt, headers, payload } of waiting ?? []) {
      if (expiresAt > now) this.deliver({ service: 'fcmv1', hubId, handle }, payload, { ...headers });
    }
  }

  /** What is broken by hand: services that nobody reaches, and whose credentials are refused. */
  broken(): Pick<Registered, 'rejected' | 'down'> {
    const { rejected, down } = this.state();
    return { rejected, down };
  }

  send(attempt: PushAttempt): PushOutcome {
    const state = this.state();
    if (state.down.includes(attempt.service)) return 'pnserror';
    if (this.isRejected(state, attempt) || !attempt.credential) return 'invalidcredentials';
    switch (attempt.service) {
      case 'apns':
        return this.sendToApns(state, attempt, attempt.credential);
      case 'fcmv1':
        return this.sendToFcm(state, attempt, attempt.credential);
      case 'browser':
        return this.sendToBrowser(state, attempt, attempt.credential);
    }
  }

  private sendToApns(
    state: Registered,
    attempt: PushAttempt,
    credential: Record<string, unknown>,
  ): PushOutcome {
    const environment = APNS_ENDPOINTS[String(credential.endpoint)];
    const team = String(credential.appId ?? '');
    const keyId = String(credential.keyId ?? '');
    const topic = String(credential.appName ?? '');
    const signs = this.canSign(String(credential.token ?? ''), 'ec', state.apnsKeys[`${team}/${keyId}`]);
    if (!environment || !signs || !team || !keyId || !topic) return 'invalidcredentials';
    if (Buffer.byteLength(attempt.payload) > PAYLOAD_LIMIT) return 'invalidnotificationsize';
    const handle = state.handles[attempt.handle];
    if (!handle || handle.state === 'bad') return 'badchannel';
    if (handle.state === 'expired') return 'expiredchannel';
    if ((handle.topic ?? topic) !== topic || (handle.environment ?? environment) !== environment) {
      return 'badchannel';
    }
    const payload = parse(attempt.payload);
    const pushType = attempt.headers['apns-push-type'] ?? impliedPushType(topic, payload);
    // Apple takes VoIP pushes on topics that end in .voip and nothing else there ("Sending notification requests").
    if ((pushType === 'voip') !== topic.endsWith('.voip')) return 'badchannel';
    const priority = attempt.headers['apns-priority'] ?? (pushType === 'background' ? '5' : '10');
    this.deliver(attempt, payload, {
      ...attempt.headers,
      'apns-topic': topic,
      'apns-push-type': pushType,
      'apns-priority': priority,
    });
    return 'success';
  }

  private sendToFcm(
    state: Registered,
    attempt: PushAttempt,
    credential: Record<string, unknown>,
  ): PushOutcome {
    const project = String(credential.projectId ?? '');
    const email = String(credential.clientEmail ?? '');
    const signs = this.canSign(
      String(credential.privateKey ?? ''),
      'rsa',
      state.fcmKeys[`${project}/${email}`],
    );
    if (!signs || !project || !email) return 'invalidcredentials';
    const payload = asObject(parse(attempt.payload));
    const message = readFcmMessage(payload.message);
    if (!message) return 'invalidnotificationformat';
    if (Buffer.byteLength(JSON.stringify(payload.message)) > PAYLOAD_LIMIT) return 'invalidnotificationsize';
    const handle = state.handles[attempt.handle];
    // FCM answers UNREGISTERED for an expired token too, and a hub counts both as bad channels.
    if (!handle || handle.state !== 'live') return 'badchannel';
    if (handle.waiting) this.keep(attempt, message, payload);
    else this.deliver(attempt, payload, { ...attempt.headers });
    return 'success';
  }

  private keep(attempt: PushAttempt, message: FcmMessage, payload: unknown): void {
    const { hubId, headers } = attempt;
    this.change(({ handles }) => {
      const handle = handles[attempt.handle]!;
      const now = this.context.clock.now();
      handle.waiting = keepWaiting(handle.waiting ?? [], message, now, { hubId, headers, payload });
    });
  }

  private sendToBrowser(
    state: Registered,
    attempt: PushAttempt,
    credential: Record<string, unknown>,
  ): PushOutcome {
    if (!/^(mailto:|https:\/\/)./.test(String(credential.subject)) || !isVapidPair(credential)) {
      return 'invalidcredentials';
    }
    if (Buffer.byteLength(attempt.payload) > BROWSER_PAYLOAD_LIMIT) return 'invalidnotificationsize';
    const handle = state.handles[attempt.handle];
    if (!handle || handle.state === 'bad') return 'badchannel';
    if (handle.state === 'expired') return 'expiredchannel';
    if (!isWebPush(attempt.headers)) return 'invalidnotificationformat';
    this.deliver(attempt, parse(attempt.payload) ?? attempt.payload, { ...attempt.headers });
    return 'success';
  }

  private deliver(
    attempt: Pick<PushAttempt, 'service' | 'hubId' | 'handle'>,
    payload: unknown,
    headers: Record<string, string>,
  ): void {
    this.context.inbox.push({
      time: new Date(this.context.clock.now()).toISOString(),
      service: attempt.service,
      hubId: attempt.hubId,
      handle: attempt.handle,
      headers,
      payload,
    });
    this.context.changed();
  }

  private isRejected(state: Registered, attempt: PushAttempt): boolean {
    return state.rejected.some(
      (rule) =>
        (rule.service ?? attempt.service) === attempt.service &&
        (rule.hubId ?? attempt.hubId).toLowerCase() === attempt.hubId.toLowerCase(),
    );
  }

  /** Signs as the push service would have it signed, and verifies against the registered key if there is one. */
  private canSign(privateKey: string, kind: 'ec' | 'rsa', registered: string | undefined): boolean {
    const read = kind === 'ec' ? readApnsToken : readFcmKey;
    const kept = `${kind} ${privateKey}`;
    if (!this.signers.has(kept)) this.signers.set(kept, read(privateKey));
    const key = this.signers.get(kept);
    if (!key || key.asymmetricKeyType !== kind) return false;
    if (kind === 'ec' && key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') return false;
    if (!registered) return true;
    const assertion = Buffer.from(JSON.stringify({ iat: Math.floor(this.context.clock.now() / 1000) }));
    try {
      const options = kind === 'ec' ? { dsaEncoding: 'ieee-p1363' as const } : {};
      const signature = sign('sha256', assertion, { key, ...options });
      return verify('sha256', assertion, { key: createPublicKey(registered), ...options }, signature);
    } catch {
      return false;
    }
  }

  private state(): Registered {
    return (this.context.store.get(STATE_ID) ?? emptyState()).properties as unknown as Registered;
  }

  private change(alter: (state: Registered) => void): void {
    const kept = this.context.store.get(STATE_ID) ?? emptyState();
    alter(kept.properties as unknown as Registered);
    this.context.store.put(kept);
  }
}

/**
 * RFC 8030: `TTL` is a number of seconds, `Urgency` one of four words, `Topic` at most 32 letters, digits, - and _
 * (sections 5.2 to 5.4). Assumed: a hub sends a TTL of its own where its sender gave none.
 */
function isWebPush({
  ttl = '0',
  urgency = 'normal',
  topic = 'none',
}: Readonly<Record<string, string>>): boolean {
  return (
    /^\d+$/.test(ttl) && /^(very-low|low|normal|high)$/.test(urgency) && /^[A-Za-z0-9_-]{1,32}$/.test(topic)
  );
}

/** A hub given no push type has to choose one; assumed: by topic, then by what the payload asks for. */
function impliedPushType(topic: string, payload: unknown): string {
  if (topic.endsWith('.voip')) return 'voip';
  const aps = asObject(asObject(payload).aps);
  const visible = ['alert', 'badge', 'sound'].some((member) => member in aps);
  return aps['content-available'] === 1 && !visible ? 'background' : 'alert';
}

function parse(payload: string): unknown {
  try {
    return JSON.parse(payload);
  } catch {
    return undefined;
  }
}

function emptyState(): StoredResource {
  const properties: Registered = { handles: {}, apnsKeys: {}, fcmKeys: {}, rejected: [], down: [] };
  return {
    id: STATE_ID,
    name: 'pushServices',
    type: 'Local.Azure/pushServices',
    properties: properties as unknown as Record<string, unknown>,
  };
}
