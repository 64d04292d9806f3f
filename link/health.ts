import type { AzureReader } from './azure';
import { DELIVERY_CHECKS } from './checks';
import { id as otherSenders } from './checks/other-senders';
import { id as pushServices } from './checks/push-services';
import { systemClock, type Clock } from './clock';
import type { HubExpectation, LinkExpectation } from './expectation';
import type { Report } from './report';
import { verifyHub, verifyLink } from './verify-link';

/** What a timer can report as a metric: 1 when nothing is seen to be wrong, 0 when a check fails. */
export interface Health {
  /** 1 when all is well, 0 when not: the value of the metric. */
  readonly healthy: 0 | 1;
  /** Ids of the checks that fail. */
  readonly failed: readonly string[];
  /** Ids of the checks that could not be read: a missing role, or an outage. */
  readonly unread: readonly string[];
  /** Of the first failed check. */
  readonly remedy?: string;
}

/**
 * One look at the link that sends nothing and needs no key: for a timer with an identity that may only read. What
 * such an identity cannot read counts as unread, not as unhealthy. What was seen to be wrong stays so until something
 * was seen to work.
 * @throws AzureError of kind `credentials` when there is nobody to sign in as
 */
export async function linkHealth(
  azure: AzureReader,
  expectation: LinkExpectation,
  clock: Clock = systemClock,
): Promise<Health> {
  return healthOf(await verifyLink({ azure, clock }, { ...expectation, longLinked: true }));
}

/** The same for a hub that is not linked: the relay's. @throws as linkHealth */
export async function hubHealth(
  azure: AzureReader,
  expectation: HubExpectation,
  clock: Clock = systemClock,
): Promise<Health> {
  return healthOf(await verifyHub({ azure, clock }, expectation));
}

/** One refused device is everyday; a run of them without a delivery is not. */
const HARMLESS: ReadonlySet<string> = new Set([DELIVERY_CHECKS.seenLive]);
/** Checks that add proof, and need nobody's attention when there is none. */
const EXTRA: ReadonlySet<string> = new Set([DELIVERY_CHECKS.seenLive, pushServices, otherSenders]);

function healthOf({ checks }: Report): Health {
  const failed = checks.filter(({ id, status }) => status === 'fail' && !HARMLESS.has(id));
  const remedy = failed[0]?.remedy;
  return {
    healthy: failed.length > 0 ? 0 : 1,
    failed: failed.map(({ id }) => id),
    unread: checks
      .filter(({ id, status }) => (status === 'unknown' || status === 'waiting') && !EXTRA.has(id))
      .map(({ id }) => id),
    ...(remedy === undefined ? {} : { remedy }),
  };
}
