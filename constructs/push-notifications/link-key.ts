import { TerraformStack } from 'cdktf';
import type { IConstruct } from 'constructs';
import { linkKeyContext } from '../../link/stack-outputs';
import { POLICY_KEYS, type PolicyKey } from '../communication/communication-service-interface';
import { mistake } from '../core/mistakes';
import type { PushNotificationsProps } from './props';

/**
 * The key that a rotation wrote into the context of cdktf.json. It goes before the prop, so that a rotation changes one
 * word of one file and the next plan is clean. Undefined when none was written.
 */
export function linkKeyOf(
  scope: IConstruct,
  { outputs }: Pick<PushNotificationsProps, 'outputs'>,
): PolicyKey | undefined {
  // Without outputs no rotation goes by the stack's name.
  if (outputs === false) return undefined;
  const name = linkKeyContext(TerraformStack.of(scope).node.id, outputs?.prefix);
  const written: unknown = scope.node.tryGetContext(name);
  if (written === undefined) return undefined;
  const key = POLICY_KEYS.find((known) => known === written);
  if (!key) {
    mistake(
      scope,
      `'${name}' of the context in cdktf.json takes 'primary' or 'secondary', got ${JSON.stringify(written)}: ` +
        'write the key that is linked, or take the line away',
    );
  }
  return key;
}
