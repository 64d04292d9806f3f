import { BadInput } from '../bad-input';
import { terraformProblem, type Terraform } from '../terraform';
import type { RecoveryPlace } from './place';
import { RESOURCE_ID_RULES } from './resource-id-rules';

/** A resource that a state knows. */
interface KnownResource {
  readonly address: string;
  readonly id: string;
  readonly apiVersion: string;
  readonly tainted: boolean;
}

interface StateResource {
  readonly address: string;
  readonly mode: string;
  readonly type: string;
  readonly tainted?: boolean;
  readonly values?: Readonly<Record<string, unknown>>;
}

/** Source: Terraform, "JSON Output Format", values representation. */
interface StateModule {
  readonly resources?: readonly StateResource[];
  readonly child_modules?: readonly StateModule[];
}

/** The resources in Azure that a state knows, as far as they can be read there. @throws BadInput */
export async function knownResources(terraform: Terraform): Promise<KnownResource[]> {
  const result = await terraform.run('show', '-json', '-no-color');
  if (result.code !== 0) throw new BadInput(`the state cannot be read: ${terraformProblem(result)}`);
  const { values } = JSON.parse(result.out) as { values?: { root_module?: StateModule } };
  const below = ({ resources = [], child_modules = [] }: StateModule): StateResource[] => [
    ...resources,
    ...child_modules.flatMap(below),
  ];
  return below(values?.root_module ?? {}).flatMap(({ address, mode, type, tainted, values = {} }) => {
    if (mode !== 'managed') return [];
    const where = type === 'azapi_resource' ? ofAzapi(values) : ofAzurerm(type, values);
    return where === undefined ? [] : [{ address, ...where, tainted: tainted === true }];
  });
}

type Where = Pick<KnownResource, 'id' | 'apiVersion'>;

function ofAzapi({ id, type }: Readonly<Record<string, unknown>>): Where | undefined {
  const apiVersion = String(type).split('@')[1];
  return typeof id === 'string' && apiVersion !== undefined ? { id, apiVersion } : undefined;
}

/** Not every id of azurerm's is one of Azure's, so it is worked out. */
function ofAzurerm(type: string, values: Readonly<Record<string, unknown>>): Where | undefined {
  const rule = RESOURCE_ID_RULES[type];
  if (!rule || !rule.needs.every((name) => typeof values[name] === 'string')) return undefined;
  const subscription = /^\/subscriptions\/([^/]+)/i.exec(String(values.id))?.[1] ?? '';
  return {
    id: rule.id(values as Readonly<Record<string, string>>, subscription),
    apiVersion: rule.apiVersion,
  };
}

/** Those that are still there. @throws AzureError when Azure cannot be reached */
export async function stillThere(
  resources: readonly KnownResource[],
  { azure, signal }: Pick<RecoveryPlace, 'azure' | 'signal'>,
): Promise<KnownResource[]> {
  const there: KnownResource[] = [];
  for (const resource of resources) {
    if (await azure.get(resource.id, resource.apiVersion, signal)) there.push(resource);
  }
  return there;
}
