import type { ApnsExpectation, FcmV1Expectation, HubExpectation, LinkExpectation } from '../link';
import type { Io } from './io';
import { partsOf } from './stack-parts';

/** Outputs for each hub that the relay sends through; absent when the stack has none. */
const RELAY_HUBS = [
  { title: 'relay hub', hub: 'relayHubId', policy: 'relayPolicyId', platforms: 'relayPlatforms' },
  { title: 'VoIP hub', hub: 'voipHubId', policy: 'voipPolicyId', platforms: 'voipPlatforms' },
] as const;

/** A hub of a stack, by the name that people have for it. */
interface NamedHub {
  readonly title: string;
  readonly expectation: HubExpectation;
}

/**
 * The hubs that the stack's relay sends through; none when it has no relay.
 * @throws BadInput when the stack is unknown or not deployed
 */
export async function relayHubsOf(stack: string, io: Pick<Io, 'stacks'>): Promise<NamedHub[]> {
  const parts = await partsOf(stack, io);
  return RELAY_HUBS.flatMap(({ title, hub, policy, platforms }) => {
    const [notificationHubId, ruleId] = [parts.text(hub), parts.text(policy)];
    if (notificationHubId === undefined || ruleId === undefined) return [];
    return [{ title, expectation: { notificationHubId, ruleId, ...platformsOf(parts.value(platforms)) } }];
  });
}

/**
 * The link as the stack made it.
 * @throws BadInput when the stack is unknown or not deployed
 */
export async function expectationOf(stack: string, io: Pick<Io, 'stacks'>): Promise<LinkExpectation> {
  const parts = await partsOf(stack, io);
  const key = parts.value('callingPolicyKey');
  return {
    communicationServiceId: parts.need('communicationServiceId'),
    notificationHubId: parts.need('callingHubId'),
    ruleId: parts.need('callingPolicyId'),
    ...(key === 'primary' || key === 'secondary' ? { key } : {}),
    ...platformsOf(parts.value('callingPlatforms')),
  };
}

function platformsOf(output: unknown): Pick<HubExpectation, 'apns' | 'fcmV1'> {
  const { apns, fcmV1 } = (output ?? {}) as { apns?: ApnsExpectation; fcmV1?: FcmV1Expectation };
  return { ...(apns ? { apns } : {}), ...(fcmV1 ? { fcmV1 } : {}) };
}
