import { Construct } from 'constructs';
import { API_VERSIONS } from '../link/api-versions';
import { HUB_RULE_TYPE } from '../link/resource-id';
import { AzapiResource } from './azapi';
import { checkName } from './naming';
import type { INotificationHub } from './notification-hub';
import { requireResourceId } from './resource-reference';

export const HUB_RULE_API_TYPE = `${HUB_RULE_TYPE}@${API_VERSIONS.notificationHubs}`;

/** An authorization rule of a hub. Its keys are never read by Terraform except ephemerally. */
export interface IHubPolicy extends Construct {
  /** ARM id. */
  readonly policyId: string;
  readonly policyName: string;
}

export interface SendOnlyPolicyProps {
  readonly hub: INotificationHub;
  /** Name of the rule. @default 'send' */
  readonly name?: string;
}

/**
 * An authorization rule that can send and nothing else: what Azure Communication Services gets. Made by azapi,
 * because azurerm writes the rule's keys and connection strings into state.
 *
 * Source: Azure REST specification, Microsoft.NotificationHubs 2023-10-01-preview.
 */
export class SendOnlyPolicy extends Construct implements IHubPolicy {
  /** A rule that exists, by its ARM id (literal). Its rights are the caller's business; `acs-push verify` checks them. */
  static fromPolicyId(scope: Construct, id: string, policyId: string): IHubPolicy {
    class Imported extends Construct implements IHubPolicy {
      readonly policyId = policyId;
      readonly policyName = requireResourceId(this, policyId, HUB_RULE_TYPE).name;
    }
    return new Imported(scope, id);
  }

  readonly resource: AzapiResource;
  readonly hub: INotificationHub;
  readonly policyName: string;

  constructor(scope: Construct, id: string, props: SendOnlyPolicyProps) {
    super(scope, id);
    this.hub = props.hub;
    this.policyName = checkName(this, 'authorizationRule', props.name ?? 'send');
    this.resource = new AzapiResource(this, 'Resource', {
      type: HUB_RULE_API_TYPE,
      name: this.policyName,
      parentId: props.hub.notificationHubId,
      body: { properties: { rights: ['Send'] } },
    });
  }

  get policyId(): string {
    return this.resource.id;
  }
}
