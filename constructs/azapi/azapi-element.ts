import {
  propertyAccess,
  TerraformDataSource,
  TerraformResource,
  Token,
  type TerraformMetaArguments,
  type TerraformResourceConfig,
} from 'cdktf';
import type { Construct } from 'constructs';
import { requireProps } from '../core/kinds';
import { dependenciesWithin } from '../core/across-stacks';
import { renamable } from '../core/renamable';
import { requireTerraform } from '../core/requirements';
import { AZAPI } from './azapi-provider';

export type AzapiMetaArguments = TerraformMetaArguments;

function elementConfig(
  scope: Construct,
  type: string,
  meta: TerraformMetaArguments,
): TerraformResourceConfig {
  return {
    terraformResourceType: type,
    terraformGeneratorMetadata: { providerName: 'azapi', providerVersionConstraint: AZAPI.versionConstraint },
    dependsOn: dependenciesWithin(scope, meta.dependsOn),
    count: meta.count,
    forEach: meta.forEach,
    provider: meta.provider,
    lifecycle: meta.lifecycle,
    connection: meta.connection,
    provisioners: meta.provisioners,
  };
}

/** A managed resource of azapi, with its `output` readable by name. */
export abstract class AzapiManagedElement extends TerraformResource {
  constructor(scope: Construct, id: string, type: string, meta: AzapiMetaArguments) {
    super(scope, id, elementConfig(scope, type, requireProps(scope, meta, `${type} '${id}'`)));
    requireTerraform(this);
    renamable(this);
  }

  /** The ARM id. */
  get id(): string {
    return this.getStringAttribute('id');
  }

  /** A value named in `responseExportValues`. */
  output(name: string): string {
    return Token.asString(propertyAccess(this.interpolationForAttribute('output'), [name]));
  }
}

/** A data source of azapi, with its `output` readable by name. */
export abstract class AzapiDataElement extends TerraformDataSource {
  constructor(scope: Construct, id: string, type: string, meta: AzapiMetaArguments) {
    super(scope, id, elementConfig(scope, type, requireProps(scope, meta, `${type} '${id}'`)));
    requireTerraform(this);
    renamable(this);
  }

  /** The ARM id. */
  get id(): string {
    return this.getStringAttribute('id');
  }

  /** A value named in `responseExportValues`. */
  output(name: string): string {
    return Token.asString(propertyAccess(this.interpolationForAttribute('output'), [name]));
  }
}
