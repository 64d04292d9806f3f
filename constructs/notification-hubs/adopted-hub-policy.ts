import { Construct } from 'constructs';
import { HUB_RULE_TYPE } from '../../link/resource-id';
import { adoptedResourceId, givenOr } from '../core/adopted-resource-id';
import type { IHubPolicy } from './notification-hub-interface';

/** A rule that exists. Both may be tokens: they are then known when they are deployed. */
export interface HubPolicyAttributes {
  /** ARM id. */
  readonly policyId: string;
  /** Name of the rule. @default - taken from the id, by Terraform where that is a token */
  readonly policyName?: string;
}

/** An authorization rule that exists; nothing about it is changed. */
export class AdoptedHubPolicy extends Construct implements IHubPolicy {
  readonly policyId: string;
  readonly policyName: string;

  constructor(scope: Construct, id: string, { policyId, policyName }: HubPolicyAttributes) {
    super(scope, id);
    this.policyId = policyId;
    this.policyName = givenOr(
      this,
      'policyName',
      policyName,
      adoptedResourceId(this, policyId, HUB_RULE_TYPE, 'policyId').name,
    );
  }
}
