import type { ApnsExpectation, FcmV1Expectation, HubExpectation, KeyName, LinkExpectation } from '../link';
import { BadInput } from './bad-input';
import type { Io } from './io';
import { readTerraformOutputs } from './terraform-outputs';

/** Names of the outputs that a stack gives out for this command. */
export const LINK_OUTPUTS = {
  communicationServiceId: 'communication_service_id',
  notificationHubId: 'calling_hub_id',
  ruleId: 'calling_policy_id',
  key: 'calling_policy_key',
  /** `{apns?: {environment, bundleId}, fcmV1?: {projectId?}}`; may be absent. */
  platforms: 'calling_platforms',
} as const;

/** Outputs for each hub that the relay sends through; absent when the stack has none. */
const RELAY_HUBS = [
  { title: 'relay hub', hub: 'relay_hub_id', policy: 'relay_policy_id', platforms: 'relay_platforms' },
  { title: 'VoIP hub', hub: 'voip_hub_id', policy: 'voip_policy_id', platforms: 'voip_platforms' },
] as const;

/** A hub of an environment, by the name that people have for it. */
export interface NamedHub {
  readonly title: string;
  readonly expectation: HubExpectation;
}

/**
 * The hubs that the environment's relay sends through; none when it has no relay.
 * @throws BadInput when the environment is unknown or not deployed
 */
export async function relayHubsOf(environment: string, io: Io): Promise<NamedHub[]> {
  const outputs = await readTerraformOutputs(environment, io);
  return RELAY_HUBS.flatMap(({ title, hub, policy, platforms }) => {
    const [notificationHubId, ruleId] = [outputs[hub], outputs[policy]];
    if (typeof notificationHubId !== 'string' || typeof ruleId !== 'string') return [];
    return [{ title, expectation: { notificationHubId, ruleId, ...platformsOf(outputs[platforms]) } }];
  });
}

/**
 * The link as the environment's stack made it.
 * @throws BadInput when the environment is unknown or not deployed
 */
export async function expectationOf(environment: string, io: Io): Promise<LinkExpectation> {
  const outputs = await readTerraformOutputs(environment, io);
  const id = (name: string): string => {
    const value = outputs[name];
    if (typeof value === 'string' && value !== '') return value;
    throw new BadInput(
      `the environment '${environment}' has no output '${name}': deploy it first, 'npx cdktf deploy ${environment}'`,
    );
  };
  const key = outputs[LINK_OUTPUTS.key];
  return {
    communicationServiceId: id(LINK_OUTPUTS.communicationServiceId),
    notificationHubId: id(LINK_OUTPUTS.notificationHubId),
    ruleId: id(LINK_OUTPUTS.ruleId),
    ...(key === 'primary' || key === 'secondary' ? { key: key as KeyName } : {}),
    ...platformsOf(outputs[LINK_OUTPUTS.platforms]),
  };
}

function platformsOf(output: unknown): Pick<HubExpectation, 'apns' | 'fcmV1'> {
  const { apns, fcmV1 } = (output ?? {}) as { apns?: ApnsExpectation; fcmV1?: FcmV1Expectation };
  return { ...(apns ? { apns } : {}), ...(fcmV1 ? { fcmV1 } : {}) };
}
