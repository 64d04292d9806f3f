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
 * The locks of a stack, and what lies under each: found when the stack is synthesized, so that what others add later
 * (roles, rules, containers, private endpoints) counts as well.
 */
export class LocksOfStack {
  static of(scope: IConstruct): LocksOfStack {
    const stack = TerraformStack.of(scope);
    const locks = ofStacks.get(stack) ?? new LocksOfStack(stack);
    ofStacks.set(stack, locks);
    return locks;
  }

  private readonly locks: StackLock[] = [];
  private parts = new Map<TerraformResource, TerraformResource[]>();

  private constructor(private readonly stack: TerraformStack) {
    Aspects.of(stack).add({ visit: (node) => node === stack && this.order() });
  }

  add(lock: StackLock): void {
    this.locks.push(lock);
  }

  /** Ids of what is deleted from under a locked resource, by address. */
  partsOf(on: TerraformResource): Record<string, string> {
    const deleted = (this.parts.get(on) ?? []).filter(
      ({ terraformResourceType }) => !WITHOUT_DELETION.includes(terraformResourceType),
    );
    return Object.fromEntries(deleted.map((part) => [addressOf(part), `\${${addressOf(part)}.id}`]));
  }

  private order(): void {
    const places = this.places();
    for (const { lock, on, kind } of this.locks) {
      const parts = partsUnder(on, places);
      this.parts.set(on, parts);
      lock.dependsOn = [...(lock.dependsOn ?? []), ...parts.map(addressOf)];
      const call = parts.find(
        ({ terraformResourceType }) => terraformResourceType === 'azapi_resource_action',
      );
      if (kind === 'ReadOnly' && call) {
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
