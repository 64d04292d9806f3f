import type { ApnsExpectation, FcmV1Expectation, KeyName, LinkExpectation } from '../link';
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
  const platforms = (outputs[LINK_OUTPUTS.platforms] ?? {}) as {
    apns?: ApnsExpectation;
    fcmV1?: FcmV1Expectation;
  };
  return {
    communicationServiceId: id(LINK_OUTPUTS.communicationServiceId),
    notificationHubId: id(LINK_OUTPUTS.notificationHubId),
    ruleId: id(LINK_OUTPUTS.ruleId),
    ...(key === 'primary' || key === 'secondary' ? { key: key as KeyName } : {}),
    ...(platforms.apns ? { apns: platforms.apns } : {}),
    ...(platforms.fcmV1 ? { fcmV1: platforms.fcmV1 } : {}),
  };
}
