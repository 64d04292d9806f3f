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

/** A call whose answer is in no plan and no state. */
export interface EphemeralAzapiResourceActionProps {
  /** ARM type and api-version: `Microsoft.Communication/communicationServices@2025-05-01`. */
  readonly type: string;
  /** ARM id of the resource whose action it is. */
  readonly resourceId: string;
  /** Name of the action, the last part of its path: `listKeys`. */
  readonly action: string;
  /** HTTP method of the call. @default 'POST' */
  readonly method?: 'POST' | 'GET';
  /** What is sent, as an object. @default - an empty body */
  readonly body?: object;
  /** What of the answer can be referred to, each by a name. */
  readonly responseExportValues: AzapiExportValues;
  /**
   * Which failed requests are repeated. azapi applies it to every read as well, so that an error that stays hangs
   * each plan.
   * @default - no error is retried
   */
  readonly retry?: AzapiRetry;
  /** As Terraform durations. @default - azapi's 5 minutes */
  readonly timeouts?: {
    /** How long the call may take, as Go writes a duration. @default - azapi's own, 5 minutes */
    readonly open?: string;
  };
  /** What has to be there before. @default - what it refers to */
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
