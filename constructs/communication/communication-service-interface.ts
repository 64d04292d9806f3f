import type { Construct } from 'constructs';
import type { AzapiResourceAction, DataAzapiResource } from '../azapi';
import type { IHubPolicy, INotificationHub } from '../notification-hubs/notification-hub-interface';

export const POLICY_KEYS = ['primary', 'secondary'] as const;

export type PolicyKey = (typeof POLICY_KEYS)[number];

/** A Communication Services resource: made here, or one that exists. */
export interface ICommunicationService extends Construct {
  /** ARM id. */
  readonly communicationServiceId: string;
  readonly communicationServiceName: string;
  /** Where its data is kept at rest; undefined when it exists already and nobody told. */
  readonly dataLocation?: string;
  /** Host name of the data plane; undefined when it exists already and nobody told. */
  readonly hostName?: string;
  /** Links a notification hub, through which calling and chat pushes of this resource go from then on. */
  linkNotificationHub(hub: INotificationHub, options?: NotificationHubLinkOptions): INotificationHubLink;
}

export interface NotificationHubLinkOptions {
  /** The rule whose connection string the resource gets. @default - a new rule with Send only, named `policyName` */
  readonly policy?: IHubPolicy;
  /**
   * Name of the new rule, known when it is synthesized. Two services on one hub have rules of their own: a key that is
   * replaced for one of them leaves the link of the other alone.
   * @default 'acs-send'
   */
  readonly policyName?: string;
  /** Which of the rule's two keys. Switching it is how a key is rotated without a gap. @default 'primary' */
  readonly key?: PolicyKey;
  /**
   * Any text; another text links again. For when the resource was linked elsewhere by hand.
   * @default - none
   */
  readonly relinkToken?: string;
}

/** The link of a Communication Services resource to a hub, with what made it. */
export interface INotificationHubLink extends Construct {
  readonly communicationService: ICommunicationService;
  readonly hub: INotificationHub;
  readonly policy: IHubPolicy;
  readonly key: PolicyKey;
  /** The call that links. Depend on it for whatever needs the link. */
  readonly action: AzapiResourceAction;
  /** The resource as read back after the link. */
  readonly readBack: DataAzapiResource;
}
