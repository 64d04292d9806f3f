import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RESOURCE_ID_RULES } from './resource-id-rules';
import { STACK_FILE } from '../stack-folder';
import { terraformProblem, type Terraform } from '../terraform';
import type { RecoveryPlace } from './place';

interface StateResource {
  readonly address: string;
  readonly type: string;
  readonly tainted?: boolean;
  readonly values?: { readonly id?: string; readonly type?: string };
}

/**
 * A create that failed half-way leaves its resource tainted: Terraform deletes it and makes another, which is left to
 * it. Where `prevent_destroy` keeps it from that, no plan can be made any more; what is there is then kept, and the next
 * deploy writes it whole.
 * @returns addresses of what is kept
 */
export async function keepBlocked({
  terraform,
  azure,
  signal,
  onProgress,
}: Pick<RecoveryPlace, 'terraform' | 'azure' | 'signal' | 'onProgress'>): Promise<string[]> {
  const blocked = preventedIn(terraform.folder);
  if (blocked.size === 0) return [];
  const kept: string[] = [];
  for (const { address, type, values } of await taintedOf(terraform)) {
    if (!blocked.has(address)) continue;
    const apiVersion =
      type === 'azapi_resource' ? values?.type?.split('@')[1] : RESOURCE_ID_RULES[type]?.apiVersion;
    if (values?.id === undefined || apiVersion === undefined) continue;
    // What is not there is found out by the plan, which then makes it.
    if (!(await azure.get(values.id, apiVersion, signal))) continue;
    onProgress(`keeping ${address}, which prevent_destroy protects`);
    const result = await terraform.change('untaint', '-no-color', address);
    if (result.code !== 0)
      throw new Error(`'terraform untaint ${address}' failed: ${terraformProblem(result)}`);
    kept.push(address);
  }
  return kept;
}

/** Addresses of the resources that a stack wants kept. */
function preventedIn(folder: string): ReadonlySet<string> {
  const { resource = {} } = JSON.parse(readFileSync(join(folder, STACK_FILE), 'utf8')) as {
    resource?: Record<string, Record<string, { lifecycle?: { prevent_destroy?: boolean } }>>;
  };
  return new Set(
    Object.entries(resource).flatMap(([type, named]) =>
      Object.entries(named)
        .filter(([, { lifecycle }]) => lifecycle?.prevent_destroy === true)
        .map(([name]) => `${type}.${name}`),
    ),
  );
}

async function taintedOf(terraform: Terraform): Promise<StateResource[]> {
  const result = await terraform.run('show', '-json', '-no-color');
  if (result.code !== 0) throw new Error(`the state cannot be read: ${terraformProblem(result)}`);
  const { values } = JSON.parse(result.out) as {
    values?: { root_module?: { resources?: StateResource[] } };
  };
  return (values?.root_module?.resources ?? []).filter(({ tainted }) => tainted === true);
}
