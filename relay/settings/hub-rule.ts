import { SettingsError } from '../errors';

/** The parts of an authorization rule's ARM id. */
export interface HubRule {
  /** The whole id, with a leading slash. */
  readonly id: string;
  readonly namespace: string;
  readonly hub: string;
  readonly rule: string;
}

const RULE_ID =
  /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.NotificationHubs\/namespaces\/([^/]+)\/notificationHubs\/([^/]+)\/authorizationRules\/([^/]+)$/i;

/** @throws SettingsError when it is no ARM id of an authorization rule */
export function readHubRule(id: string): HubRule {
  const match = RULE_ID.exec(id);
  if (match) return { id, namespace: match[1]!, hub: match[2]!, rule: match[3]! };
  throw new SettingsError(
    `expected the id of an authorization rule of a notification hub ` +
      `(/subscriptions/…/notificationHubs/{hub}/authorizationRules/{rule}), got '${id}'`,
  );
}
