import { TerraformProvider } from 'cdktf';
import type { Construct } from 'constructs';

/** The azapi provider: where it is found and which versions have write-only `sensitive_body` on actions. */
export const AZAPI = {
  source: 'Azure/azapi',
  /** 2.11 brought `sensitive_body` to `azapi_resource_action`; before it the connection string lands in state. */
  versionConstraint: '>= 2.11.0, < 3.0.0',
} as const;

export interface AzapiProviderProps {
  /** @default - from ARM_SUBSCRIPTION_ID or the signed-in account */
  readonly subscriptionId?: string;
  /** @default - from ARM_TENANT_ID or the signed-in account */
  readonly tenantId?: string;
  /** @default - from ARM_USE_OIDC */
  readonly useOidc?: boolean;
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
