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
  /** Event Grid trigger for recordings, which fail until it is known who is to be told. */
  recordings: 'recordings',
  /** HTTP trigger of the devices API: `PUT`, `GET`, `DELETE /api/devices/{installationId}`. */
  devices: 'devices',
  /** HTTP trigger of what users want to be told: `GET`, `PUT`, `DELETE /api/users/{rawId}/preferences`. */
  preferences: 'preferences',
  /** HTTP trigger for all devices of a user: `GET`, `DELETE /api/users/{rawId}/devices`. */
  users: 'users',
  /** Timer trigger, once a day: removes records that nobody needs any more. */
  cleanUp: 'clean-up',
  /** Timer trigger, every five minutes: removes devices that are dead, not renewed, or somebody else's by now. */
  sweep: 'sweep',
  /** Timer trigger, every five minutes: reports the health of all hubs; there only with the setting `linkHubId`. */
  linkHealth: 'link-health',
} as const;

/** The names of the relay's functions. */
export type RelayFunction = (typeof RELAY_FUNCTIONS)[keyof typeof RELAY_FUNCTIONS];

/**
 * The parts that the relay falls into, with their functions: an app whose setting `part` names one has its functions
 * and no others. Requests to the devices API then take no instance, memory or restart from events.
 */
export const RELAY_PARTS = {
  events: [
    RELAY_FUNCTIONS.calls,
    RELAY_FUNCTIONS.messages,
    RELAY_FUNCTIONS.recordings,
    RELAY_FUNCTIONS.cleanUp,
    RELAY_FUNCTIONS.linkHealth,
  ],
  devices: [
    RELAY_FUNCTIONS.devices,
    RELAY_FUNCTIONS.users,
    RELAY_FUNCTIONS.preferences,
    RELAY_FUNCTIONS.sweep,
  ],
} as const satisfies Record<string, readonly RelayFunction[]>;

export type RelayPart = keyof typeof RELAY_PARTS;

/**
 * The event types that each function of the relay makes pushes of, or needs in order to (who took part in a call, who
 * started a recorded one); its subscriptions deliver these.
 */
export const RELAY_EVENT_TYPES = {
  calls: ['Microsoft.Communication.IncomingCall'],
  messages: [
    'Microsoft.Communication.ChatMessageReceived',
    'Microsoft.Communication.ChatMessageEdited',
    'Microsoft.Communication.ChatMessageDeleted',
    'Microsoft.Communication.ChatThreadCreatedWithUser',
    'Microsoft.Communication.CallStarted',
    'Microsoft.Communication.CallEnded',
    'Microsoft.Communication.CallParticipantAdded',
    'Microsoft.Communication.SMSReceived',
  ],
  recordings: ['Microsoft.Communication.RecordingFileStatusUpdated'],
} as const;

/** Event types, without their prefix, that become pushes only when they are asked for by `optionalEvents`. */
export const OPTIONAL_EVENTS = ['AdvancedMessageReceived', 'ChatParticipantAddedToThreadWithUser'] as const;

/** An event that the relay pushes only when it is asked to. */
export type OptionalEvent = (typeof OPTIONAL_EVENTS)[number];

/** What can become of one delivery of an event; the relay counts each by that name. */
export const EVENT_OUTCOMES = [
  /** Handed to the hub. */
  'pushed',
  /** Handled before. */
  'duplicate',
  /** A later version of the same thing was handled before. */
  'superseded',
  /** Worth nothing any more when it came. */
  'expired',
  /** A type or a case that no push is made of. */
  'nobody-to-tell',
  /** Kept with its reason. */
  'dead-lettered',
  /** To be kept with its reason, which could not be done: given back to Event Grid, to come again. */
  'unkept',
  /** Given back to Event Grid, to come again. */
  'failed',
] as const;

export type EventOutcome = (typeof EVENT_OUTCOMES)[number];

/** Partitions of a table that a day's events may be spread over. */
export const STORAGE_SHARDS = { default: 4, most: 64 } as const;

