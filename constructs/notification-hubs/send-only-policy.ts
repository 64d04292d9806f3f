import { Construct } from 'constructs';
import { HUB_RULE_TYPE } from '../../link/resource-id';
import { HubPolicy } from './hub-policy';
import type { IHubPolicy, INotificationHub } from './notification-hub-interface';
import { requireResourceId } from '../core/resource-reference';
import { useProviders, type ProvidersProps } from '../core/providers';

export interface SendOnlyPolicyProps extends ProvidersProps {
  readonly hub: INotificationHub;
  /** Name of the rule. @default 'send' */
  readonly name?: string;
}

/** An authorization rule that can send and nothing else: what Azure Communication Services gets. */
export class SendOnlyPolicy extends HubPolicy {
  /** A rule that exists, by its ARM id (literal). Its rights are the caller's business; `acs-push verify` checks them. */
  static fromPolicyId(scope: Construct, id: string, policyId: string): IHubPolicy {
    class Imported extends Construct implements IHubPolicy {
      readonly policyId = policyId;
      readonly policyName = requireResourceId(this, policyId, HUB_RULE_TYPE).name;
    }
    return new Imported(scope, id);
  }

  constructor(scope: Construct, id: string, props: SendOnlyPolicyProps) {
    super(scope, id, props.hub, props.name ?? 'send', 'Send');
    useProviders(this, props.providers);
  }
}
