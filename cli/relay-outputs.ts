import type { HubExpectation } from '../link';
import { BadInput } from './bad-input';
import type { Io } from './io';
import { readTerraformOutputs } from './terraform-outputs';

/** Names of the outputs that a stack with a relay gives out for this command. */
export const RELAY_OUTPUTS = {
  sendRuleId: 'relay_policy_id',
  functionAppId: 'function_app_id',
  storageAccount: 'relay_storage_account',
  deadLetterContainer: 'relay_dead_letter_container',
} as const;

/** Outputs with the rules that the relay reads the keys of; those that a stack does not have are left out. */
const RELAY_RULES = [
  'relay_policy_id',
  'voip_policy_id',
  'relay_devices_policy_id',
  'voip_devices_policy_id',
] as const;

/**
 * The rules whose keys the environment's relay uses, each with its hub; none when it has no relay.
 * @throws BadInput when the environment is unknown or not deployed
 */
export async function relayRulesOf(environment: string, io: Io): Promise<HubExpectation[]> {
  const outputs = await readTerraformOutputs(environment, io);
  return RELAY_RULES.flatMap((name) => {
    const ruleId = outputs[name];
    if (typeof ruleId !== 'string') return [];
    return [{ ruleId, notificationHubId: ruleId.replace(/\/authorizationRules\/[^/]+$/i, '') }];
  });
}

/** Output with the account that Event Grid's dead letters go to, of a stack where it is not the relay's. */
export const EVENT_GRID_STORAGE_OUTPUT = 'event_grid_storage_account';

export type RelayParts = { readonly [part in keyof typeof RELAY_OUTPUTS]: string } & {
  /** Account of Event Grid's dead letters; undefined: the relay's. */
  readonly eventGridStorageAccount?: string;
};

/**
 * The parts of the relay that an environment's stack made.
 * @throws BadInput when the environment is unknown, not deployed, or has no relay
 */
export async function relayOf(environment: string | undefined, io: Io): Promise<RelayParts> {
  if (environment === undefined) throw new BadInput('which relay? give an environment that is deployed');
  const outputs = await readTerraformOutputs(environment, io);
  const parts = Object.entries(RELAY_OUTPUTS).map(([part, name]) => {
    const value = outputs[name];
    if (typeof value === 'string' && value !== '') return [part, value] as const;
    throw new BadInput(
      `the environment '${environment}' has no output '${name}': deploy it, with events: { target: 'relay' }`,
    );
  });
  const eventGridStorageAccount = outputs[EVENT_GRID_STORAGE_OUTPUT];
  return {
    ...(Object.fromEntries(parts) as unknown as RelayParts),
    ...(typeof eventGridStorageAccount === 'string' && { eventGridStorageAccount }),
  };
}

/** Where an environment's devices API is, and what its tokens are for. */
export interface DevicesApiParts {
  /** `https://{host}/api` */
  readonly url: string;
  /** Application id of the API, or its `api://` URI; undefined for a stack that was deployed by an earlier version. */
  readonly audience?: string;
  /** ARM id of the Function App for events, in the subscription to sign in for. */
  readonly functionAppId: string;
}

/** @throws BadInput when the environment is unknown, not deployed, or has no devices API */
export async function devicesApiOf(environment: string | undefined, io: Io): Promise<DevicesApiParts> {
  if (environment === undefined) throw new BadInput('which relay? give an environment that is deployed');
  const outputs = await readTerraformOutputs(environment, io);
  const text = (name: string) => {
    const value = outputs[name];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const [url, functionAppId] = [text('devices_api_url'), text('function_app_id')];
  if (url && functionAppId) return { url, functionAppId, audience: text('devices_api_audience') };
  throw new BadInput(
    `the environment '${environment}' has no output 'devices_api_url': deploy it, with events: { target: 'relay', devicesApi: … }`,
  );
}

/**
 * ARM ids of the hubs that the environment's relay sends through, the one for alerts first.
 * @throws BadInput when the environment is unknown, not deployed, or has no relay
 */
export async function relayHubsOf(environment: string | undefined, io: Io): Promise<string[]> {
  if (environment === undefined) throw new BadInput('which relay? give an environment that is deployed');
  const outputs = await readTerraformOutputs(environment, io);
  const hubs = [outputs['relay_hub_id'], outputs['voip_hub_id']].filter((id) => typeof id === 'string');
  if (hubs.length > 0) return hubs;
  throw new BadInput(
    `the environment '${environment}' has no output 'relay_hub_id': deploy it, with events: { target: 'relay' }`,
  );
}
