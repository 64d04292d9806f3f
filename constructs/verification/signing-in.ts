import { Aspects, dependable, TerraformResource, TerraformStack } from 'cdktf';
import { Construct, type IConstruct } from 'constructs';
import { sameStack } from '../core/across-stacks';
import { EphemeralResource } from '../core/ephemeral-resource';
import { renamable } from '../core/renamable';
import { TerraformData } from '../core/terraform-data';
import { fileAsset } from '../publishing/file-asset';
import { builtFile } from '../publishing/package-assets';

const ID = 'SignIn';
/** Whose rules are checked; a stack is checked again when they change. */
const RULES = 'azurerm 4.55';

/**
 * Signs in once before anything is made, by the rules that verification and publishing sign in by at the end of the
 * deploy: what cannot be signed in with then, stops the deploy while there is nothing to clean up. One for each stack;
 * it is run when the stack is first deployed, costs a second, and keeps nothing.
 */
export class SigningIn extends Construct {
  /** The stack's own, made when it is first asked for. */
  static of(scope: IConstruct): SigningIn {
    const stack = TerraformStack.of(scope);
    return (stack.node.tryFindChild(ID) as SigningIn | undefined) ?? new SigningIn(stack);
  }

  private readonly resource: TerraformData;
  private readonly waiting = new Set<IConstruct>();

  private constructor(stack: TerraformStack) {
    super(stack, ID);
    const program = fileAsset(this, 'Program', builtFile(this, 'cli/acs-push.cjs'));
    this.resource = renamable(
      new TerraformData(this, 'Resource', {
        triggersReplace: { rules: RULES },
        provisioners: [{ type: 'local-exec', command: `node ${program.path} check-sign-in` }],
      }),
    );
  }

  /** Lets every resource below these wait for it; those too that are added later. */
  before(...constructs: readonly unknown[]): void {
    for (const construct of constructs) {
      // What exists already is no construct of this stack, and needs nobody to sign in.
      if (!Construct.isConstruct(construct)) continue;
      Aspects.of(construct).add({
        visit: (node) => {
          if (!TerraformResource.isTerraformResource(node) || this.node.findAll().includes(node)) return;
          // A stack of its own was deployed before; an ephemeral block opens itself when it is needed.
          if (!sameStack(node, this) || node instanceof EphemeralResource) return;
          if (this.waiting.has(node)) return;
          this.waiting.add(node);
          node.dependsOn = [...(node.dependsOn ?? []), dependable(this.resource)];
        },
      });
    }
  }
}
