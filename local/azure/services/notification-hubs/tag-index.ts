import type { Installation } from './installation';

/** Installations of a platform by tag, made anew when the hub's installations change. */
interface TagIndex {
  readonly byTag: ReadonlyMap<string, readonly Installation[]>;
  readonly all: readonly Installation[];
}
const indexes = new WeakMap<Record<string, Installation>, Map<string, TagIndex>>();

/** Has the index made anew when it is next asked. */
export function forgetIndex(all: Record<string, Installation>): void {
  indexes.delete(all);
}

/** Tags that the hub itself puts on an installation (notification-hubs-push-notification-registration-management). */
export function implicitTags(installation: Installation): string[] {
  const tags = [`$InstallationId:{${installation.installationId}}`];
  if (installation.userId !== undefined) tags.push(`$UserId:{${installation.userId}}`);
  return tags;
}

/** The index of one platform. */
export function indexOf(all: Record<string, Installation>, platform: string): TagIndex {
  const byPlatform = indexes.get(all) ?? new Map<string, TagIndex>();
  indexes.set(all, byPlatform);
  const known = byPlatform.get(platform);
  if (known) return known;
  const members = Object.values(all).filter((one) => one.platform === platform);
  const byTag = new Map<string, Installation[]>();
  for (const one of members) {
    const templateTags = Object.values(one.templates).flatMap((template) => template.tags);
    for (const tag of new Set([...one.tags, ...implicitTags(one), ...templateTags])) {
      const tagged = byTag.get(tag);
      if (tagged) tagged.push(one);
      else byTag.set(tag, [one]);
    }
  }
  const index = { byTag, all: members };
  byPlatform.set(platform, index);
  return index;
}
