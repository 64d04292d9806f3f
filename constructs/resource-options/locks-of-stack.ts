import type { ManagementLock } from '@cdktf/provider-azurerm/lib/management-lock';
import { Aspects, TerraformResource, TerraformStack } from 'cdktf';
import type { IConstruct } from 'constructs';
import type { LockKind } from '../core/azure-resource-options';
import { mistake } from '../core/mistakes';
import { tokenText } from '../core/token-text';

/** Arguments that say of what an ARM resource is a part, or on what it is: the beginning of its id, or its parent's name. */
const PLACES = [
  'parent_id',
  'resource_id',
  'scope',
  'target_resource_id',
  'storage_account_id',
  'system_topic',
  'private_service_connection',
];

/** They change or call what is there, and nothing of Azure's is deleted with them. */
const WITHOUT_DELETION = ['azapi_resource_action', 'azapi_update_resource'];

const LOCK = 'azurerm_management_lock';

interface StackLock {
  readonly lock: ManagementLock;
  readonly on: TerraformResource;
  readonly kind: LockKind;
}

const ofStacks = new WeakMap<TerraformStack, LocksOfStack>();

/**
 * The locks of a stack, and what lies under each: found when the stack is written, so that what others add later (roles,
 * rules, containers, private endpoints) counts as well, and logical ids that an Aspect overrides.
 */
export class LocksOfStack {
  static of(scope: IConstruct): LocksOfStack {
    const stack = TerraformStack.of(scope);
    const locks = ofStacks.get(stack) ?? new LocksOfStack(stack);
    ofStacks.set(stack, locks);
    return locks;
  }

  private readonly locks: StackLock[] = [];
  private found?: Map<TerraformResource, TerraformResource[]>;

  private constructor(private readonly stack: TerraformStack) {
    Aspects.of(stack).add({
      visit: (node) => {
        this.found = undefined;
        if (node === stack) this.checkKinds();
      },
    });
    stack.node.addValidation({
      validate: () => {
        this.checkKinds();
        return [];
      },
    });
  }

  add(lock: StackLock): void {
    this.locks.push(lock);
  }

  /** Addresses of all that lies under a locked resource: the lock is put on after it, and taken off before it goes. */
  addressesUnder(on: TerraformResource): string[] {
    return this.partsUnder(on).map(addressOf);
  }

  /**
   * Ids of what is deleted from under a locked resource, as a value of Terraform's. It sorts them: they are the same
   * wherever the constructs are, and in whatever order.
   */
  idsUnder(on: TerraformResource): string | string[] {
    const deleted = this.partsUnder(on).filter(
      ({ terraformResourceType }) => !WITHOUT_DELETION.includes(terraformResourceType),
    );
    return deleted.length === 0
      ? []
      : `\${sort([${deleted.map((part) => `${addressOf(part)}.id`).join(', ')}])}`;
  }

  private partsUnder(on: TerraformResource): readonly TerraformResource[] {
    this.found ??= this.find();
    return this.found.get(on) ?? [];
  }

  private find(): Map<TerraformResource, TerraformResource[]> {
    const places = this.places();
    return new Map(this.locks.map(({ on }) => [on, partsUnder(on, places)]));
  }

  private checkKinds(): void {
    for (const { lock, on } of this.locks.filter(({ kind }) => kind === 'ReadOnly')) {
      const call = this.partsUnder(on).find(
        ({ terraformResourceType }) => terraformResourceType === 'azapi_resource_action',
      );
      if (call) {
        mistake(
          lock,
          `lock.kind takes 'CanNotDelete' here, got 'ReadOnly', which refuses the call that ${call.node.path} makes: ` +
            `give 'CanNotDelete'`,
        );
      }
    }
  }

  /** For each resource of the stack, the text that says where it lies. */
  private places(): Map<TerraformResource, string> {
    const resources = this.stack.node
      .findAll()
      .filter((node): node is TerraformResource => TerraformResource.isTerraformResource(node))
      .filter(({ terraformResourceType }) => terraformResourceType !== LOCK);
    return new Map(resources.map((resource) => [resource, placeOf(resource)]));
  }
}

/** All that lies under a resource, in whatever depth: a role on a rule of a hub lies under the hub's namespace. */
function partsUnder(on: TerraformResource, places: Map<TerraformResource, string>): TerraformResource[] {
  const parts: TerraformResource[] = [];
  const waiting = [on];
  for (let above = waiting.pop(); above; above = waiting.pop()) {
    const address = `${addressOf(above)}.`;
    for (const [resource, place] of places) {
      if (!place.includes(address) || parts.includes(resource) || resource === on) continue;
      parts.push(resource);
      waiting.push(resource);
    }
  }
  return parts;
}

function addressOf({ terraformResourceType, friendlyUniqueId }: TerraformResource): string {
  return `${terraformResourceType}.${friendlyUniqueId}`;
}

function placeOf(resource: TerraformResource): string {
  const blocks = (resource.toTerraform() as { resource?: Record<string, Record<string, object>> }).resource;
  const block = blocks?.[resource.terraformResourceType]?.[resource.friendlyUniqueId] as
    Record<string, unknown> | undefined;
  const said = PLACES.map((place) => block?.[place]).filter((value) => value !== undefined);
  return tokenText(resource, said);
}
