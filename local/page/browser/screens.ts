import type { ShownPush, ShownUser } from '../model';

/** A device with what it got, and when it got something last. */
export interface Device {
  readonly handle: string;
  readonly service: ShownPush['service'];
  readonly rawId?: string;
  /** The newest first. */
  readonly pushes: readonly ShownPush[];
  /** Whether it is registered with Communication Services now. */
  readonly registered: boolean;
}

/**
 * The devices that are registered and those that got pushes, at most so many: those that got something last. They keep
 * their order while pushes come.
 */
export function devicesOf(users: readonly ShownUser[], inbox: readonly ShownPush[], most: number): Device[] {
  const devices = new Map<string, Device & { readonly pushes: ShownPush[] }>();
  for (const { rawId, devices: registered } of users) {
    for (const { handle, platform } of registered)
      devices.set(handle, { handle, service: platform, rawId, pushes: [], registered: true });
  }
  for (const push of inbox) {
    const { handle, service, rawId } = push;
    const known = devices.get(handle);
    if (known) known.pushes.push(push);
    else devices.set(handle, { handle, service, rawId, pushes: [push], registered: false });
  }
  const all = [...devices.values()];
  if (all.length <= most) return all;
  const last = ({ pushes }: Device) => pushes[0]?.number ?? -1;
  const kept = new Set(all.toSorted((a, b) => last(b) - last(a)).slice(0, most));
  return all.filter((device) => kept.has(device));
}
