import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { App, Manifest, TerraformStack } from 'cdktf';
import { sameCdk } from '../constructs/core/same-cdk';
import { asSynthesisError } from './synthesize';

/**
 * Writes stacks as `cdktf synth` does, with their assets and with the stacks that they depend on, into a folder that is
 * not the app's own.
 * @param target a stack, or an app with all of its stacks
 * @returns the names of the stacks, in the order in which they are deployed
 * @throws SynthesisError with every mistake of the first stack that has any
 */
export function writeStacks(target: TerraformStack | App, outdir: string): string[] {
  const app = App.of(target);
  const all = app.node.findAll().filter((node): node is TerraformStack => TerraformStack.isStack(node));
  if (all.length === 0)
    throw new Error(`the app '${app.node.path}' has no stack: make one before deploying it`);
  all.forEach(sameCdk);
  mkdirSync(outdir, { recursive: true });
  const manifest = new Manifest('testing', outdir, false);
  try {
    // What one stack reads of another becomes an output of that one, which it depends on from then on.
    for (const stack of all) stack.prepareStack();
    const stacks = inOrder(TerraformStack.isStack(target) ? [target] : all);
    for (const stack of stacks) {
      mkdirSync(join(outdir, manifest.forStack(stack).workingDirectory), { recursive: true });
      stack.synthesizer.synthesize({ outdir, manifest, skipValidation: false });
    }
    return stacks.map(({ node }) => node.id);
  } catch (error) {
    throw asSynthesisError(error);
  }
}

/** Each after those that it depends on. */
function inOrder(wanted: readonly TerraformStack[]): TerraformStack[] {
  const order = new Set<TerraformStack>();
  const add = (stack: TerraformStack) => {
    stack.dependencies.forEach(add);
    order.add(stack);
  };
  wanted.forEach(add);
  return [...order];
}
