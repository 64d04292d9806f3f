import type { Construct } from 'constructs';
import {
  exportValuesToTerraform,
  retryToTerraform,
  type AzapiExportValues,
  type AzapiRetry,
  type AzapiTimeouts,
} from './azapi-arguments';
import { AzapiDataElement, type AzapiMetaArguments } from './azapi-element';

export interface DataAzapiResourceProps extends AzapiMetaArguments {
  readonly type: string;
  /** ARM id of the resource to read. */
  readonly resourceId: string;
  /** @default - nothing is exported */
  readonly responseExportValues?: AzapiExportValues;
  readonly retry?: AzapiRetry;
  readonly timeouts?: Pick<AzapiTimeouts, 'read'>;
}

/** `data "azapi_resource"`: reads any ARM resource; with `retry` it waits for one. */
export class DataAzapiResource extends AzapiDataElement {
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
