import { DataResource, dependable, TerraformStack, type ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { requireProps } from '../core/kinds';
import { changeTriggers } from '../core/change-triggers';
import { renamable } from '../core/renamable';
import type { INotificationHubLink } from '../communication/communication-service-interface';
import { SigningIn } from './signing-in';
import { addVerificationStep, namespaceOf } from './verification-step';

/** How much can be asked of a link. */
export const VERIFICATION_LEVELS = ['config', 'settled', 'live'] as const;

/**
 * How much proof a deploy asks for: that everything is set up right (`config`), that the change has reached the data
 * plane too (`settled`), or that a call was seen going through (`live`).
 */
export type VerificationLevel = (typeof VERIFICATION_LEVELS)[number];

/** What a deploy asks of the link. */
export interface LinkVerificationOptions {
  /**
   * How much is asked: 'config' looks at settings, 'settled' also waits until Azure has taken them over, 'live' waits
   * for a call that rang. See docs/verification.md.
   * @default 'settled'
   */
  readonly level?: VerificationLevel;
  /** How long to wait for the proof: a number with `s`, `m` or `h`. @default '15m' - the window and its evidence */
  readonly timeout?: string;
}

/** The link that is proved, and what is asked of it. */
export interface LinkVerificationProps extends LinkVerificationOptions {
  /** The link that is proved. */
  readonly link: INotificationHubLink;
  /** What comes before the verification: whatever uses the link. @default - what it refers to */
  readonly dependsOn?: ITerraformDependable[];
}

/**
 * Proves the link in the deploy that makes it: runs `acs-push verify` after the link and its dependants, whenever the
 * link was made anew or a credential of its hub changed, and fails the deploy when it is broken or not proved in time.
 * The first link of a new resource is in force at once and waits for nothing; a changed one takes up to ten minutes.
 *
 * Needs Node on the machine that runs Terraform. The cheap truth, that the resource points at this hub, is checked by
 * {@link NotificationHubLink} itself in every plan.
 */
export class LinkVerification extends Construct {
  /** What runs the command in a deploy: whatever waits for the proof depends on it. */
  readonly resource: DataResource;

  constructor(scope: Construct, id: string, props: LinkVerificationProps) {
    super(scope, id);
    requireProps(this, props);
    const { link, level = 'settled', timeout = '15m', dependsOn = [] } = props;
    const parts = [link.communicationService, link.hub, namespaceOf(link.hub), link.policy, link, this];
    // A construct that has all of it under one roof waits as a whole; a stack holds things of others too.
    SigningIn.of(this).before(...(TerraformStack.isStack(scope) ? parts : [scope, ...parts]));
    // Of the deploy that linked last: a later one, with another credential, does not change the link.
    const linked = changeTriggers(this, [link.action]);
    const linking = renamable(
      new DataResource(this, 'Linking', {
        input: { plannedAt: '${plantimestamp()}' },
        triggersReplace: orUndefined(linked.triggersReplace),
        lifecycle: {
          ignoreChanges: ['input'],
          replaceTriggeredBy: orUndefined(linked.replaceTriggeredBy.map(dependable)),
        },
      }),
    );
    this.resource = addVerificationStep(this, {
      target: {
        'communication-service': link.communicationService.communicationServiceId,
        hub: link.hub.notificationHubId,
        policy: link.policy.policyId,
        key: link.key,
      },
      hub: link.hub,
      more: { 'linked-at': 'now', 'linked-since': linking.output.lookup('plannedAt') as string },
      levels: VERIFICATION_LEVELS,
      level,
      timeout,
      triggers: { key: link.key, policy: link.policy.policyId },
      after: [link.action],
      dependsOn: [link.action, link.readBack, ...dependsOn],
    });
  }
}

/** Terraform takes no empty list of triggers. */
function orUndefined<T extends object>(values: T): T | undefined {
  return Object.keys(values).length > 0 ? values : undefined;
}
