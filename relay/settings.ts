import { RELAY_SETTINGS } from './contract';
import { SettingsError } from './errors';

/** The parts of an authorization rule's ARM id. */
export interface HubRule {
  /** The whole id, with a leading slash. */
  readonly id: string;
  readonly namespace: string;
  readonly hub: string;
  readonly rule: string;
}

export interface RelaySettings {
  /** Lower case: ids are compared without case, as ARM does. */
  readonly sourceId: string;
  readonly hubRule: HubRule;
  readonly voipHubRule?: HubRule;
  readonly identityClientId: string;
  readonly identityEndpoint: string;
  readonly identityHeader: string;
}

const RULE_ID =
  /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.NotificationHubs\/namespaces\/([^/]+)\/notificationHubs\/([^/]+)\/authorizationRules\/([^/]+)$/i;

/**
 * Reads the relay's app settings.
 *
 * @throws SettingsError naming every setting that is missing or malformed, at once
 */
export function readSettings(environment: NodeJS.ProcessEnv): RelaySettings {
  const problems: string[] = [];
  const required = (name: string): string => {
    const value = environment[name]?.trim() ?? '';
    if (!value) problems.push(`app setting ${name} is missing`);
    return value;
  };
  const rule = (name: string, id: string): HubRule | undefined => {
    const match = RULE_ID.exec(id);
    if (match) return { id, namespace: match[1]!, hub: match[2]!, rule: match[3]! };
    problems.push(
      `app setting ${name} must be the id of an authorization rule of a notification hub ` +
        `(/subscriptions/…/notificationHubs/{hub}/authorizationRules/{rule}), got '${id}'`,
    );
    return undefined;
  };

  const sourceId = required(RELAY_SETTINGS.sourceId);
  const hubRuleId = required(RELAY_SETTINGS.hubRuleId);
  const voipHubRuleId = environment[RELAY_SETTINGS.voipHubRuleId]?.trim();
  const identityClientId = required(RELAY_SETTINGS.identityClientId);
  // Set by Functions itself once the app has a managed identity.
  const identityEndpoint = required('IDENTITY_ENDPOINT');
  const identityHeader = required('IDENTITY_HEADER');
  const hubRule = hubRuleId ? rule(RELAY_SETTINGS.hubRuleId, hubRuleId) : undefined;
  const voipHubRule = voipHubRuleId ? rule(RELAY_SETTINGS.voipHubRuleId, voipHubRuleId) : undefined;

  if (problems.length > 0) throw new SettingsError(`relay not configured: ${problems.join('; ')}`);
  return {
    sourceId: sourceId.toLowerCase(),
    hubRule: hubRule!,
    voipHubRule,
    identityClientId,
    identityEndpoint,
    identityHeader,
  };
}
