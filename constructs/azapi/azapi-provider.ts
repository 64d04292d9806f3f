import { TerraformProvider } from 'cdktf';
import type { Construct } from 'constructs';

/** The azapi provider: where it is found and which versions have write-only `sensitive_body` on actions. */
export const AZAPI = {
  source: 'Azure/azapi',
  /** 2.11 brought `sensitive_body` to `azapi_resource_action`; before it the connection string lands in state. */
  versionConstraint: '>= 2.11.0, < 3.0.0',
} as const;

/** The settings of azapi that the constructs need. Others are given by `addOverride`, under their Terraform names. */
export interface AzapiProviderProps {
  /** Id of the subscription in which it works. @default - from ARM_SUBSCRIPTION_ID or the signed-in account */
  readonly subscriptionId?: string;
  /** Id of the Microsoft Entra tenant in which it signs in. @default - from ARM_TENANT_ID or the signed-in account */
  readonly tenantId?: string;
  /**
   * Whether it signs in with a token of the pipeline (workload identity federation) in place of a secret.
   * @default - from ARM_USE_OIDC
   */
  readonly useOidc?: boolean;
  /** The name by which a stack tells it from another azapi. @default - the provider of all that name none */
  readonly alias?: string;
}

/** `provider "azapi"`. One per stack is enough; constructs of this library find it by themselves. */
export class AzapiProvider extends TerraformProvider {
  constructor(
    scope: Construct,
    id: string,
    private readonly props: AzapiProviderProps = {},
  ) {
    super(scope, id, {
      terraformResourceType: 'azapi',
      terraformProviderSource: AZAPI.source,
      terraformGeneratorMetadata: {
        providerName: 'azapi',
        providerVersionConstraint: AZAPI.versionConstraint,
      },
    });
  }

  /** Cdktf's own accessor keeps nothing, so that without this one two providers would be one. */
  override get alias(): string | undefined {
    return this.props.alias;
  }

  protected override synthesizeAttributes(): { [name: string]: unknown } {
    return {
      subscription_id: this.props.subscriptionId,
      tenant_id: this.props.tenantId,
      use_oidc: this.props.useOidc,
    };
  }
}
