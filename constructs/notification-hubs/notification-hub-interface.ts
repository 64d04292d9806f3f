import type { ITerraformDependable } from 'cdktf';
import type { Construct } from 'constructs';
import type { AzapiResource } from '../azapi';
import type { ApnsEndpoint, ApnsTopicKind } from '../credentials/apns-token-credential';

/** The push services that a hub has credentials for. */
export interface HubPlatforms {
  readonly apns?: { readonly environment: ApnsEndpoint; readonly bundleId: string };
  readonly fcmV1?: { readonly projectId?: string };
  readonly browser?: { readonly vapidPublicKey: string };
}

/** A notification hub: made here, or one that exists. */
export interface INotificationHub extends Construct {
  /** ARM id. */
  readonly notificationHubId: string;
  readonly notificationHubName: string;
  readonly namespaceName: string;
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
}

export type HubRight = 'Listen' | 'Send' | 'Manage';

/** An authorization rule of a hub. Its keys are never read by Terraform except ephemerally. */
export interface IHubPolicy extends Construct {
  /** ARM id. */
  readonly policyId: string;
  readonly policyName: string;
  /** The hub that it belongs to; undefined for a rule that exists already, whose id says it. */
  readonly hub?: INotificationHub;
  /** Undefined for a rule that exists already: they are not known. */
  readonly rights?: readonly HubRight[];
  /** What makes it; undefined for a rule that exists already. */
  readonly resource?: AzapiResource;
}
