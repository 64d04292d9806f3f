import type { Construct } from 'constructs';
import {
  exportValuesToTerraform,
  retryToTerraform,
  type AzapiExportValues,
  type AzapiRetry,
  type AzapiTimeouts,
} from './azapi-arguments';
import { AzapiManagedElement, type AzapiMetaArguments } from './azapi-element';

/** An ARM resource of any type. */
export interface AzapiResourceProps<Body extends object = object> extends AzapiMetaArguments {
  /** `Microsoft.NotificationHubs/namespaces@2023-10-01-preview` */
  readonly type: string;
  /** Name of the resource in ARM. Another one makes it anew. */
  readonly name: string;
  /** ARM id of the parent: resource group, or the resource above. */
  readonly parentId: string;
  /** Azure region: `westeurope`, or `global` for what has none. @default - none, for types without a region */
  readonly location?: string;
  /** Tags of the resource. @default - none; azapi then leaves alone those that others set */
  readonly tags?: Readonly<Record<string, string>>;
  /**
   * Everything but name, parent, location, tags and identity, as ARM's reference of the type has it. It is in plan
   * and state.
   * @default - an empty body
   */
  readonly body?: Body;
  /**
   * Merged into `body` for the request and kept out of plan and state (write-only). Azapi keeps a SHA-256 of it
   * and always sends the whole; `sensitive_body_version` is left out on purpose: with it only listed paths are
   * sent and a full PUT would lose the rest.
   * @default - nothing
   */
  readonly sensitiveBody?: object;
  /** The managed identities that the resource carries. @default - none */
  readonly identity?: {
    /** `SystemAssigned`, `UserAssigned`, or both with a comma and a space between. */
    readonly type: string;
    /** ARM ids of the user-assigned identities. @default - none */
    readonly identityIds?: string[];
  };
  /** What of the answer is kept as `output`, and thereby in the state. @default - nothing is exported */
  readonly responseExportValues?: AzapiExportValues;
  /** Whether values that differ in case only count as equal; for bodies with ARM ids. @default false */
  readonly ignoreCasing?: boolean;
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
  /**
   * Whether a wrong property in `body` fails the plan; off for properties that azapi's release does not know yet.
   * @default true - the provider checks the body against its embedded schema
   */
  readonly schemaValidationEnabled?: boolean;
}

/** `azapi_resource`: one ARM resource, written as its REST API writes it. */
export class AzapiResource<Body extends object = object> extends AzapiManagedElement {
  /** The type by which Terraform knows it. */
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

  /** Name of the resource, as a reference: whoever uses it waits until the resource is made. */
  get name(): string {
    return this.getStringAttribute('name');
  }

  /** Name of the resource as it was given: known at synth, and nothing waits for it. */
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
