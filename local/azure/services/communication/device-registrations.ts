import { ownValue, setOwnValue } from '../../core/own';
import type { LocalAzureContext } from '../../core/context';
import type { StoredResource } from '../../core/store';
import type { PushServices } from '../../../push-services/push-services';
import type { NewDevice, RegisteredDevice } from './requests';
import { communicationSecrets } from './resource-types';

/** Seconds that a registration for pushes may live (communication-services/how-tos/calling-sdk/push-notifications). */
export const REGISTRATION_LIFE = {
  default: 86_400,
  shortest: 300,
  longest: 15_552_000,
  teamsUser: 86_400,
} as const;

/** Raw ids of Teams users, in Microsoft's clouds (communication-services/concepts/identifiers.md). */
const TEAMS_USER = /^8:(orgid|gcch|dod):/;

/**
 * How long a device's registration lives, in milliseconds. A Teams user's ends after a day whatever was asked for.
 * @throws RangeError when a life out of bounds is asked for
 */
export function registrationLife(rawId: string, asked: number = REGISTRATION_LIFE.default): number {
  const { shortest, longest, teamsUser } = REGISTRATION_LIFE;
  if (!(asked >= shortest && asked <= longest)) {
    throw new RangeError(`a registration lives ${shortest} to ${longest} seconds, got ${asked}`);
  }
  return (TEAMS_USER.test(rawId) ? Math.min(asked, teamsUser) : asked) * 1000;
}

/** The devices that registered through the SDKs. */
export class DeviceRegistrations {
  constructor(
    private readonly context: LocalAzureContext,
    private readonly pushServices: PushServices,
  ) {}

  register(resource: StoredResource, device: NewDevice): void {
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

  unregister(resource: StoredResource, device: { rawId: string; handle: string }): void {
    const own = ownValue(communicationSecrets(resource).devices, device.rawId);
    if (own) delete own[device.handle];
    this.context.store.put(resource);
  }

  /** All users that are known, with those of their devices whose life is not over. Forgets nothing. */
  users(resource: StoredResource): { rawId: string; devices: RegisteredDevice[] }[] {
    const now = this.context.clock.now();
    const { devices, users = {} } = communicationSecrets(resource);
    return [...new Set([...Object.keys(users), ...Object.keys(devices)])].map((rawId) => ({
      rawId,
      devices: Object.entries(ownValue(devices, rawId) ?? {})
        .filter(([, { expiresAt }]) => expiresAt > now)
        .map(([handle, registration]) => ({ handle, ...registration })),
    }));
  }

  /** Forgets all devices of a user, and answers how many there were. */
  unregisterAll(resource: StoredResource, rawId: string): number {
    const known = this.of(resource, rawId);
    for (const { handle } of known) this.unregister(resource, { rawId, handle });
    return known.length;
  }

  /** Ends the life of a registration now. @throws RangeError when there is none */
  expire(resource: StoredResource, { rawId, handle }: { rawId: string; handle: string }): void {
    const own = ownValue(communicationSecrets(resource).devices, rawId) ?? {};
    const registration = ownValue(own, handle);
    if (!registration) throw new RangeError(`${rawId} has no device with the handle '${handle}'`);
    own[handle] = { ...registration, expiresAt: this.context.clock.now() };
    this.context.store.put(resource);
  }

  /** Those of a user whose life is not over; the others are forgotten. */
  of(resource: StoredResource, rawId: string): RegisteredDevice[] {
    const { devices } = communicationSecrets(resource);
    const known = ownValue(devices, rawId) ?? {};
    const now = this.context.clock.now();
    const over = Object.keys(known).filter((handle) => known[handle]!.expiresAt <= now);
    for (const handle of over) delete known[handle];
    if (over.length > 0) this.context.store.put(resource);
    return Object.entries(known).map(([handle, registration]) => ({ handle, ...registration }));
  }
}
