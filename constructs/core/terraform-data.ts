import { AnyMap, TerraformResource, type TerraformMetaArguments } from 'cdktf';
import type { Construct } from 'constructs';

export interface TerraformDataConfig extends TerraformMetaArguments {
  /** Kept in state, and answered as `output` after an apply. */
  readonly input?: object;
  /** Whatever is made anew when it changes. */
  readonly triggersReplace?: unknown;
}

/**
 * `terraform_data`, as cdktf's `DataResource`, which starts Terraform for each one at synthesis to ask for its version.
 * The stack itself says which Terraform it needs (`requireTerraform`).
 */
export class TerraformData extends TerraformResource {
  static readonly tfResourceType = 'terraform_data';

  constructor(
    scope: Construct,
    id: string,
    private readonly config: TerraformDataConfig = {},
  ) {
    super(scope, id, {
      ...config,
      terraformResourceType: TerraformData.tfResourceType,
      terraformGeneratorMetadata: { providerName: 'terraform' },
    });
  }

  get id(): string {
    return this.getStringAttribute('id');
  }

  get output(): AnyMap {
    return new AnyMap(this, 'output');
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    return { input: this.config.input, triggers_replace: this.config.triggersReplace };
  }
}
