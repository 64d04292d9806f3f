import type { Construct } from 'constructs';
import type { Grant, GrantOptions } from '../authorization/grant';
import type { IGrantable } from '../authorization/principal';
import type { AzapiResourceAction, DataAzapiResource } from '../azapi';
import type { Metric, MetricOptions } from '../monitoring/metric';
import type {
  HubVerifyGrantOptions,
  IHubPolicy,
  INotificationHub,
} from '../notification-hubs/notification-hub-interface';
import type { ProvidersProps } from '../core/providers';

/** The two keys that every authorization rule has. */
export const POLICY_KEYS = ['primary', 'secondary'] as const;

/** One of the two keys of an authorization rule. */
export type PolicyKey = (typeof POLICY_KEYS)[number];

/** A Communication Services resource: made here, or one that exists. */
export interface ICommunicationService extends Construct {
  /** ARM id. */
  readonly communicationServiceId: string;
  /** Name of the Communication Services resource. */
  readonly communicationServiceName: string;
  /** Where its data is kept at rest; undefined when it exists already and nobody told. */
  readonly dataLocation?: string;
  /** Host name of the data plane; undefined when it exists already and nobody told. */
  readonly hostName?: string;
  /** Links a notification hub, through which calling and chat pushes of this resource go from then on. */
  linkNotificationHub(hub: INotificationHub, options?: NotificationHubLinkOptions): INotificationHubLink;

  /** Reader: what the resource is and which hub it is linked to. Neither its keys nor calls, chats or users. */
  grantRead(grantee: IGrantable, options?: GrantOptions): Grant;
  /**
   * The built-in role "Communication and Email Service Owner": everything about the resource, its keys, its link and its
   * data plane included. There is no built-in role for less: no page gives one for calls, chat or tokens alone, and
   * custom roles are reported to be ignored by Call Automation.
   *
   * Source: azure-docs, role-based-access-control/built-in-roles; MicrosoftDocs/azure-docs#115487.
   */
  grantFullAccess(grantee: IGrantable, options?: GrantOptions): Grant;

  /**
   * A metric by its name in the REST API, counted.
   * Source: azure-monitor-docs, supported-metrics/microsoft-communication-communicationservices-metrics.md.
   */
  metric(name: string, options?: MetricOptions): Metric;
  /** Requests to one of its APIs; dimensions `Operation`, `StatusCode`, `StatusCodeClass`. */
  metricApiRequests(api: CommunicationApi, options?: MetricOptions): Metric;
}

/** The APIs whose requests are counted. */
export type CommunicationApi = 'Authentication' | 'CallAutomation' | 'CallRecording' | 'Chat' | 'SMS';

/** How Communication Services is let into the hub. */
export interface NotificationHubLinkOptions extends ProvidersProps {
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
  /** The Communication Services resource whose calls and chats push through the hub. */
  readonly communicationService: ICommunicationService;
  /** The hub that it pushes through. */
  readonly hub: INotificationHub;
  /** The authorization rule whose key Communication Services holds. */
  readonly policy: IHubPolicy;
  /** Which of the rule's keys it holds, as of this deploy. A rotation switches it. */
  readonly key: PolicyKey;
  /** The call that links. Depend on it for whatever needs the link. */
  readonly action: AzapiResourceAction;
  /** The resource as read back after the link. */
  readonly readBack: DataAzapiResource;
  /** What `acs-push verify` needs to prove the link. */
  grantVerify(grantee: IGrantable, options?: LinkVerifyGrantOptions): Grant;
}

/** What of the right to prove a link is left out. */
export interface LinkVerifyGrantOptions extends HubVerifyGrantOptions {
  /**
   * Whether Monitoring Reader is assigned on the subscription: for the activity log, which tells when the resource was
   * linked, and for other resources that are linked to the same hub. Who deploys has to be allowed to assign it there.
   * @default false - how far the window is and who else sends stay unknown, unless the principal has it already
   */
  readonly subscription?: boolean;
}
