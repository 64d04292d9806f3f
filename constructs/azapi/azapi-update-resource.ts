import type { Construct } from 'constructs';
import {
  exportValuesToTerraform,
  retryToTerraform,
  type AzapiExportValues,
  type AzapiRetry,
  type AzapiTimeouts,
} from './azapi-arguments';
import { AzapiManagedElement, type AzapiMetaArguments } from './azapi-element';

/** Properties of a resource that something else owns. */
export interface AzapiUpdateResourceProps<Body extends object = object> extends AzapiMetaArguments {
  /** ARM type and api-version: `Microsoft.Communication/communicationServices@2025-05-01`. */
  readonly type: string;
  /** ARM id of the resource that is changed; it must exist. */
  readonly resourceId: string;
  /** The properties that are set; all others stay as they are. @default - none */
  readonly body?: Body;
  /** Merged into `body` for the request and kept out of plan and state (write-only). @default - nothing */
  readonly sensitiveBody?: object;
  /** What of the answer is kept as `output`, and thereby in the state. @default - nothing is exported */
  readonly responseExportValues?: AzapiExportValues;
  /** ARM ids that no two operations of this provider may touch at once. @default - none */
  readonly locks?: string[];
  /**
   * Which failed requests are repeated. azapi applies it to every read as well, so that an error that stays hangs
   * each plan.
   * @default - no error is retried
   */
  readonly retry?: AzapiRetry;
  /** How long its operations may take. @default - azapi's own */
  readonly timeouts?: AzapiTimeouts;
}

/**
 * `azapi_update_resource`: changes a part of a resource that somebody else owns, by merging onto a GET.
 * Never use it on a notification hub: a GET of a hub hides its credentials, so the merged PUT would drop them.
 */
export class AzapiUpdateResource<Body extends object = object> extends AzapiManagedElement {
  /** The type by which Terraform knows it. */
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
