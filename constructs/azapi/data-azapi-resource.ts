import type { Construct } from 'constructs';
import {
  exportValuesToTerraform,
  retryToTerraform,
  type AzapiExportValues,
  type AzapiRetry,
  type AzapiTimeouts,
} from './azapi-arguments';
import { AzapiDataElement, type AzapiMetaArguments } from './azapi-element';

/** The resource that is read. */
export interface DataAzapiResourceProps extends AzapiMetaArguments {
  /** ARM type and api-version: `Microsoft.Communication/communicationServices@2025-05-01`. */
  readonly type: string;
  /** ARM id of the resource to read. */
  readonly resourceId: string;
  /** What of the answer is kept as `output`, and thereby in the state. @default - nothing is exported */
  readonly responseExportValues?: AzapiExportValues;
  /**
   * Which failed requests are repeated. azapi applies it to every read as well, so that an error that stays hangs
   * each plan.
   * @default - no error is retried
   */
  readonly retry?: AzapiRetry;
  /** How long its operations may take. @default - azapi's own */
  readonly timeouts?: Pick<AzapiTimeouts, 'read'>;
}

/** `data "azapi_resource"`: reads any ARM resource; with `retry` it waits for one. */
export class DataAzapiResource extends AzapiDataElement {
  /** The type by which Terraform knows it. */
  static readonly tfResourceType = 'azapi_resource';

  constructor(
    scope: Construct,
    id: string,
    private readonly props: DataAzapiResourceProps,
  ) {
    super(scope, id, DataAzapiResource.tfResourceType, props);
  }

  protected override synthesizeAttributes(): { [name: string]: unknown } {
    const p = this.props;
    return {
      type: p.type,
      resource_id: p.resourceId,
      response_export_values: exportValuesToTerraform(p.responseExportValues),
      retry: retryToTerraform(p.retry),
      timeouts: p.timeouts,
    };
  }
}
