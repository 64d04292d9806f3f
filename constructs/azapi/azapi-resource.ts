import type { Construct } from 'constructs';
import {
  exportValuesToTerraform,
  retryToTerraform,
  type AzapiExportValues,
  type AzapiRetry,
  type AzapiTimeouts,
} from './azapi-arguments';
import { AzapiManagedElement, type AzapiMetaArguments } from './azapi-element';

export interface AzapiResourceProps<Body extends object = object> extends AzapiMetaArguments {
  /** `Microsoft.NotificationHubs/namespaces@2023-10-01-preview` */
  readonly type: string;
  readonly name: string;
  /** ARM id of the parent: resource group, or the resource above. */
  readonly parentId: string;
  readonly location?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly body?: Body;
  /**
   * Merged into `body` for the request and kept out of plan and state (write-only). Azapi keeps a SHA-256 of it
   * and always sends the whole; `sensitive_body_version` is left out on purpose: with it only listed paths are
   * sent and a full PUT would lose the rest.
   */
  readonly sensitiveBody?: object;
  readonly identity?: { readonly type: string; readonly identityIds?: string[] };
  /** @default - nothing is exported */
  readonly responseExportValues?: AzapiExportValues;
  /** Whether values that differ in case only count as equal; for bodies with ARM ids. @default false */
  readonly ignoreCasing?: boolean;
  /** ARM ids that no two operations of this provider may touch at once. */
  readonly locks?: string[];
  readonly retry?: AzapiRetry;
  readonly timeouts?: AzapiTimeouts;
  /** @default true - the provider checks the body against its embedded schema */
  readonly schemaValidationEnabled?: boolean;
}

/** `azapi_resource`: one ARM resource, written as its REST API writes it. */
export class AzapiResource<Body extends object = object> extends AzapiManagedElement {
  static readonly tfResourceType = 'azapi_resource';

  /**
   * Its tags, as a tags Aspect finds and sets them. ARM's tracked resources alone have tags, which are those with a
   * location; of any other, such as an authorization rule, the property is not there.
   *
   * Source: Azure/azure-resource-manager-rpc, v1.0/resource-api-reference.md, "tracked resources".
   */
  declare tags?: Readonly<Record<string, string>>;
  /** Tags as they were given. */
  declare readonly tagsInput?: Readonly<Record<string, string>>;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: AzapiResourceProps<Body>,
  ) {
    super(scope, id, AzapiResource.tfResourceType, props);
    this.tagsGiven = props.tags;
    if (props.location !== undefined || props.tags !== undefined) this.makeTaggable();
  }

  private tagsGiven?: Readonly<Record<string, string>>;

  private makeTaggable(): void {
    Object.defineProperties(this, {
      tags: {
        get: () => this.getStringMapAttribute('tags'),
        set: (tags: Readonly<Record<string, string>> | undefined) => {
          this.tagsGiven = tags;
        },
      },
      tagsInput: { get: () => this.tagsGiven },
    });
  }

  get name(): string {
    return this.getStringAttribute('name');
  }

  get nameInput(): string {
    return this.props.name;
  }

  protected override synthesizeAttributes(): { [name: string]: unknown } {
    const p = this.props;
    return {
      type: p.type,
      name: p.name,
      parent_id: p.parentId,
      location: p.location,
      tags: this.tagsGiven,
      body: p.body,
      sensitive_body: p.sensitiveBody,
      identity: p.identity && [{ type: p.identity.type, identity_ids: p.identity.identityIds }],
      response_export_values: exportValuesToTerraform(p.responseExportValues),
      ignore_casing: p.ignoreCasing,
      locks: p.locks,
      retry: retryToTerraform(p.retry),
      timeouts: p.timeouts,
      schema_validation_enabled: p.schemaValidationEnabled,
    };
  }
}
