import { fail, pass, type Finding } from '../check';
import type { HubExpectation, LinkExpectation } from '../expectation';
import { ceilMinute, PLATFORMS } from '../metrics';
import type { Observation } from '../observation';
import { PLATFORM_NAMES } from '../platform-names';
import { NEEDED_ROLES } from '../roles';
import { Traffic } from '../traffic';
import { unanswered } from '../unanswered';
import { linkWindow } from '../window';

export const id = 'deliveries';
export const title = 'the push services take what is sent to devices';

/** A device or two whose app was removed are everyday; so many in a row, and none that got its push, are not. */
const ALARMING = 5;

export function find(o: Observation, expectation: HubExpectation | LinkExpectation): Finding {
  if (!o.metrics.answer) return unanswered(o.metrics, NEEDED_ROLES.metrics);
  const traffic = new Traffic(o);
  const from = Math.max(
    linkWindow(o, expectation).evidenceFrom,
    ceilMinute(o.hub.answer?.value?.modifiedAt ?? 0),
  );
  const refused = PLATFORMS.map((platform) => ({
    platform,
    ...traffic.refusedSinceDelivery(platform, from),
  }));
  const alarming = refused.filter(({ count }) => count >= ALARMING);
  if (alarming.length === 0) {
    const few = refused.filter(({ count }) => count > 0).map(says);
    return pass(
      few.length > 0 ? `${few.join('; ')}: fewer than ${ALARMING}` : 'no device was refused its push',
    );
  }
  return fail(
    `${alarming.map(says).join('; ')}, and delivered none since`,
    'see docs/troubleshooting.md: do endpoint (sandbox or production), bundle id and Firebase project fit the build that people have?',
  );
}

function says({
  platform,
  count,
  metrics,
}: {
  platform: (typeof PLATFORMS)[number];
  count: number;
  metrics: string[];
}): string {
  return `${PLATFORM_NAMES[platform]} refused ${count} (${metrics.join(', ')})`;
}
