import type { Construct } from 'constructs';
import { AdoptedHubPolicy, type HubPolicyAttributes } from './adopted-hub-policy';
import { HubPolicy } from './hub-policy';
import type { IHubPolicy, INotificationHub } from './notification-hub-interface';
import { requireProps } from '../core/kinds';
import { type ProvidersProps, useProviders } from '../core/providers';

/** A rule by which devices are registered. */
export interface ListenOnlyPolicyProps extends ProvidersProps {
  /** The hub that it is made on. */
  readonly hub: INotificationHub;
  /** Name of the rule. @default 'listen' */
  readonly name?: string;
}

/** An authorization rule that can register devices and read their registrations, and send nothing. */
export class ListenOnlyPolicy extends HubPolicy {
  /** A rule that exists, by its ARM id, which may be a token. Its rights are the caller's business. */
  static fromPolicyId(scope: Construct, id: string, policyId: string): IHubPolicy {
    return new AdoptedHubPolicy(scope, id, { policyId });
  }

  /** The same with what an id does not tell before the deploy. */
  static fromPolicyAttributes(scope: Construct, id: string, attributes: HubPolicyAttributes): IHubPolicy {
    return new AdoptedHubPolicy(scope, id, attributes);
  }

  constructor(scope: Construct, id: string, props: ListenOnlyPolicyProps) {
    super(
      scope,
      id,
      requireProps(scope, props, `ListenOnlyPolicy '${id}'`).hub,
      props.name ?? 'listen',
      'Listen',
    );
    useProviders(this, props.providers);
  }
}
