import { App, TerraformElement, TerraformStack } from 'cdktf';
import type { IConstruct } from 'constructs';
import { refusedArguments, unclearArguments } from './azurerm-spelling';
import { azurermProblem } from './azurerm-version';
import { PushConstructError } from './errors';
import { sameCdk } from './same-cdk';
import { warnLast } from './warnings';

const ID = 'Requirements';

/** Of Terraform and OpenTofu alike: the first with ephemeral blocks and write-only arguments. */
export const TERRAFORM_VERSION = '>= 1.11.0';

/**
 * Has the stack say which Terraform it needs, once; `stack.addOverride('terraform.required_version', …)` has the last
 * word. Refuses HCL too: it would have no ephemeral block of these constructs, without a word.
 */
export function requireTerraform(scope: IConstruct): void {
  sameCdk(scope);
  const stack = TerraformStack.of(scope);
  if (!stack.node.tryFindChild(ID)) new Requirements(stack, scope);
}

class Requirements extends TerraformElement {
  constructor(
    stack: TerraformStack,
    private readonly first: IConstruct,
  ) {
    super(stack, ID);
    warnLast(stack, 'azurerm-version', () => {
      const message = azurermProblem(stack) ?? unclearArguments(stack);
      return message === undefined ? [] : [{ construct: stack, message }];
    });
    warnLast(stack, 'azurerm-argument', () => refusedArguments(stack));
    this.node.addValidation({ validate: () => (App.of(this).hclOutput ? [this.hclProblem] : []) });
  }

  override toTerraform(): object {
    return { terraform: { required_version: TERRAFORM_VERSION } };
  }

  override toHclTerraform(): object {
    throw new PushConstructError(this.hclProblem);
  }

  private get hclProblem(): string {
    return (
      `synthesis takes JSON, got HCL, which would leave out ephemeral blocks, such as that of ` +
      `${this.first.node.path}: synthesize without --hcl (hclOutput, SYNTH_HCL_OUTPUT)`
    );
  }
}
