import { AzureError, type AzureReader } from '../../link';
import { isGuid } from '../../link/guid';
import { BadInput } from '../bad-input';
import { unnamedAssignment } from './role-assignments';
import type { PlannedId, ToBeMade, UnknownId } from './resource-ids';
import type { PlannedResource, StackPlan } from './stack-plan';

/** A resource that a plan would make, and that is there. */
export interface Found extends PlannedId {
  /** Why it is not taken; undefined: it is. */
  readonly notTaken?: string;
}

/** What is in Azure of that which a plan would make. */
export interface Look {
  readonly found: readonly Found[];
  /** Those of which Azure did not tell. */
  readonly unread: readonly (PlannedId & { readonly problem: string })[];
  readonly unknown: readonly UnknownId[];
  readonly runAgain: readonly string[];
}

/** Those that a recovery takes. */
export function toTake({ found }: Pick<Look, 'found'>): Found[] {
  return found.filter(({ notTaken }) => notTaken === undefined);
}

/** Types whose names are taken in all of Azure, so that one of another group stands in a deploy's way. */
const NAMED_ONCE =
  /\/providers\/(Microsoft\.(?:Storage\/storageAccounts|Web\/sites|NotificationHubs\/namespaces|Communication\/communicationServices|KeyVault\/vaults))\/([^/]+)$/i;

/** Source: Azure/azure-rest-api-specs `specification/resources/…/2021-04-01/resources.json`. */
const RESOURCES_API_VERSION = '2021-04-01';

/**
 * Asks Azure for each of the resources that a plan would make.
 * @param also addresses that are taken wherever they are
 * @throws AzureError when Azure cannot be reached, or nobody can sign in
 * @throws BadInput when an address of `also` is of no resource of the stack
 */
export async function lookInAzure(
  { ids, unknown, runAgain, known }: ToBeMade,
  plan: StackPlan,
  azure: AzureReader,
  { also, signal }: { readonly also: ReadonlySet<string>; readonly signal?: AbortSignal },
): Promise<Look> {
  const none = [...also].find((given) => !plan.resources.some(({ address }) => address === given));
  if (none !== undefined)
    throw new BadInput(`--also: the stack has no resource '${none}'; --list shows addresses`);
  const own = groupsOf(plan, ids);
  const found: Found[] = [];
  const unread: Look['unread'][number][] = [];
  for (const planned of ids) {
    const { address, id, apiVersion } = planned;
    try {
      if (await azure.get(id, apiVersion, signal)) {
        const notTaken = also.has(address) ? undefined : elsewhere(id, own);
        found.push({ ...planned, ...(notTaken === undefined ? {} : { notTaken }) });
        continue;
      }
      const other = await otherOfThatName(id, azure, signal);
      if (other !== undefined) {
        const notTaken = `the stack would make it as ${id}: another resource group has the name, which nobody else can have`;
        found.push({ ...planned, id: other, notTaken });
      }
    } catch (error) {
      if (!(error instanceof AzureError && (error.kind === 'forbidden' || error.kind === 'rejected')))
        throw error;
      unread.push({ ...planned, problem: error.message });
    }
  }
  const open: UnknownId[] = [];
  for (const each of unknown) {
    const resource = plan.resources.find(({ address }) => address === each.address)!;
    const planned = await unnamedAssignment(resource, known, azure, signal);
    if (planned) found.push(planned);
    else open.push(each);
  }
  return { found, unread, unknown: open, runAgain };
}

/** The resource groups that a stack makes, or makes resources in; ids in lower case. */
function groupsOf({ resources }: StackPlan, ids: readonly PlannedId[]): ReadonlySet<string> {
  const groups = new Set<string>();
  const add = (id: unknown) => {
    const group =
      typeof id === 'string' ? /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+/i.exec(id) : undefined;
    if (group) groups.add(group[0].toLowerCase());
  };
  const known = new Map(ids.map(({ address, id }) => [address, id]));
  for (const { address, before, after, type } of resources) {
    const standsByItself = type === 'azurerm_resource_group' || typeof after.resource_group_name === 'string';
    if (standsByItself) add(before?.id ?? known.get(address));
    if (type === 'azapi_resource' && isGroup(after.parent_id)) add(after.parent_id);
  }
  return groups;
}

function isGroup(id: unknown): boolean {
  return typeof id === 'string' && /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+$/i.test(id);
}

/** Why a resource is not the stack's for certain. */
function elsewhere(id: string, own: ReadonlySet<string>): string | undefined {
  // A GUID is a name that somebody gave a resource, by which nobody else's is meant.
  if (isGuid(id.split('/').at(-1)!)) return undefined;
  const group = /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+/i.exec(id)?.[0];
  if (group !== undefined && own.has(group.toLowerCase())) return undefined;
  return `it is in ${group ?? id.split('/').slice(0, 3).join('/')}, where the stack makes no resource that stands by itself: it may be somebody else's`;
}

async function otherOfThatName(
  id: string,
  azure: AzureReader,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const [, type, name] = NAMED_ONCE.exec(id) ?? [];
  if (type === undefined) return undefined;
  const subscription = id.split('/').slice(0, 3).join('/');
  const query = { $filter: `resourceType eq '${type}' and name eq '${name}'` };
  const answer = await azure.query(`${subscription}/resources`, RESOURCES_API_VERSION, query, signal);
  const { value = [] } = (answer ?? {}) as { value?: { id?: string }[] };
  return value[0]?.id;
}

/** Addresses of resources that a plan deletes, alone or to make them anew. */
export function deleted({ resources }: StackPlan): PlannedResource[] {
  return resources.filter(({ actions }) => actions.includes('delete'));
}
