import { RELAY_SETTINGS } from '../contract';
import { Reader } from './reader';

/** Settings of the report on the link's health. */
export interface LinkHealthSettings {
  readonly communicationServiceId: string;
  readonly hubId: string;
  readonly ruleId: string;
  /** Rules that the relay itself sends with, one of each of its hubs. */
  readonly relayRuleIds: readonly string[];
  /** ARM id of the Function App. */
  readonly resourceId: string;
  /** `westeurope` */
  readonly region: string;
}

/**
 * Reads the settings of the report on the link's health.
 *
 * @returns undefined when none is asked for
 * @throws SettingsError naming every setting that is missing or malformed, at once
 */
export function readLinkHealthSettings(environment: NodeJS.ProcessEnv): LinkHealthSettings | undefined {
  const reader = new Reader(environment);
  const hubId = reader.optional(RELAY_SETTINGS.linkHubId);
  if (hubId === undefined) return undefined;
  const ruleId = reader.required(RELAY_SETTINGS.linkRuleId);
  reader.rule(RELAY_SETTINGS.linkRuleId, ruleId);
  const communicationServiceId = reader.required(RELAY_SETTINGS.sourceId);
  const resourceId = reader.required(RELAY_SETTINGS.resourceId);
  const region = reader.required(RELAY_SETTINGS.region).toLowerCase().replaceAll(' ', '');
  reader.done('link health');
  const relayRuleIds = [RELAY_SETTINGS.hubRuleId, RELAY_SETTINGS.voipHubRuleId].flatMap(
    (name) => reader.optional(name) ?? [],
  );
  return { communicationServiceId, hubId, ruleId, relayRuleIds, resourceId, region };
}
