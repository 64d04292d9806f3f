import type { HubExpectation } from '../link';
import type { Io } from './io';
import { NO_RELAY, partsOf } from './stack-parts';

/** Outputs with the rules that the relay reads the keys of; those that a stack does not have are left out. */
const RELAY_RULES = ['relayPolicyId', 'voipPolicyId', 'relayDevicesPolicyId', 'voipDevicesPolicyId'] as const;

/**
 * The rules whose keys the stack's relay uses, each with its hub; none when it has no relay.
 * @throws BadInput when the stack is unknown or not deployed
 */
export async function relayRulesOf(stack: string, io: Io): Promise<HubExpectation[]> {
  return (await partsOf(stack, io)).texts(...RELAY_RULES).map(ruleWithHub);
}

/** A rule with the hub that it is of. */
export function ruleWithHub(ruleId: string): HubExpectation {
  return { ruleId, notificationHubId: ruleId.replace(/\/authorizationRules\/[^/]+$/i, '') };
}

/** What a relay is looked after by. */
export interface RelayParts {
  readonly sendRuleId: string;
  readonly functionAppId: string;
  readonly storageAccount: string;
  readonly deadLetterContainer: string;
  /** Account of Event Grid's dead letters; undefined: the relay's. */
  readonly eventGridStorageAccount?: string;
}

/** @throws BadInput when the stack is unknown, not deployed, or has no relay */
export async function relayOf(stack: string, io: Io): Promise<RelayParts> {
  const parts = await partsOf(stack, io);
  return {
    sendRuleId: parts.need('relayPolicyId', NO_RELAY),
    functionAppId: parts.need('functionAppId', NO_RELAY),
    storageAccount: parts.need('relayStorageAccount', NO_RELAY),
    deadLetterContainer: parts.need('relayDeadLetterContainer', NO_RELAY),
    eventGridStorageAccount: parts.text('eventGridStorageAccount'),
  };
}

/** Where a stack's devices API is, and what its tokens are for. */
export interface DevicesApiParts {
  /** `https://{host}/api` */
  readonly url: string;
  /** Application id of the API, or its `api://` URI; undefined for a stack that was deployed by an earlier version. */
  readonly audience?: string;
  /** ARM id of the Function App for events, in the subscription to sign in for. */
  readonly functionAppId?: string;
}

/** @throws BadInput when the stack is unknown, not deployed, or has no devices API */
export async function devicesApiOf(stack: string, io: Io): Promise<DevicesApiParts> {
  const parts = await partsOf(stack, io);
  return {
    url: parts.need('devicesApiUrl', 'it has no devices API: deploy it with events: { devicesApi: … }'),
    functionAppId: parts.text('functionAppId'),
    audience: parts.text('devicesApiAudience'),
  };
}

/**
 * ARM ids of the hubs that the stack's relay sends through, the one for alerts first.
 * @throws BadInput when the stack is unknown, not deployed, or has no relay
 */
export async function relayHubIdsOf(stack: string, io: Io): Promise<string[]> {
  const parts = await partsOf(stack, io);
  return [parts.need('relayHubId', NO_RELAY), ...parts.texts('voipHubId')];
}
