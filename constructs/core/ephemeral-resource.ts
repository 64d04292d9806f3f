import { Lazy, TerraformElement, dependable, type ITerraformDependable, type TerraformProvider } from 'cdktf';
import type { Construct } from 'constructs';

export interface EphemeralResourceProps {
  readonly attributes: () => { readonly [name: string]: unknown };
  readonly dependsOn?: ITerraformDependable[];
  readonly provider?: TerraformProvider;
}

/**
 * An `ephemeral` block: opened while Terraform runs and written nowhere, neither plan nor state. CDKTF 0.21 has no
 * element for it; this is the one place that makes up for that. Needs Terraform or OpenTofu 1.11.
 */
export class EphemeralResource extends TerraformElement {
  /** The provider that opens it. @default - the stack's */
  provider?: TerraformProvider;
  dependsOn?: string[];

  constructor(
    scope: Construct,
    id: string,
    readonly terraformResourceType: string,
    private readonly props: EphemeralResourceProps,
  ) {
    super(scope, id, terraformResourceType);
    this.provider = props.provider;
    this.dependsOn = props.dependsOn?.map((d) => dependable(d));
  }

  /** A reference to an attribute, by its path: `value`, `output.connectionString`. */
  attribute(path: string): string {
    return Lazy.stringValue({ produce: () => `\${${this.bareReference(path)}}` });
  }

  /** The same without the `${}`, to stand inside a longer expression. Read it when the stack is synthesized. */
  bareReference(path: string): string {
    return `ephemeral.${this.terraformResourceType}.${this.friendlyUniqueId}.${path}`;
  }

  override toTerraform(): object {
    return {
      ephemeral: {
        [this.terraformResourceType]: {
          [this.friendlyUniqueId]: {
            ...this.props.attributes(),
            depends_on: this.dependsOn,
            provider: this.provider?.fqn,
          },
        },
      },
    };
  }
}
