import type { ITerraformDependable } from 'cdktf';
import type { Construct } from 'constructs';
import { requireProps } from '../core/kinds';
import { EphemeralResource } from '../core/ephemeral-resource';
import {
  exportValuesToTerraform,
  retryToTerraform,
  type AzapiExportValues,
  type AzapiRetry,
} from './azapi-arguments';

export interface EphemeralAzapiResourceActionProps {
  readonly type: string;
  readonly resourceId: string;
  readonly action: string;
  /** @default 'POST' */
  readonly method?: 'POST' | 'GET';
  readonly body?: object;
  readonly responseExportValues: AzapiExportValues;
  readonly retry?: AzapiRetry;
  /** As Terraform durations. @default - azapi's 5 minutes */
  readonly timeouts?: { readonly open?: string };
  readonly dependsOn?: ITerraformDependable[];
}

/**
 * `ephemeral "azapi_resource_action"`: calls an ARM action such as `listKeys` whenever Terraform needs the answer
 * (plan, apply and destroy alike, so a principal that only plans needs the right too) and forgets it afterwards.
 */
export class EphemeralAzapiResourceAction extends EphemeralResource {
  constructor(scope: Construct, id: string, props: EphemeralAzapiResourceActionProps) {
    super(scope, id, 'azapi_resource_action', {
      dependsOn: requireProps(scope, props, `azapi_resource_action '${id}'`).dependsOn,
      attributes: () => ({
        type: props.type,
        resource_id: props.resourceId,
        action: props.action,
        method: props.method ?? 'POST',
        body: props.body,
        response_export_values: exportValuesToTerraform(props.responseExportValues),
        retry: retryToTerraform(props.retry),
        timeouts: props.timeouts,
      }),
    });
  }

  /** A value named in `responseExportValues`; usable in write-only arguments only. */
  output(name: string): string {
    return this.attribute(`output.${name}`);
  }
}
