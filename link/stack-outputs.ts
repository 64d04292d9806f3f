/**
 * Names of the Terraform outputs by which a stack tells `acs-push` of its parts: ids and names, nothing secret. They are
 * flat, so that after a deploy that failed Terraform still has those whose parts are there.
 */
export const STACK_OUTPUTS = {
  communicationServiceId: 'communication_service_id',
  callingHubId: 'calling_hub_id',
  callingPolicyId: 'calling_policy_id',
  callingPolicyKey: 'calling_policy_key',
  /** `{apns?: {environment, bundleId}, fcmV1?: {projectId?}}` */
  callingPlatforms: 'calling_platforms',
  relayHubId: 'relay_hub_id',
  relayPolicyId: 'relay_policy_id',
  relayPlatforms: 'relay_platforms',
  voipHubId: 'voip_hub_id',
  voipPolicyId: 'voip_policy_id',
  voipPlatforms: 'voip_platforms',
  relayDevicesPolicyId: 'relay_devices_policy_id',
  voipDevicesPolicyId: 'voip_devices_policy_id',
  relayStorageAccount: 'relay_storage_account',
  /** Account of Event Grid's dead letters, where it is not the relay's. */
  eventGridStorageAccount: 'event_grid_storage_account',
  relayDeadLetterContainer: 'relay_dead_letter_container',
  functionAppId: 'function_app_id',
  functionAppHost: 'function_app_host',
  devicesAppId: 'devices_app_id',
  devicesApiUrl: 'devices_api_url',
  devicesApiAudience: 'devices_api_audience',
} as const;

export type StackOutput = keyof typeof STACK_OUTPUTS;

/** What a prefix of outputs takes: with one, Terraform has to take `{prefix}_{name}` as an identifier. */
export const OUTPUTS_PREFIX = /^[A-Za-z][A-Za-z0-9_]*$/;

/** `hub_id`, or `{prefix}_hub_id` */
export function outputName(output: StackOutput, prefix?: string): string {
  return prefix ? `${prefix}_${STACK_OUTPUTS[output]}` : STACK_OUTPUTS[output];
}

/** Outputs that every set has, and that nobody else is likely to name so: a set is known by them. */
const TELLING = [
  STACK_OUTPUTS.callingPolicyKey,
  STACK_OUTPUTS.callingPolicyId,
  STACK_OUTPUTS.callingHubId,
] as const;

/** The prefixes of the sets among these outputs, sorted; `''` is the set without one. */
export function outputPrefixes(names: readonly string[]): string[] {
  const found = names.flatMap((name) =>
    TELLING.flatMap((telling) => {
      if (name === telling) return [''];
      return name.endsWith(`_${telling}`) ? [name.slice(0, -telling.length - 1)] : [];
    }),
  );
  return [...new Set(found)].sort();
}

/**
 * Under which name of the context in cdktf.json stands the key that a stack links with: `primary` or `secondary`. Written
 * by `acs-push rotate`, kept under version control, read at synth.
 */
export function linkKeyContext(stack: string, prefix?: string): string {
  return ['acs-push:linkKey', stack, ...(prefix ? [prefix] : [])].join(':');
}
