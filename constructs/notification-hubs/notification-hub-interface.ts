import type { ITerraformDependable } from 'cdktf';
import type { Construct } from 'constructs';
import type { PushPlatform } from '../../link/push-platform';
import type { PushOutcome } from '../../link/metrics';
import type { Grant, GrantOptions } from '../authorization/grant';
import type { IGrantable } from '../authorization/principal';
import type { AzapiResource } from '../azapi';
import type { ApnsEndpoint, ApnsTopicKind } from '../credentials/apns-token-credential';
import type { Metric, MetricOptions } from '../monitoring/metric';

/** The push services that a hub has credentials for. */
export interface HubPlatforms {
  /** Of APNs; undefined without a credential for it. */
  readonly apns?: {
    /** Which of Apple's services it is for. */
    readonly environment: ApnsEndpoint;
    /** Bundle id of the app, without `.voip`. */
    readonly bundleId: string;
  };
  /** Of FCM; undefined without a credential for it. */
  readonly fcmV1?: {
    /** Id of the Firebase project; undefined where it is read at deployment. */
    readonly projectId?: string;
  };
  /** Of browsers; undefined without a credential for them. */
  readonly browser?: {
    /** Public key by which browsers subscribe, base64url. */
    readonly vapidPublicKey: string;
  };
}

/** A notification hub: made here, or one that exists. */
export interface INotificationHub extends Construct {
  /** ARM id. */
  readonly notificationHubId: string;
  /** Name of the hub. */
  readonly notificationHubName: string;
  /** Name of the namespace. */
  readonly namespaceName: string;
  /** ARM id of its namespace; undefined when it has to be read off the hub's. */
  readonly namespaceId?: string;
  /** What its APNs credential sends to; undefined when it has none or is not known. */
  readonly apnsTopic?: ApnsTopicKind;
  /** What its credentials are for, as far as it is known at synth time; undefined when the hub exists already. */
  readonly platforms?: HubPlatforms;
  /** The resource that is updated when its credentials change; undefined when the hub exists already. */
  readonly credentials?: ITerraformDependable;
  /** Adds a policy that can send and nothing else. */
  addSendOnlyPolicy(id: string, name?: string): IHubPolicy;
  /** Adds a policy that can register devices and nothing else. */
  addListenOnlyPolicy(id: string, name?: string): IHubPolicy;
  /** Address of the data plane: `https://{namespace}.servicebus.windows.net`, in Azure's public cloud. */
  readonly serviceBusEndpoint: string;

  /**
   * Lets a principal send through the hub. The data plane takes shared access signatures alone, and no built-in role is
   * about it: the principal may list the keys of a rule that can send and nothing else, by a custom role of that one
   * action, and signs with them. Who read a key keeps it: taking the right back needs the rule's keys regenerated too.
   *
   * Source: azure-docs, notification-hubs/notification-hubs-push-notification-security.md.
   */
  grantSend(grantee: IGrantable, options?: HubGrantOptions): HubGrant;
  /** Lets a principal register devices, in the same way: the keys of a rule with Listen alone. */
  grantListen(grantee: IGrantable, options?: HubGrantOptions): HubGrant;
  /**
   * What proving the hub takes (`acs-push verify`, `HubVerification`): Reader on its namespace, the keys of the rule
   * that is proved, **with which the principal can send**, and the hub's push credentials.
   */
  grantVerify(grantee: IGrantable, policy: IHubPolicy, options?: HubVerifyGrantOptions): Grant;

  /**
   * A metric by its name in the REST API, such as `registration.all`. Hubs count pushes of all kinds together: their
   * metrics have no dimensions.
   * Source: azure-monitor-docs, supported-metrics/microsoft-notificationhubs-namespaces-notificationhubs-metrics.md.
   */
  metric(name: string, options?: MetricOptions): Metric;
  /** Sends that the hub accepted. */
  metricIncoming(options?: MetricOptions): Metric;
  /** Requests of any kind. */
  metricRequests(options?: MetricOptions): Metric;
  /** Requests of any kind that it refused. */
  metricFailedRequests(options?: MetricOptions): Metric;
  /** All outgoing notifications: what the tier's quota counts. */
  metricPushes(options?: MetricOptions): Metric;
  /** Pushes that a push service took: of one, or of all together. */
  metricOutgoingSuccess(platform?: PushPlatform, options?: MetricOptions): Metric;
  /** Pushes of a platform that ended so. */
  metricOutgoing(platform: PushPlatform, outcome: PushOutcome, options?: MetricOptions): Metric;
  /** Pushes that failed at the push services, of all platforms. */
  metricOutgoingErrors(options?: MetricOptions): Metric;
  /** Pushes to handles that are dead, of all platforms. */
  metricBadOrExpiredChannels(options?: MetricOptions): Metric;
  /** Pushes that failed because the push service refuses the hub's own credential. */
  metricInvalidCredentials(platform: PushPlatform, options?: MetricOptions): Metric;
}

/** By which rule and role a principal gets at a key. */
export interface HubGrantOptions extends GrantOptions {
  /**
   * Name of the rule whose keys are read. Give one of its own to a principal whose keys are to be regenerated apart.
   * @default - 'granted-send' or 'granted-listen', which all who are granted the right share
   */
  readonly policyName?: string;
  /**
   * A role definition whose one right is to list the keys of an authorization rule, by its ARM id; for when who deploys
   * may not define roles.
   * @default - a new custom role in the hub's resource group, one for the hub
   */
  readonly keyRoleDefinitionId?: string;
}

/** What of the right to prove a hub is left out. */
export interface HubVerifyGrantOptions extends Pick<HubGrantOptions, 'keyRoleDefinitionId'> {
  /**
   * Whether the push credentials may be read. The answer holds the secrets themselves; without them, what the
   * credentials are for is not checked.
   * @default true
   */
  readonly credentials?: boolean;
}

/** A right on a hub, with the rule whose keys it is about: give its `policyId` to the app. */
export interface HubGrant extends Grant {
  /** The rule whose keys the principal may list. */
  readonly policy: IHubPolicy;
}

/** What a key of an authorization rule allows. */
export type HubRight = 'Listen' | 'Send' | 'Manage';

/** An authorization rule of a hub. Its keys are never read by Terraform except ephemerally. */
export interface IHubPolicy extends Construct {
  /** ARM id. */
  readonly policyId: string;
  /** Name of the rule. */
  readonly policyName: string;
  /** The hub that it belongs to; undefined for a rule that exists already, whose id says it. */
  readonly hub?: INotificationHub;
  /** Undefined for a rule that exists already: they are not known. */
  readonly rights?: readonly HubRight[];
  /** What makes it; undefined for a rule that exists already. */
  readonly resource?: AzapiResource;
}
