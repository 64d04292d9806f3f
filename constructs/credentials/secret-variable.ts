import { TerraformVariable, type TerraformStack, type TerraformVariableValidationConfig } from 'cdktf';
import { requireTerraform } from '../core/requirements';
import { SecretUsage, SecretValidations, type ISecretElement, type SecretValidation } from './secret-element';

/** How the Terraform variable of a secret is made. */
export interface SecretVariableOptions {
  /** What the variable holds, and where a person finds it. @default - what the credential says of it */
  readonly description?: string;
}

/** An ephemeral variable of a stack, whose value is in neither plan nor state. */
export class SecretVariable extends TerraformVariable implements ISecretElement {
  /** The stack's own of that name, made when it is first asked for. */
  static of(stack: TerraformStack, name: string, options: SecretVariableOptions): SecretVariable {
    const id = `secret-variable-${name}`;
    return (
      (stack.node.tryFindChild(id) as SecretVariable | undefined) ??
      new SecretVariable(stack, id, name, options)
    );
  }

  readonly usage = new SecretUsage();
  private readonly checks = new SecretValidations();
  private logicalId: string;

  private constructor(
    stack: TerraformStack,
    id: string,
    private readonly variableName: string,
    options: SecretVariableOptions,
  ) {
    super(stack, id, {
      type: 'string',
      description: options.description,
      sensitive: true,
      nullable: true,
    });
    this.logicalId = variableName;
    // A sensitive variable that is not ephemeral would be written into the plan.
    this.addOverride('ephemeral', true);
    // Unset must reach the validation below: Terraform's own message does not say how to set it.
    this.addOverride('default', null);
    requireTerraform(this);
  }

  override get friendlyUniqueId(): string {
    return this.logicalId;
  }

  override overrideLogicalId(logicalId: string): void {
    this.logicalId = logicalId;
  }

  override resetOverrideLogicalId(): void {
    this.logicalId = this.variableName;
  }

  expression(): string {
    return `var.${this.logicalId}`;
  }

  addSecretValidation(validation: SecretValidation): void {
    this.checks.add(validation);
  }

  override get validation(): TerraformVariableValidationConfig[] {
    const value = this.expression();
    const what = this.description ? ` (${this.description})` : '';
    return [
      {
        condition: `\${${value} != null}`,
        errorMessage: `Variable ${this.logicalId} is not set${what}. Set it with: export TF_VAR_${this.logicalId}="$(cat FILE)".`,
      },
      ...this.checks.all.map(({ condition, errorMessage }) => ({
        condition: `\${${value} == null || (${condition(value)})}`,
        errorMessage,
      })),
      // Those of whoever adds some by cdktf's own means.
      ...(super.validation ?? []),
    ];
  }

  override toTerraform(): object {
    return this.usage.isNeeded ? (super.toTerraform() as object) : {};
  }
}
