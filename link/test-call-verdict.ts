import type { AzureError } from './azure-error';
import { delivered, PLATFORMS } from './metrics';
import { BUSY_MINUTES, type HubCounts, type HubRole } from './test-call-counts';
import { hubRefusedRemedy, NOBODY_REMEDY, outcomeRemedy, unreadRemedy } from './test-call-remedies';
import type { TestCallVerdict } from './test-call-report';

export interface Judgement {
  readonly verdict: TestCallVerdict;
  readonly evidence: string;
  readonly remedy?: string;
  readonly hubId?: string;
  /** It is known that something has to be mended. */
  readonly mendable?: true;
  /** Whether more waiting could not change it, or only if metrics come in pieces. */
  readonly certain: 'now' | 'when seen twice' | 'when complete';
}

const SUCCESS: readonly string[] = PLATFORMS.map(delivered);

/** How each is told of, in the order in which they are believed. */
const NAMES: Readonly<Record<HubRole, string>> = {
  linked: 'the linked hub',
  voip: "the relay's VoIP hub",
  relay: "the relay's hub",
};

/**
 * What became of a call, by what the hubs counted. Nobody but Communication Services sends through the linked hub, and
 * nothing but rings goes through the VoIP hub; the relay's other hub carries whatever else the relay pushes, a missed
 * call among them. So the first of them that saw anything decides.
 * @param complete nothing more will be counted
 */
export function judge(hubs: readonly HubCounts[], complete: boolean): Judgement {
  const found = (Object.keys(NAMES) as HubRole[]).flatMap((role) =>
    hubs.filter((hub) => hub.role === role).map((hub) => ({ role, finding: judgeHub(hub) })),
  );
  const first = found.findIndex(({ finding }) => finding !== undefined);
  const finding = found[first]?.finding;
  // The counts of two hubs come apart by minutes: what one that goes first says may be on its way.
  if (finding) return first === 0 ? finding : { ...finding, certain: 'when complete' };
  const unread = hubs.find(({ error }) => error !== undefined);
  if (unread) return notRead(unread.id, unread.error!);
  if (!complete) {
    return {
      verdict: 'unknown',
      evidence: 'no hub has counted anything yet, and metrics are minutes late',
      certain: 'when complete',
    };
  }
  const byTag = hubs.reduce((sum, { accepted }) => sum + accepted, 0);
  return {
    verdict: 'nobody-registered',
    evidence:
      byTag > 0
        ? `the relay's hub took ${byTag} for the user's devices and reached none; nothing reached the linked hub`
        : 'nothing reached a hub: neither a push nor a refused request',
    remedy: NOBODY_REMEDY,
    certain: 'when complete',
  };
}

export function notRead(hubId: string, error: AzureError): Judgement {
  const remedy = unreadRemedy(error);
  return {
    verdict: 'unknown',
    evidence: `the hub's metrics could not be read: ${error.message}`,
    ...(remedy === undefined ? {} : { remedy }),
    hubId,
    certain: 'when complete',
  };
}

/** Of a hub that others send through all the time: what becomes of a single call cannot be told. */
export function busyHub(hubId: string, role: HubRole, before: number): Judgement {
  return {
    verdict: 'unknown',
    evidence: `${NAMES[role]} accepted ${before} other pushes in the ten minutes before: a call cannot be told from them`,
    remedy: 'call again in a quiet minute',
    hubId,
    certain: 'now',
  };
}

/** Undefined when nothing of the call was seen at the hub. */
function judgeHub(counts: HubCounts): Judgement | undefined {
  const { id: hubId, role, accepted, refused, outcomes } = counts;
  const name = NAMES[role];
  const told = Object.entries(outcomes).map(([metric, count]) => `${metric} ${count}`);
  if (accepted + refused + told.length === 0) return undefined;
  if (counts.busyMinutes >= BUSY_MINUTES) {
    return { ...busyHub(hubId, role, counts.before), certain: 'when complete' };
  }
  const refusals = Object.keys(outcomes).filter((metric) => metric.endsWith('.invalidcredentials'));
  if (refusals.length > 0 && SUCCESS.some((metric) => outcomes[metric])) {
    return {
      verdict: 'refused-by-push-service',
      evidence: `${name} reached some devices, and a push service refused its credential: ${told.join(', ')}`,
      remedy: outcomeRemedy(refusals),
      hubId,
      mendable: true,
      certain: 'when seen twice',
    };
  }
  if (SUCCESS.some((metric) => outcomes[metric])) {
    return {
      verdict: 'delivered',
      evidence: `${name} counted ${told.join(', ')} in the minute of the call`,
      hubId,
      certain: role === 'linked' || counts.before === 0 ? 'now' : 'when complete',
    };
  }
  if (told.length > 0) {
    const ended = Object.values(outcomes).reduce((sum, count) => sum + count, 0);
    const passing = Object.keys(outcomes).filter((metric) => /\.(pnserror|throttled)$/.test(metric));
    return {
      verdict: 'refused-by-push-service',
      evidence: `${name} accepted ${accepted}, and the push service took none: ${told.join(', ')}`,
      remedy: outcomeRemedy(Object.keys(outcomes)),
      hubId,
      // What passes by itself is nothing to mend.
      ...(passing.length < told.length ? { mendable: true } : {}),
      certain: passing.length === 0 && ended >= accepted ? 'when seen twice' : 'when complete',
    };
  }
  // The relay sends to whatever devices carry the user's tag: a push to none is accepted, and counts no outcome.
  if (accepted > 0 && role !== 'linked') return undefined;
  if (accepted > 0) {
    return {
      verdict: 'unknown',
      evidence: `${name} accepted ${accepted} and tells no outcome: it goes on trying a push service that does not answer for half an hour`,
      remedy: "call again later; 'acs-push verify' asks the push services by itself",
      hubId,
      certain: 'when complete',
    };
  }
  return {
    verdict: 'refused-by-hub',
    evidence: `${name} refused ${refused} ${refused === 1 ? 'request' : 'requests'} and accepted none`,
    remedy: hubRefusedRemedy(role),
    hubId,
    mendable: true,
    certain: 'when seen twice',
  };
}
