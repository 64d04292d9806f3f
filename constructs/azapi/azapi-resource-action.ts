import type { Construct } from 'constructs';
import {
  exportValuesToTerraform,
  retryToTerraform,
  type AzapiExportValues,
  type AzapiRetry,
  type AzapiTimeouts,
} from './azapi-arguments';
import { AzapiManagedElement, type AzapiMetaArguments } from './azapi-element';

/** What is called, on which resource, and when. */
export interface AzapiResourceActionProps extends AzapiMetaArguments {
  /** ARM type and api-version: `Microsoft.Communication/communicationServices@2025-05-01`. */
  readonly type: string;
  /** ARM id that the action is called on. */
  readonly resourceId: string;
  /** Name of the action: the last part of the path. */
  readonly action: string;
  /** HTTP method of the call. @default 'POST' */
  readonly method?: 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'GET';
  /**
   * What is sent, as an object. It is in plan and state: secrets go into `sensitiveBody`.
   * @default - an empty body
   */
  readonly body?: object;
  /** Merged into `body` for the request, write-only. Refused by azapi when `when` is 'destroy'. @default - nothing */
  readonly sensitiveBody?: object;
  /** Request headers; a changed header calls the action again. @default - none of its own */
  readonly headers?: Readonly<Record<string, string>>;
  /** What of the answer is kept as `output`, and thereby in the state. @default - nothing is exported */
  readonly responseExportValues?: AzapiExportValues;
  /**
   * Whether it is called when the action is made and when its arguments change, or when it is destroyed.
   * @default 'apply'
   */
  readonly when?: 'apply' | 'destroy';
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

/** `azapi_resource_action`: calls an ARM action; called again when its arguments change. It reads nothing back. */
export class AzapiResourceAction extends AzapiManagedElement {
  /** The type by which Terraform knows it. */
  static readonly tfResourceType = 'azapi_resource_action';

  constructor(
    scope: Construct,
    id: string,
    private readonly props: AzapiResourceActionProps,
  ) {
    super(scope, id, AzapiResourceAction.tfResourceType, props);
  }

  protected override synthesizeAttributes(): { [name: string]: unknown } {
    const p = this.props;
    return {
      type: p.type,
      resource_id: p.resourceId,
      action: p.action,
      method: p.method ?? 'POST',
      body: p.body,
      sensitive_body: p.sensitiveBody,
      headers: p.headers,
      when: p.when,
      response_export_values: exportValuesToTerraform(p.responseExportValues),
      locks: p.locks,
      retry: retryToTerraform(p.retry),
      timeouts: p.timeouts,
    };
  }
}
