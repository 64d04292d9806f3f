import {
  dependable,
  Lazy,
  ref,
  TerraformResource,
  TerraformStack,
  type IResolvable,
  type ITerraformDependable,
  type TerraformProvider,
} from 'cdktf';
import type { Construct } from 'constructs';
import { dependenciesWithin } from './across-stacks';
import { PushConstructError } from './errors';
import { mistake } from './mistakes';
import { renamable } from './renamable';
import { requireTerraform } from './requirements';

/** A condition as Terraform's JSON has it. */
export interface Condition {
  readonly condition: string;
  readonly error_message: string;
}

export interface EphemeralResourceProps {
  readonly attributes: () => { readonly [name: string]: unknown };
  /** What has to hold once it is open, beside what its lifecycle says. @default - nothing */
  readonly postconditions?: () => readonly Condition[];
  readonly dependsOn?: ITerraformDependable[];
  readonly provider?: TerraformProvider;
}

/**
 * An `ephemeral` block: opened while Terraform runs and written nowhere, neither plan nor state. CDKTF 0.21 has no
 * element for it, and CDK Terrain another one; this is the same in both. Aspects and overrides reach it as they reach a
 * resource. Needs Terraform or OpenTofu 1.11.
 */
export class EphemeralResource extends TerraformResource {
  constructor(
    scope: Construct,
    id: string,
    type: string,
    private readonly props: EphemeralResourceProps,
  ) {
    super(scope, id, { terraformResourceType: type, provider: props.provider });
    // Also without any, so that an Aspect finds the property.
    this.dependsOn = dependenciesWithin(this, props.dependsOn)?.map(dependable);
    requireTerraform(this);
    renamable(this, `ephemeral.${type}`);
  }

  /** A reference to an attribute, by its path: `value`, `output.connectionString`. */
  attribute(path: string): string {
    return Lazy.stringValue({
      produce: ({ scope, preparing }) => {
        if (TerraformStack.of(scope) !== TerraformStack.of(this)) {
          // While stacks are prepared there is time to tell it together with all else; later there is not.
          const refusal = this.refusal(TerraformStack.of(scope).node.path);
          if (!preparing) throw new PushConstructError(refusal, this.node.path);
          mistake(this, refusal);
          return '';
        }
        return `\${${this.bareReference(path)}}`;
      },
    });
  }

  /** The same without the `${}`, to stand inside a longer expression. Read it when the stack is synthesized. */
  bareReference(path: string): string {
    return `ephemeral.${this.terraformResourceType}.${this.friendlyUniqueId}.${path}`;
  }

  /** Refused: an ephemeral block is in no state. */
  override importFrom(): void {
    mistake(
      this,
      'an ephemeral block is in no state, and nothing can be imported into it: leave importFrom out',
    );
  }

  override moveTo(): void {
    mistake(this, 'an ephemeral block is in no state, and needs no moved block: leave moveTo out');
  }

  override toTerraform(): object {
    const { resource } = super.toTerraform() as { resource: Record<string, Record<string, Attributes>> };
    const attributes = resource[this.terraformResourceType]![this.friendlyUniqueId]!;
    attributes.lifecycle = this.conditions(attributes.lifecycle);
    return { ephemeral: resource };
  }

  /** A reference to an attribute, without the namespace that cdktf puts before those of resources. */
  override interpolationForAttribute(attribute: string): IResolvable {
    return ref(this.bareReference(attribute), TerraformStack.of(this));
  }

  protected override synthesizeAttributes(): { [name: string]: unknown } {
    return this.props.attributes();
  }

  /** All that a lifecycle of an ephemeral block may have: nothing is kept that could be replaced or destroyed. */
  private conditions({ precondition, postcondition = [] }: Lifecycle = {}): Lifecycle | undefined {
    const after = [...(this.props.postconditions?.() ?? []), ...postcondition];
    if (!precondition?.length && after.length === 0) return undefined;
    return { precondition, postcondition: after.length > 0 ? after : undefined };
  }

  private refusal(stack: string): string {
    return (
      `an ephemeral value cannot leave the stack that opens it, since it would be kept in state as an output; got a ` +
      `reference from stack ${stack}: open it in that stack too`
    );
  }
}

interface Attributes {
  lifecycle?: Lifecycle;
}

interface Lifecycle {
  readonly precondition?: readonly Condition[];
  readonly postcondition?: readonly Condition[];
}
