/**
 * What the relay and whoever deploys it agree on: the names of its functions and of its app settings.
 * No imports here, so that the constructs can read it without taking in the relay itself.
 */

/** Functions of the relay, by the names they carry under `{functionApp}/functions/`. */
export const RELAY_FUNCTIONS = {
  /** Event Grid trigger for calls: its subscription gives up after one minute. */
  calls: 'calls',
  /** Event Grid trigger for everything else. */
  messages: 'messages',
} as const;

/** The event types that each function of the relay makes pushes of; its subscriptions deliver these. */
export const RELAY_EVENT_TYPES = {
  calls: ['Microsoft.Communication.IncomingCall'],
  messages: ['Microsoft.Communication.ChatMessageReceived'],
} as const;

/** App settings of the relay. None of them is a secret. */
export const RELAY_SETTINGS = {
  /** ARM id of the Communication Services resource; events of any other source are refused. */
  sourceId: 'RELAY_SOURCE_ID',
  /** ARM id of the authorization rule with which alert pushes are sent; names hub and namespace too. */
  hubRuleId: 'RELAY_HUB_RULE_ID',
  /** The same for the hub whose APNs topic ends in `.voip`; absent when there is none. */
  voipHubRuleId: 'RELAY_VOIP_HUB_RULE_ID',
  /** Client id of the user-assigned identity that the relay signs in with. */
  identityClientId: 'AZURE_CLIENT_ID',
} as const;
