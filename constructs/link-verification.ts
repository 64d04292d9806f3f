import { createHash } from 'node:crypto';
import {
  AssetType,
  DataResource,
  dependable,
  TerraformAsset,
  TerraformStack,
  type ITerraformDependable,
} from 'cdktf';
import { Construct } from 'constructs';
import { fail } from './errors';
import type { HubPlatforms } from './notification-hub';
import type { NotificationHubLink } from './notification-hub-link';
import { SigningIn } from './signing-in';
import { builtFile } from './publishing/package-assets';

export const VERIFICATION_LEVELS = ['config', 'settled', 'live'] as const;

/**
 * How much proof a deploy asks for: that everything is set up right (`config`), that the change has reached the data
 * plane too (`settled`), or that a call was seen going through (`live`).
 */
export type VerificationLevel = (typeof VERIFICATION_LEVELS)[number];

export interface LinkVerificationOptions {
  /** @default 'settled' */
  readonly level?: VerificationLevel;
  /** How long to wait for the proof: a number with `s`, `m` or `h`. @default '15m' - the window and its evidence */
  readonly timeout?: string;
}

export interface LinkVerificationProps extends LinkVerificationOptions {
  readonly link: NotificationHubLink;
  /** What comes before the verification: whatever uses the link. */
  readonly dependsOn?: ITerraformDependable[];
}

/**
 * Proves the link in the deploy that makes it: runs `acs-push verify` after the link and its dependants, whenever the
 * link was made anew, and fails the deploy when it is broken or not proved in time. The first link of a new resource
 * is in force at once and waits for nothing; a changed one takes up to ten minutes.
 *
 * Needs Node on the machine that runs Terraform. The cheap truth, that the resource points at this hub, is checked by
 * {@link NotificationHubLink} itself in every plan.
 */
export class LinkVerification extends Construct {
  readonly resource: DataResource;

  constructor(scope: Construct, id: string, props: LinkVerificationProps) {
    super(scope, id);
    const { link, level = 'settled', timeout = '15m' } = props;
    if (!VERIFICATION_LEVELS.includes(level)) {
      fail(this, `level takes one of ${VERIFICATION_LEVELS.join(', ')}; got '${level}'`);
    }
    if (!/^[1-9][0-9]*(s|m|h)$/.test(timeout)) {
      fail(this, `timeout takes a number with s, m or h, for example '15m', got '${timeout}'`);
    }
    const parts = [link.communicationService, link.hub, namespaceOf(link.hub), link.policy, link, this];
    // A construct that has all of it under one roof waits as a whole; a stack holds things of others too.
    SigningIn.of(this).before(...(TerraformStack.isStack(scope) ? parts : [scope, ...parts]));
    const path = builtFile(this, 'cli/acs-push.cjs');
    const program = new TerraformAsset(this, 'Program', { path, type: AssetType.FILE });
    const options = {
      'communication-service': link.communicationService.communicationServiceId,
      hub: link.hub.notificationHubId,
      policy: link.policy.policyId,
      key: link.key,
      ...platformOptions(link.hub.platforms),
      level,
      timeout,
      'linked-at': 'now',
      'linked-since': '${plantimestamp()}',
    };
    const words = Object.entries(options).map(
      ([name, value]) => `--${name}${value === '' ? '' : ` "${value}"`}`,
    );
    this.resource = new DataResource(this, 'Resource', {
      triggersReplace: {
        level,
        key: link.key,
        policy: link.policy.policyId,
        platforms: createHash('sha256')
          .update(JSON.stringify(link.hub.platforms ?? {}))
          .digest('hex'),
      },
      provisioners: [
        { type: 'local-exec', command: `node ${program.path} verify ${words.join(' ')} --wait` },
      ],
      lifecycle: { replaceTriggeredBy: [dependable(link.action)] },
      dependsOn: [link.action, link.readBack, ...(props.dependsOn ?? [])],
    });
  }
}

/** Undefined for a hub that exists already. */
function namespaceOf(hub: object): unknown {
  return 'namespace' in hub ? hub.namespace : undefined;
}

/** Credentials that the hub is known to have; of one that exists already only what is linked is verified. */
function platformOptions(platforms: HubPlatforms | undefined): Record<string, string> {
  const { apns, fcmV1 } = platforms ?? {};
  return {
    ...(apns && { apns: apns.environment, 'bundle-id': apns.bundleId }),
    ...(fcmV1 && (fcmV1.projectId === undefined ? { 'fcm-v1': '' } : { 'fcm-project': fcmV1.projectId })),
  };
}
