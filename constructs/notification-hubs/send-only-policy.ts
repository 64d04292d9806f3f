import type { Construct } from 'constructs';
import { AdoptedHubPolicy, type HubPolicyAttributes } from './adopted-hub-policy';
import { HubPolicy } from './hub-policy';
import type { IHubPolicy, INotificationHub } from './notification-hub-interface';
import type { ImportFromIdProps } from '../core/import-from-id';
import { requireProps } from '../core/kinds';
import { type ProvidersProps, useProviders } from '../core/providers';

/** A rule by which pushes are sent. One that is imported keeps its keys; whatever else it could do, it can send only afterwards. */
export interface SendOnlyPolicyProps extends ProvidersProps, ImportFromIdProps {
  /** The hub that it is made on. */
  readonly hub: INotificationHub;
  /** Name of the rule. @default 'send' */
  readonly name?: string;
}

/** An authorization rule that can send and nothing else: what Azure Communication Services gets. */
export class SendOnlyPolicy extends HubPolicy {
  /**
   * A rule that exists, by its ARM id, which may be a token. Its rights are the caller's business; `acs-push verify`
   * checks them.
   */
  static fromPolicyId(scope: Construct, id: string, policyId: string): IHubPolicy {
    return new AdoptedHubPolicy(scope, id, { policyId });
  }

  /** The same with what an id does not tell before the deploy. */
  static fromPolicyAttributes(scope: Construct, id: string, attributes: HubPolicyAttributes): IHubPolicy {
    return new AdoptedHubPolicy(scope, id, attributes);
  }

  constructor(scope: Construct, id: string, props: SendOnlyPolicyProps) {
    const { hub, name = 'send', importFromId } = requireProps(scope, props, `SendOnlyPolicy '${id}'`);
    super(scope, id, hub, name, 'Send', importFromId);
    useProviders(this, props.providers);
  }
}
