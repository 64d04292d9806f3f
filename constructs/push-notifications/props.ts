import type { ApnsTokenCredential } from '../credentials/apns-token-credential';
import type { BrowserCredential } from '../credentials/browser-credential';
import type { DataLocation } from '../communication/communication-service';
import type {
  ICommunicationService,
  NotificationHubLinkOptions,
} from '../communication/communication-service-interface';
import type { DeadLetterOptions } from '../storage/dead-letter-container';
import type { IEventDestination } from '../event-grid/event-destination';
import type { DeadLetterDestination, EventSubscriptionOptions } from '../event-grid/event-subscription';
import type { FcmV1Credential } from '../credentials/fcm-v1-credential';
import type { LinkHealthAlertOptions } from '../monitoring/link-health-alert';
import type { LinkVerificationOptions } from '../verification/link-verification';
import type { AlertReceivers } from '../monitoring/action-group';
import type { PushMonitoringOptions } from '../monitoring/push-monitoring';
import type { PrivateNetworking } from '../network/private-networking';
import type { INotificationHub } from '../notification-hubs/notification-hub-interface';
import type {
  INotificationHubNamespace,
  NotificationHubSku,
} from '../notification-hubs/notification-hub-namespace';
import type { PushRelayProps } from '../relay/push-relay';
import type { Lock } from '../core/azure-resource-options';
import type { PreventDestroyOptions } from '../core/prevent-destroy';
import type { IResourceGroup, Tags } from '../core/resource-group';
import { RELAY_PARTS } from '../relay/push-relay-props';
import type { PartOptions } from '../resource-options';
import type { ISystemTopic } from '../event-grid/system-topic';
import type { ProvidersProps } from '../core/providers';

/**
 * Everything from the hubs to the relay. `resourceGroup`, `name`, `uniqueSuffix`, `dataLocation` and one credential
 * are enough.
 */
export interface PushNotificationsProps extends DeadLetterOptions, PreventDestroyOptions, ProvidersProps {
  /**
   * The resource group of everything that is made, and its region: one of azurerm's, or name, id and location of one
   * that exists.
   */
  readonly resourceGroup: IResourceGroup;
  /** Base of all names: 2 to 20 lower-case letters, digits and hyphens, starting with a letter. */
  readonly name: string;
  /**
   * 3 to 10 lower-case letters and digits behind the names that have to be unique worldwide: any that nobody else has
   * with this `name`. What is deployed already has one, at the end of its names; another one makes it anew.
   */
  readonly uniqueSuffix: string;
  /** Needed unless `communicationService` is given. @default - that of `communicationService` */
  readonly dataLocation?: DataLocation;
  /**
   * The Communication Services resource that is linked: one that exists, or that the stack makes itself.
   * @default - a new one
   */
  readonly communicationService?: ICommunicationService;
  /** APNs credential of both hubs. @default - no pushes to Apple devices */
  readonly apns?: ApnsTokenCredential;
  /** Another APNs credential for the linked hub, such as one with topic 'voip'. @default - `apns` */
  readonly linkedApns?: ApnsTokenCredential;
  /** FCM credential of both hubs. @default - no pushes to Android devices */
  readonly fcm?: FcmV1Credential;
  /** Web Push credential of the relay's hub. @default - no pushes to browsers */
  readonly browser?: BrowserCredential;
  /** APNs credential, topic 'voip', of a third hub for VoIP pushes by the relay. @default - no such hub */
  readonly voipApns?: ApnsTokenCredential;
  /** The namespace that new hubs are made in. @default - a new one for all hubs */
  readonly namespace?: INotificationHubNamespace;
  /** Tier of the new namespace. @default 'Basic' */
  readonly sku?: NotificationHubSku;
  /** The hub that is linked. @default - a new one */
  readonly callingHub?: INotificationHub;
  /** The relay's hub. @default - a new one */
  readonly relayHub?: INotificationHub;
  /** The hub of VoIP pushes by the relay. @default - a new one when `voipApns` is given */
  readonly voipHub?: INotificationHub;
  /** Rule and key that Communication Services is let into the hub with. @default - Send-only policy, primary key */
  readonly link?: NotificationHubLinkOptions;
  /**
   * The proof that a deploy asks for, of the link and of the relay's hubs; `false` for none. The level 'live' is asked
   * of the link alone: no call goes through the relay.
   * @default - level 'settled', 15 minutes
   */
  readonly verification?: LinkVerificationOptions | false;
  /**
   * The topic of the Communication Services resource, when it has one.
   * @default - a new topic; Azure allows one per Communication Services resource
   */
  readonly systemTopic?: ISystemTopic;
  /** Where events go that could not be delivered. @default - a container of the stack's storage account */
  readonly deadLetter?: DeadLetterDestination;
  /**
   * Where events go: a relay Function with these props, a destination of the caller's (a webhook, a function), or
   * `false` for calling pushes alone.
   * @default - a relay Function
   */
  readonly events?: PushRelayOptions | IEventDestination | false;
  /**
   * The relay looks at the link every five minutes, reports the metric `link_health` and alerts on it: `true`, or the
   * action groups to tell. Needs the relay.
   * @default - on with `monitoring` and a relay, whose action groups it tells as well; else off
   */
  readonly linkHealthAlert?: boolean | LinkHealthAlertOptions;
  /** Alerts, who is told of them, a workbook and the services' logs, for somebody on call. @default - none */
  readonly monitoring?: MonitoringOptions;
  /**
   * A virtual network that exists, for the relay and the vault. Hubs, Communication Services, and the account for events
   * that Event Grid could not deliver stay public: see docs/private-networking.md.
   * @default - public endpoints, which nothing but Microsoft Entra ID opens
   */
  readonly privateNetworking?: PushPrivateNetworking;
  /** The subscription for calls. @default - calls that come in, delivered by `CALL_RETRY_POLICY` */
  readonly calls?: SubscriptionOptions;
  /**
   * The subscription for everything else.
   * @default - chat messages, SMS and what else the relay pushes, delivered by `MESSAGE_RETRY_POLICY`
   */
  readonly messages?: SubscriptionOptions;
  /**
   * The subscription for recordings. Apart from messages: what waits there slows down its own subscription alone.
   * @default - recordings, delivered by `MESSAGE_RETRY_POLICY`
   */
  readonly recordings?: SubscriptionOptions;
  /**
   * Tags of the resources that are made: 50 at most; keys up to 512 characters (128 of a storage account), values up
   * to 256.
   * @default - none
   */
  readonly tags?: Tags;
  /**
   * A lock on each resource that is made and holds something: all but alerts, action group and workbook. Hubs are under
   * that of their namespace, unless it existed before. See docs/resource-options.md.
   * @default - none
   */
  readonly lock?: Lock;
  /** Tags, lock, roles and diagnostic settings of single parts. @default - `tags` and `lock` */
  readonly resourceOptions?: PartOptions<PushNotificationsPart>;
  /**
   * The Terraform outputs by which `acs-push` finds the parts by the stack's name: ids and names, nothing secret. Of
   * several PushNotifications in a stack each needs a prefix of its own; `false` for none, and the commands are given
   * ids.
   * @default - on, without a prefix
   */
  readonly outputs?: PushOutputsOptions | false;
}

