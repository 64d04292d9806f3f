import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { STACK_FILE } from '../stack-folder';
import { terraformProblem } from '../terraform';
import { knownResources, stillThere } from './left-behind';
import type { RecoveryPlace } from './place';

/**
 * A create that failed half-way leaves its resource tainted: Terraform deletes it and makes another, which is left to
 * it. Where `prevent_destroy` keeps it from that, no plan can be made any more; what is there is then kept, and the next
 * deploy writes it whole. What is not there is found out by the plan.
 * @returns addresses of what is kept
 */
export async function keepBlocked(place: RecoveryPlace): Promise<string[]> {
  const { terraform, onProgress } = place;
  const blocked = preventedIn(terraform.folder);
  if (blocked.size === 0) return [];
  const known = await knownResources(terraform);
  const stuck = known.filter(({ address, tainted }) => tainted && blocked.has(address));
  const there = await stillThere(stuck, place);
  for (const { address } of there) {
    onProgress(`keeping ${address}, which prevent_destroy protects`);
    const result = await terraform.change('untaint', '-no-color', address);
    if (result.code !== 0) throw new Error(`'terraform untaint ${address}': ${terraformProblem(result)}`);
  }
  return there.map(({ address }) => address);
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
