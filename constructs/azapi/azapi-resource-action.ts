import type { Construct } from 'constructs';
import {
  exportValuesToTerraform,
  retryToTerraform,
  type AzapiExportValues,
  type AzapiRetry,
  type AzapiTimeouts,
} from './azapi-arguments';
import { AzapiManagedElement, type AzapiMetaArguments } from './azapi-element';

export interface AzapiResourceActionProps extends AzapiMetaArguments {
  readonly type: string;
  /** ARM id that the action is called on. */
  readonly resourceId: string;
  /** Name of the action: the last part of the path. */
  readonly action: string;
  /** @default 'POST' */
  readonly method?: 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'GET';
  readonly body?: object;
  /** Merged into `body` for the request, write-only. Refused by azapi when `when` is 'destroy'. */
  readonly sensitiveBody?: object;
  /** Request headers; a changed header calls the action again. */
  readonly headers?: Readonly<Record<string, string>>;
  /** @default - nothing is exported */
  readonly responseExportValues?: AzapiExportValues;
  /** @default 'apply' */
  readonly when?: 'apply' | 'destroy';
  readonly locks?: string[];
  readonly retry?: AzapiRetry;
  readonly timeouts?: AzapiTimeouts;
}

/** `azapi_resource_action`: calls an ARM action; called again when its arguments change. It reads nothing back. */
export class AzapiResourceAction extends AzapiManagedElement {
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
