import { type DataResource, type ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { requireProps } from '../core/kinds';
import { HubPolicy } from '../notification-hubs/hub-policy';
import type { IHubPolicy, INotificationHub } from '../notification-hubs/notification-hub-interface';
import { SigningIn } from './signing-in';
import { addVerificationStep, namespaceOf } from './verification-step';

/** How much can be asked of a hub that is not linked. */
export const HUB_VERIFICATION_LEVELS = ['config', 'settled'] as const;

/** `live` is not among them: it asks for a call, and calls come through the linked hub alone. */
export type HubVerificationLevel = (typeof HUB_VERIFICATION_LEVELS)[number];

/** What a deploy asks of a hub that is not linked. */
export interface HubVerificationOptions {
  /**
   * How much is asked: 'config' looks at settings, 'settled' also waits until Azure has taken them over. See
   * docs/verification.md.
   * @default 'settled'
   */
  readonly level?: HubVerificationLevel;
  /** How long to wait for the proof: a number with `s`, `m` or `h`. @default '15m' */
  readonly timeout?: string;
}

/** The hub that is proved, and what is asked of it. */
export interface HubVerificationProps extends HubVerificationOptions {
  /** The hub that is proved. */
  readonly hub: INotificationHub;
  /** The rule that is sent with: its key is tried. */
  readonly policy: IHubPolicy;
  /** What has to be there before. @default - what it refers to */
  readonly dependsOn?: ITerraformDependable[];
}

/**
 * Proves a hub that is not linked, such as the relay's, in the deploy that makes it: runs `acs-push verify` when the
 * hub, its credentials or its rule were made or changed, and fails the deploy when a push service refuses them.
 *
 * Needs Node on the machine that runs Terraform, and the right to list the keys of the rule.
 */
export class HubVerification extends Construct {
  /** What runs the command in a deploy: whatever waits for the proof depends on it. */
  readonly resource: DataResource;

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
