import { TerraformStack } from 'cdktf';
import type { IConstruct } from 'constructs';
import { PushConstructError } from './errors';
import { ENTRIES } from './flavour';

type Cdk = keyof typeof ENTRIES;

/**
 * Refuses a stack of CDK Terrain in the flavour for CDKTF, and the other way round: each takes the other's stacks for its
 * own, and fails later at what only one of them has.
 * @throws PushConstructError naming what to import
 */
export function sameCdk(scope: IConstruct): void {
  const ours = cdkOf(TerraformStack);
  const theirs = cdkOf(TerraformStack.of(scope).constructor);
  if (ours === undefined || theirs === undefined || ours === theirs) return;
  throw new PushConstructError(
    `'${ENTRIES[ours]}' takes stacks of ${ours}, got one of ${theirs}: import from '${ENTRIES[theirs]}' in an app that is ` +
      `written with ${theirs}, and its testing kit from '${ENTRIES[theirs]}/testing'`,
    scope.node.path,
  );
}

/** By what jsii writes on each class, which subclasses inherit; undefined when it is neither. */
function cdkOf(stack: object): Cdk | undefined {
  const { fqn } =
    (stack as Record<symbol, { readonly fqn?: string } | undefined>)[Symbol.for('jsii.rtti')] ?? {};
  const name = fqn?.split('.')[0];
  return name !== undefined && Object.hasOwn(ENTRIES, name) ? (name as Cdk) : undefined;
}
