import type { Construct } from 'constructs';
import {
  exportValuesToTerraform,
  retryToTerraform,
  type AzapiExportValues,
  type AzapiRetry,
  type AzapiTimeouts,
} from './azapi-arguments';
import { AzapiManagedElement, type AzapiMetaArguments } from './azapi-element';

export interface AzapiUpdateResourceProps<Body extends object = object> extends AzapiMetaArguments {
  readonly type: string;
  /** ARM id of the resource that is changed; it must exist. */
  readonly resourceId: string;
  readonly body?: Body;
  readonly sensitiveBody?: object;
  /** @default - nothing is exported */
  readonly responseExportValues?: AzapiExportValues;
  readonly locks?: string[];
  readonly retry?: AzapiRetry;
  readonly timeouts?: AzapiTimeouts;
}

/**
 * `azapi_update_resource`: changes a part of a resource that somebody else owns, by merging onto a GET.
 * Never use it on a notification hub: a GET of a hub hides its credentials, so the merged PUT would drop them.
 */
export class AzapiUpdateResource<Body extends object = object> extends AzapiManagedElement {
  static readonly tfResourceType = 'azapi_update_resource';

  constructor(
    scope: Construct,
    id: string,
    private readonly props: AzapiUpdateResourceProps<Body>,
  ) {
    super(scope, id, AzapiUpdateResource.tfResourceType, props);
  }

  protected override synthesizeAttributes(): { [name: string]: unknown } {
    const p = this.props;
    return {
      type: p.type,
      resource_id: p.resourceId,
      body: p.body,
      sensitive_body: p.sensitiveBody,
      response_export_values: exportValuesToTerraform(p.responseExportValues),
      locks: p.locks,
      retry: retryToTerraform(p.retry),
      timeouts: p.timeouts,
    };
  }
}