/** App settings of the relay. None of them is a secret. */
export const RELAY_SETTINGS = {
  /** The one part of `RELAY_PARTS` that the app is. Default: all of them, and with them every setting. */
  part: 'RELAY_PART',
  /** ARM id of the Communication Services resource; events of any other source are refused. */
  sourceId: 'RELAY_SOURCE_ID',
  /** ARM id of the authorization rule with which alert pushes are sent; names hub and namespace too. Right: Send. */
  hubRuleId: 'RELAY_HUB_RULE_ID',
  /** The same for the hub whose APNs topic ends in `.voip`; absent when there is none. */
  voipHubRuleId: 'RELAY_VOIP_HUB_RULE_ID',
  /** Client id of the user-assigned identity that the relay signs in with. */
  identityClientId: 'AZURE_CLIENT_ID',
  /**
   * Name of the storage account for processed events, calls and dead letters. The identity needs Storage Table Data
   * Contributor and Storage Blob Data Contributor on it. Without it the relay remembers within one process only and
   * keeps no dead letters.
   */
  storageAccount: 'RELAY_STORAGE_ACCOUNT',
  /** Container for dead letters in that account. Default `deadletter`. */
  deadLetterContainer: 'RELAY_DEADLETTER_CONTAINER',
  /** What the names of the relay's tables begin with: letters and digits. Default `relay`. */
  tablePrefix: 'RELAY_TABLE_PREFIX',
  /**
   * Over how many partitions of a table a day's events are spread: see {@link STORAGE_SHARDS}. Each takes 2,000 changes a second,
   * of which an event needs two. Another number is in force ten minutes after the first instance with it has started.
   */
  storageShards: 'RELAY_STORAGE_SHARDS',
  /** Push services that the hub has credentials for, of `apple,fcmv1,browser`. Default `apple,fcmv1`. */
  platforms: 'RELAY_PLATFORMS',
  /** `include` (default) or `omit`: whether what people wrote goes into pushes. */
  messageText: 'RELAY_MESSAGE_TEXT',
  /** Of {@link OPTIONAL_EVENTS}, separated by commas: those that become pushes too. Default none. */
  optionalEvents: 'RELAY_OPTIONAL_EVENTS',
  /**
   * `data` (default) or `notification`: whether the app on Android shows messages, each of them, or Android itself does,
   * which of those that came while the phone was offline shows the last.
   */
  androidMessages: 'RELAY_ANDROID_MESSAGES',
  /** Of events that ended well, how many have a line in the logs, in percent from 0 to 100. Default 100. */
  successLinesPercent: 'RELAY_SUCCESS_LINES_PERCENT',
  /**
   * ARM id of a rule of the same hub with the right Listen, with which devices are registered. Without it, or without
   * `apiAudience`, the devices API answers 503.
   */
  devicesRuleId: 'RELAY_DEVICES_RULE_ID',
  /** The same for the VoIP hub. */
  voipDevicesRuleId: 'RELAY_VOIP_DEVICES_RULE_ID',
  /** Entra tenant whose access tokens the devices API takes. */
  apiTenantId: 'RELAY_API_TENANT_ID',
  /**
   * Who signs those tokens: `https://{name}.ciamlogin.com/{tenant}/v2.0` for Entra External ID,
   * `https://{name}.b2clogin.com/{tenant}/{policy}/v2.0` for Azure AD B2C. Default: the workforce tenant.
   */
  apiAuthority: 'RELAY_API_AUTHORITY',
  /** Audience of those tokens: the API's application id, its `api://` URI, or both, separated by commas. */
  apiAudience: 'RELAY_API_AUDIENCE',
  /** App role or delegated scope that a caller needs. Default `Devices.Register`. */
  apiRole: 'RELAY_API_ROLE',
  /** App role of a back end that may act for every identity. Default `Devices.Register.All`. */
  apiAllRole: 'RELAY_API_ALL_ROLE',
  /**
   * Claim that names the ACS identities (raw ids, one or a list) a caller may act for. Without it a caller may act for
   * `8:orgid:{oid}` alone, which is how ACS knows users of Microsoft Entra ID.
   */
  apiIdentityClaim: 'RELAY_API_IDENTITY_CLAIM',
  /** Requests to the devices API that one caller may make in a minute, on each instance. Default 60. */
  apiRequestsPerMinute: 'RELAY_API_REQUESTS_PER_MINUTE',
  /** Requests that may come from one address in a minute, on each instance, before any token is looked at. Default 600. */
  apiRequestsPerMinutePerAddress: 'RELAY_API_REQUESTS_PER_MINUTE_PER_ADDRESS',
  /** Requests without a valid token after which an address is held off, in a minute, on each instance. Default 20. */
  apiFailuresPerMinutePerAddress: 'RELAY_API_FAILURES_PER_MINUTE_PER_ADDRESS',
  /** Proxies of one's own (Front Door, Application Gateway) that requests come through. Default 0. */
  apiProxies: 'RELAY_API_PROXIES',
  /** Devices that one user may have registered, from 1 to 500; one more ends the one longest not renewed. Default 20. */
  maxDevicesPerUser: 'RELAY_MAX_DEVICES_PER_USER',
  /** Days after which a device that was not registered again is removed; 0 for never. Default 60. */
  deviceLifetimeDays: 'RELAY_DEVICE_LIFETIME_DAYS',
  /**
   * ARM id of the hub that the Communication Services resource is to be linked to. With it the health of the link and of
   * the relay's hubs is reported; the identity needs Reader on the resource and on each hub.
   */
  linkHubId: 'RELAY_LINK_HUB_ID',
  /** ARM id of the rule of that hub whose connection string the link holds. */
  linkRuleId: 'RELAY_LINK_RULE_ID',
  /** ARM id of the Function App itself, which the metric belongs to. The identity needs Monitoring Metrics Publisher. */
  resourceId: 'RELAY_RESOURCE_ID',
  /** Region of the Function App, where its metrics are taken. */
  region: 'RELAY_REGION',
} as const;

/** An authority: https, a host, the tenant (and a policy), version 2. */
export const API_AUTHORITY = {
  pattern: /^https:\/\/[a-z0-9-]+(\.[a-z0-9-]+)+(\/[\w.-]+){1,3}\/v2\.0$/i,
  takes: 'the https URL of an authority with the tenant, ending in /v2.0',
  example: 'https://contoso.ciamlogin.com/11111111-1111-1111-1111-111111111111/v2.0',
} as const;

/** Metrics of health, among the Function App's: 1 when nothing is seen to be wrong, 0 when a check fails. */
export const HEALTH_METRICS = {
  /** Of the link and the linked hub. */
  link: { namespace: 'acs-push', name: 'link_health' },
  /** Of the relay's own hubs: the worse of the two where there is a VoIP hub. */
  relayHubs: { namespace: 'acs-push', name: 'relay_hub_health' },
} as const;
