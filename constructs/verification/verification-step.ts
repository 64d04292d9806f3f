import { createHash } from 'node:crypto';
import { dependable, type ITerraformDependable } from 'cdktf';
import type { Construct } from 'constructs';
import { dependenciesWithin } from '../core/across-stacks';
import { changeTriggers } from '../core/change-triggers';
import { checkOneOf, isKnown, shown } from '../core/checks';
import { mistake } from '../core/mistakes';
import { renamable } from '../core/renamable';
import { TerraformData } from '../core/terraform-data';
import type { HubPlatforms, INotificationHub } from '../notification-hubs/notification-hub-interface';
import { fileAsset } from '../publishing/file-asset';
import { builtFile } from '../publishing/package-assets';

export interface VerificationStepProps {
  /** Options of `acs-push verify` that say what is verified, without those of the hub's credentials. */
  readonly target: Readonly<Record<string, string>>;
  /** The hub that is verified, or that the verified link leads to. */
  readonly hub: INotificationHub;
  /** Options that come behind all others. */
  readonly more?: Readonly<Record<string, string>>;
  readonly levels: readonly string[];
  readonly level: string;
  readonly timeout: string;
  /** What makes it run again when it changes, beside level and credentials. */
  readonly triggers: Readonly<Record<string, string>>;
  /** Resources that make it run again when they are changed or made anew. */
  readonly after: readonly ITerraformDependable[];
  readonly dependsOn: ITerraformDependable[];
}

/**
 * `acs-push verify` as a step of a deploy. Needs Node on the machine that runs Terraform.
 *
 * A credential of the hub is in a write-only argument, which no trigger can look at. Azapi notices by itself that it
 * changed and updates the hub, and that is what runs the step again; a changed tag of the hub does so too.
 */
export function addVerificationStep(scope: Construct, props: VerificationStepProps): TerraformData {
  const { target, hub, more = {}, levels, level, timeout } = props;
  checkOneOf(scope, 'level', level, levels);
  if (isKnown(timeout) && !/^[1-9][0-9]*(s|m|h)$/.test(timeout)) {
    mistake(scope, `timeout takes a number with s, m or h, for example '15m', got ${shown(timeout)}`);
  }
  const program = fileAsset(scope, 'Program', builtFile(scope, 'cli/acs-push.cjs'));
  const options = { ...target, ...platformOptions(hub.platforms), level, timeout, ...more };
  const words = Object.entries(options).map(
    ([name, value]) => `--${name}${value === '' ? '' : ` "${value}"`}`,
  );
  const triggers = changeTriggers(scope, [...props.after, ...(hub.credentials ? [hub.credentials] : [])]);
  return renamable(
    new TerraformData(scope, 'Resource', {
      triggersReplace: {
        level,
        ...triggers.triggersReplace,
        ...props.triggers,
        platforms: createHash('sha256')
          .update(JSON.stringify(hub.platforms ?? {}))
          .digest('hex'),
      },
      provisioners: [
        { type: 'local-exec', command: `node ${program.path} verify ${words.join(' ')} --wait` },
      ],
      lifecycle: { replaceTriggeredBy: triggers.replaceTriggeredBy.map(dependable) },
      dependsOn: dependenciesWithin(scope, props.dependsOn),
    }),
  );
}

/** Undefined for a hub that exists already. */
export function namespaceOf(hub: INotificationHub): unknown {
  return 'namespace' in hub ? hub.namespace : undefined;
}

/** Credentials that the hub is known to have; of one that exists already what it has is verified. */
function platformOptions(platforms: HubPlatforms | undefined): Record<string, string> {
  const { apns, fcmV1 } = platforms ?? {};
  return {
    ...(apns && { apns: apns.environment, 'bundle-id': apns.bundleId }),
    ...(fcmV1 && (fcmV1.projectId === undefined ? { 'fcm-v1': '' } : { 'fcm-project': fcmV1.projectId })),
  };
}
