import { type ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { requireProps } from '../core/kinds';
import type { TerraformData } from '../core/terraform-data';
import { HubPolicy } from '../notification-hubs/hub-policy';
import type { IHubPolicy, INotificationHub } from '../notification-hubs/notification-hub-interface';
import { SigningIn } from './signing-in';
import { addVerificationStep, namespaceOf } from './verification-step';

export const HUB_VERIFICATION_LEVELS = ['config', 'settled'] as const;

/** `live` is not among them: it asks for a call, and calls come through the linked hub alone. */
export type HubVerificationLevel = (typeof HUB_VERIFICATION_LEVELS)[number];

export interface HubVerificationOptions {
  /** @default 'settled' */
  readonly level?: HubVerificationLevel;
  /** How long to wait for the proof: a number with `s`, `m` or `h`. @default '15m' */
  readonly timeout?: string;
}

export interface HubVerificationProps extends HubVerificationOptions {
  readonly hub: INotificationHub;
  /** The rule that is sent with: its key is tried. */
  readonly policy: IHubPolicy;
  readonly dependsOn?: ITerraformDependable[];
}

/**
 * Proves a hub that is not linked, such as the relay's, in the deploy that makes it: runs `acs-push verify` when the
 * hub, its credentials or its rule were made or changed, and fails the deploy when a push service refuses them.
 *
 * Needs Node on the machine that runs Terraform, and the right to list the keys of the rule.
 */
export class HubVerification extends Construct {
  readonly resource: TerraformData;

  constructor(scope: Construct, id: string, props: HubVerificationProps) {
    super(scope, id);
    requireProps(this, props);
    const { hub, policy, level = 'settled', timeout = '15m', dependsOn = [] } = props;
    SigningIn.of(this).before(hub, namespaceOf(hub), policy, this);
    this.resource = addVerificationStep(this, {
      target: { hub: hub.notificationHubId, policy: policy.policyId },
      hub,
      levels: HUB_VERIFICATION_LEVELS,
      level,
      timeout,
      triggers: { policy: policy.policyId },
      after: policy instanceof HubPolicy ? [policy.resource] : [],
      dependsOn,
    });
  }
}
