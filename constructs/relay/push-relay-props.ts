import type { RELAY_EVENT_TYPES, OptionalEvent } from '../../relay/contract';
import type {
  ICommunicationService,
  INotificationHubLink,
} from '../communication/communication-service-interface';
import type { Lock } from '../core/azure-resource-options';
import type { PartOptions } from '../resource-options';
import type { DeadLetterOptions } from '../storage/dead-letter-container';
import type { LinkHealthAlertOptions } from '../monitoring/link-health-alert';
import type { IApplicationInsights } from '../core/application-insights';
import type { Naming } from '../core/naming';
import type { PrivateNetworking } from '../network/private-networking';
import type { INotificationHub } from '../notification-hubs/notification-hub-interface';
import type { ICodePublisher } from '../publishing/code-publisher';
import type { IResourceGroup, Tags } from '../core/resource-group';
import type { DevicesApi } from './devices-api';
import type { FunctionAppParts } from './function-app-parts';
import type { FunctionAppScale } from './function-app-scale';
import type { ProvidersProps } from '../core/providers';

/** What a relay consists of; those with `devices` are of the devices API's own app. */
export const RELAY_PARTS = [
  'functionApp',
  'servicePlan',
  'identity',
  'storage',
  'logAnalyticsWorkspace',
  'applicationInsights',
  'devicesFunctionApp',
  'devicesServicePlan',
  'devicesIdentity',
  'devicesStorage',
] as const;

/** A part of the relay that `resourceOptions` can name. */
export type RelayPart = (typeof RELAY_PARTS)[number];

/** The link whose health the relay reports, with an alert on it. */
export interface RelayLinkHealth extends LinkHealthAlertOptions {
  /** The link that it looks at. */
  readonly link: INotificationHubLink;
}

/** Names of a relay's authorization rules: 1 to 256 letters, digits, `.`, `-` and `_`, known when it is synthesized. */
export interface RelayPolicyNames {
  /** Of the rule that it sends with. @default 'relay-send' */
  readonly send?: string;
  /** Of the rule that its devices API registers devices with. @default 'relay-devices' */
  readonly devices?: string;
}

export interface PushRelayProps
  extends FunctionAppScale, FunctionAppParts, DeadLetterOptions, ProvidersProps {
  /** The resource group of what is made: one of azurerm's, or name, id and location of one that exists. */
  readonly resourceGroup: IResourceGroup;
  /** Makes the names of what the relay consists of. */
  readonly naming: Naming;
  /** Its events are relayed; those of any other are refused. */
  readonly communicationService: ICommunicationService;
  /** The relay's own hub; never the one that is linked, see docs/providers.md. */
  readonly hub: INotificationHub;
  /** A hub whose APNs topic ends in `.voip`, for rings under the app's own control. @default - none */
  readonly voipHub?: INotificationHub;
  /**
   * Over how many partitions of a table a day's events are spread, 1 to 64. Each takes 2,000 changes a second, of which an
   * event needs two; the fewer there are, the more changes go together. It can be raised and lowered while events are on
   * their way: another number is in force ten minutes after its deployment. See docs/relay.md.
   * @default 4
   */
  readonly storageShards?: number;
  /** A workspace for its logs. @default - a new one, kept 30 days; with `applicationInsights`, theirs */
  readonly logAnalyticsWorkspaceId?: string;
  /**
   * Where it logs to. Its identity may publish there; whether keys open it too (local authentication), how much it takes in
   * a day and its workspace are its owner's.
   * @default - new ones, which take no keys
   */
  readonly applicationInsights?: IApplicationInsights;
  /**
   * Gigabytes of logs that are taken in a day, by the new workspace; with a workspace that exists, by Application
   * Insights. For the rest of the day nothing more is, and alerts on logs see nothing: a limit to costs that went wrong,
   * above what days really have.
   * @default - none for the workspace; 100 for Application Insights, which is Azure's; what yours have
   */
  readonly dailyLogCapGb?: number;
  /** Azure region: `westeurope`. @default - the resource group's */
  readonly location?: string;
  /**
   * Instances of each function that run also when no event comes, so that none waits for a start; of two, one goes on
   * during a rolling update. They cost while they wait: see docs/relay.md.
   * @default - none
   */
  readonly alwaysReady?: Readonly<Partial<Record<keyof typeof RELAY_EVENT_TYPES, number>>>;
  /** Takes registrations of devices over HTTP, in a Function App of its own. @default - none */
  readonly devicesApi?: DevicesApi;
  /** Whether what people wrote goes into pushes. @default 'include' */
  readonly messageText?: 'include' | 'omit';
  /**
   * Event types, without `Microsoft.Communication.`, that become pushes although they do not by default:
   * 'AdvancedMessageReceived', 'ChatParticipantAddedToThreadWithUser'. `PushNotifications` subscribes to them too.
   * @default - none
   */
  readonly optionalEvents?: readonly OptionalEvent[];
  /**
   * Who shows messages on Android. `data`: the app, each of them. `notification`: Android itself, without code of the
   * app's, and of those that came while the phone was offline the last alone. See docs/devices.md.
   * @default 'data'
   */
  readonly androidMessages?: 'data' | 'notification';
  /**
   * Of events that ended well, how many have a line in the logs, in percent; those that did not have theirs in any
   * case, and figures count all. See docs/relay.md for what lines cost.
   * @default 100
   */
  readonly successLinesPercent?: number;
  /**
   * A folder with what pushes say, `{template}/{language}.json`, as docs/relay.md describes it; relative to the working
   * directory. Checked at synth time.
   * @default - the relay's own templates, in English
   */
  readonly templates?: string;
  /** Looks at a link every five minutes, reports the metric `link_health` and alerts on it. @default - none */
  readonly linkHealth?: RelayLinkHealth;
  /** Further settings, of both apps. Secrets do not belong here: use Key Vault references. @default - none */
  readonly appSettings?: Readonly<Record<string, string>>;
  /** The code. @default - the relay that this package carries */
  readonly packagePath?: string;
  /**
   * Names of its rules on each of its hubs. Two relays on one hub have rules of their own: a key that is replaced for one of
   * them leaves the other alone.
   * @default - `relay-send`, and with a devices API `relay-devices`
   */
  readonly policyNames?: RelayPolicyNames;
  /**
   * A role definition whose one right is to list the keys of an authorization rule, by its ARM id; for when who
   * deploys may not define roles.
   * @default - a new custom role in the resource group
   */
  readonly keyRoleDefinitionId?: string;
  /**
   * A virtual network that exists: the apps send through it, and their storage is reached by private endpoints alone.
   * The app for events stays open to Event Grid. See docs/private-networking.md.
   * @default - public endpoints, which nothing but Microsoft Entra ID opens
   */
  readonly privateNetworking?: PrivateNetworking;
  /** How the code gets there. @default - new ScmPublisher() */
  readonly publisher?: ICodePublisher;
  /**
   * Tags of the resources that are made: 50 at most; keys up to 512 characters (128 of a storage account), values up
   * to 256.
   * @default - none
   */
  readonly tags?: Tags;
  /** A lock on each part that is made. @default - none */
  readonly lock?: Lock;
  /** Tags, lock, roles and diagnostic settings of single parts. @default - `tags` and `lock` */
  readonly resourceOptions?: PartOptions<RelayPart>;
}
