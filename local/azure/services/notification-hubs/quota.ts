import { asObject } from '../../core/arm/resource-id';
import type { LocalAzureContext } from '../../core/context';
import type { StoredResource } from '../../core/store';

/**
 * Pushes a month that end with an error beyond it. The other tiers' ten millions are what their price includes: more is
 * billed, not refused (azure.microsoft.com/pricing/details/notification-hubs).
 */
const PUSHES_PER_MONTH: Readonly<Record<string, number>> = { Free: 1_000_000 };
const STATE_ID = '/local/pushQuota';

interface Counted {
  /** `2026-01` */
  month: string;
  /** By the namespace's id, lower case. */
  pushes: Record<string, number>;
  limits: Record<string, number>;
}

/** Counts the pushes of each namespace in a month of UTC; Azure counts all of a subscription together. */
export class PushQuota {
  constructor(private readonly context: LocalAzureContext) {}

  isUsedUp(namespace: StoredResource): boolean {
    const key = namespace.id.toLowerCase();
    const { pushes, limits } = this.counted();
    const limit = limits[key] ?? PUSHES_PER_MONTH[String(asObject(namespace.sku).name)] ?? Infinity;
    return (pushes[key] ?? 0) >= limit;
  }

  count(namespaceId: string): void {
    const counted = this.counted();
    const key = namespaceId.toLowerCase();
    counted.pushes[key] = (counted.pushes[key] ?? 0) + 1;
    this.keep(counted);
  }

  /** Undefined: the tier's own again. */
  limit(namespaceId: string, pushesPerMonth: number | undefined): void {
    const counted = this.counted();
    const key = namespaceId.toLowerCase();
    if (pushesPerMonth === undefined) delete counted.limits[key];
    else counted.limits[key] = pushesPerMonth;
    this.keep(counted);
  }

  private counted(): Counted {
    const month = new Date(this.context.clock.now()).toISOString().slice(0, 7);
    const kept = this.context.store.get(STATE_ID)?.properties as Counted | undefined;
    return kept?.month === month ? kept : { month, pushes: {}, limits: kept?.limits ?? {} };
  }

  private keep(counted: Counted): void {
    const properties = counted as unknown as Record<string, unknown>;
    this.context.store.put({ id: STATE_ID, name: 'pushQuota', type: 'Local.Azure/pushQuota', properties });
  }
}
