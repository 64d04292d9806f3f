/** `…/notificationHubs/calling` → `calling` */
export function nameOf(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1);
}

/** Where a hub is: `namespace/hub`. */
export function hubName(id: string): string {
  const parts = id.split('/');
  return parts.length > 2 ? `${parts.at(-3)!}/${parts.at(-1)!}` : id;
}

/** What tells a user from others: of `8:acs:{resource}_{user}` the beginning of the last. */
export function userName(rawId: string): string {
  const [, own] = /^8:acs:[\da-f-]{36}_([\da-f]{8})[\da-f-]*$/i.exec(rawId) ?? [];
  return own ? `user ${own}` : shortened(rawId.replace(/^8:(acs|orgid):/, ''), 24);
}

/** Keeps both ends: names that people give differ at their end. */
export function shortened(text: string, most: number): string {
  if (text.length <= most) return text;
  const end = Math.floor((most - 1) / 2);
  return `${text.slice(0, most - 1 - end)}…${text.slice(text.length - end)}`;
}

export function sameId(a: string | undefined, b: string | undefined): boolean {
  return a?.toLowerCase() === b?.toLowerCase();
}

/** `Microsoft.NotificationHubs/namespaces/notificationHubs` → `Notification Hubs`, `notification hubs` */
export function typeNames(type: string): { readonly service: string; readonly kind: string } {
  const [namespace = '', ...rest] = type.split('/');
  return {
    service: spaced(namespace.replace(/^Microsoft\./i, '')),
    kind: spaced(rest.at(-1) ?? namespace).toLowerCase(),
  };
}

/** `systemTopics` → `system Topics` */
function spaced(words: string): string {
  return words.replace(/([a-z])([A-Z])/g, '$1 $2');
}

export const SERVICE_NAMES = { apns: 'APNs', fcmv1: 'FCM', browser: 'Web Push' } as const;

/** One phrase for so many of something. */
export function counted(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}
