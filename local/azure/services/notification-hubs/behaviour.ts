/** What a shared access policy may allow on a hub. */
export type HubRight = 'Listen' | 'Manage' | 'Send';

/** How hubs behave where no document of Azure says it. */
export interface HubBehaviour {
  /** Seconds of Azure's time until a message's telemetry is whole; before half of it there is none. */
  readonly telemetrySeconds: readonly [least: number, most: number];
  /**
   * Any of these rights reads the telemetry of a message. The page of rights (notification-hubs-push-notification-
   * security) names sends for Send, single registrations for Listen, hubs and tags for Manage, and telemetry nowhere.
   */
  readonly telemetryRights: readonly HubRight[];
  /**
   * Answer to a policy without the right. Newer api-versions are said to answer 403 (azure-notificationhubs-dotnet#224),
   * which ones is not.
   */
  readonly missingRightStatus: 401 | 403;
  /**
   * Answer to a client that the namespace's network rules keep out. Of Service Bus, which hubs come from, it is written
   * that such clients are unauthorized and are not told of the rule (service-bus-ip-filtering).
   */
  readonly networkRefusalStatus: 401 | 403;
  /** False hides `systemData` of namespaces, hubs and policies, as the specification's examples do. */
  readonly systemData: boolean;
}

export const DEFAULT_HUB_BEHAVIOUR: HubBehaviour = {
  telemetrySeconds: [1, 5],
  telemetryRights: ['Manage'],
  missingRightStatus: 401,
  networkRefusalStatus: 401,
  systemData: true,
};
