import type { AzureReader } from './azure';
import { systemClock, type Clock } from './clock';
import type { LinkExpectation } from './expectation';
import { verifyLink } from './verify-link';

/** What a timer can report as a metric: 1 when nothing is seen to be wrong, 0 when a check fails. */
export interface LinkHealth {
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
 * such an identity cannot read counts as unread, not as unhealthy.
 * @throws AzureError of kind `credentials` when there is nobody to sign in as
 */
export async function linkHealth(
  azure: AzureReader,
  expectation: LinkExpectation,
  clock: Clock = systemClock,
): Promise<LinkHealth> {
  const { verdict, checks, remedy } = await verifyLink({ azure, clock }, expectation);
  const idsOf = (...wanted: string[]) =>
    checks.filter(({ status }) => wanted.includes(status)).map(({ id }) => id);
  return {
    healthy: verdict === 'broken' ? 0 : 1,
    failed: idsOf('fail'),
    unread: idsOf('unknown', 'waiting').filter((id) => id !== 'seen-live'),
    ...(verdict === 'broken' && remedy !== undefined ? { remedy } : {}),
  };
}
