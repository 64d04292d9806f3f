import type { Construct } from 'constructs';
import { HubPolicy } from './hub-policy';
import type { INotificationHub } from './notification-hub-interface';
import { useProviders, type ProvidersProps } from '../core/providers';

export interface ListenOnlyPolicyProps extends ProvidersProps {
  readonly hub: INotificationHub;
  /** Name of the rule. @default 'listen' */
  readonly name?: string;
}

/** An authorization rule that can register devices and read their registrations, and send nothing. */
export class ListenOnlyPolicy extends HubPolicy {
  constructor(scope: Construct, id: string, props: ListenOnlyPolicyProps) {
    super(scope, id, props.hub, props.name ?? 'listen', 'Listen');
    useProviders(this, props.providers);
  }
}