/** What `resourceOptions` can name. */
export const PUSH_NOTIFICATIONS_PARTS = [
  'communicationService',
  'namespace',
  'callingHub',
  'relayHub',
  'voipHub',
  'systemTopic',
  'eventsIdentity',
  'deadLetterStorage',
  ...RELAY_PARTS,
] as const;

/** A part that `resourceOptions` can name. */
export type PushNotificationsPart = (typeof PUSH_NOTIFICATIONS_PARTS)[number];

export interface PushPrivateNetworking extends PrivateNetworking {
  /**
   * ARM id of a vault that gets a private endpoint in the network. Its own public access is its owner's. Terraform reads
   * credentials where it runs: that machine has to reach the vault.
   * @default - none
   */
  readonly keyVaultId?: string;
}

/** By which names a stack gives out what `acs-push` needs to know of it. */
export interface PushOutputsOptions {
  /**
   * Goes before each name, with an underscore between: with 'calls' the output is `calls_communication_service_id`, and
   * the command `acs-push verify {stack} --outputs calls`. Letters, digits and underscores, a letter first.
   * @default - none: `communication_service_id`
   */
  readonly prefix?: string;
}

/** What somebody on call needs, and who they are. */
export interface MonitoringOptions extends PushMonitoringOptions, AlertReceivers {
  /** A workspace for the services' logs. @default - the relay's; without a relay they are not kept */
  readonly logAnalyticsWorkspaceId?: string;
}

/** The props of `PushRelay` that `PushNotifications` does not know by itself. */
export type PushRelayOptions = Partial<
  Omit<
    PushRelayProps,
    | 'resourceGroup'
    | 'communicationService'
    | 'hub'
    | 'voipHub'
    | 'linkHealth'
    | 'deadLetterRetentionDays'
    | 'privateNetworking'
    | 'tags'
    | 'lock'
    | 'resourceOptions'
  >
>;

/**
 * The options of an event subscription that stay open where its destination is given. docs/relay.md says which events
 * the relay knows.
 */
export type SubscriptionOptions = Partial<Omit<EventSubscriptionOptions, 'destination' | 'deadLetter'>>;

/** Whether events go to a destination of the caller's. */
export function isDestination(events: PushNotificationsProps['events']): events is IEventDestination {
  return typeof events === 'object' && 'bind' in events;
}

/** What the caller says of the relay. */
export function relayOptions(events: PushNotificationsProps['events']): PushRelayOptions {
  return typeof events === 'object' && !isDestination(events) ? events : {};
}

/** Whether events go to a relay that is made here. */
export function hasRelay({ events }: PushNotificationsProps): boolean {
  return events !== false && !isDestination(events);
}

/** Which hubs are made here, in a namespace that is made too unless one is given. */
export function newHubs(props: PushNotificationsProps): {
  readonly calling: boolean;
  readonly relay: boolean;
  readonly voip: boolean;
} {
  const relay = hasRelay(props);
  return {
    calling: !props.callingHub,
    relay: relay && !props.relayHub,
    voip: relay && !props.voipHub && props.voipApns !== undefined,
  };
}
