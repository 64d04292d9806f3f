import { terraformProblem } from '../terraform';
import { prepareImports } from './import-folder';
import { deleted, lookInAzure, toTake, type Found, type Look } from './look';
import type { RecoveryPlace } from './place';
import { idsToBeMade } from './resource-ids';
import { planStack, type StackPlan } from './stack-plan';
import { keepBlocked } from './tainted';

/** A resource that stays out of the state, and why. */
export interface Left {
  readonly address: string;
  readonly id: string;
  readonly reason: string;
}

/** What became of a recovery. */
export interface Recovery {
  /** What the state knows now. */
  readonly taken: readonly Found[];
  /** What was half made, and is kept in place of being made anew, which `prevent_destroy` would stop. */
  readonly kept: readonly string[];
  readonly left: readonly Left[];
  /** What was looked at last. */
  readonly look: Look;
  /** What Terraform does next: how many resources are made, changed and made anew or deleted. */
  readonly next: { readonly create: number; readonly change: number; readonly delete: number };
}

/** Looks for what a stack would make and what is there, and changes nothing. */
export async function listLost(place: RecoveryPlace): Promise<Look> {
  return (await planAndLook(place, true)).look;
}

/**
 * Takes what is there into the state. Each resource is imported by itself, so that a recovery that is interrupted has
 * only to be run again. Nothing in Azure is changed.
 * @throws BadInput when the stack cannot be planned
 */
export async function takeLost(place: RecoveryPlace): Promise<Recovery> {
  const kept = await keepBlocked(place);
  const taken = new Map<string, Found>();
  const left = new Map<string, Left>();
  let seen = await planAndLook(place, true);
  for (;;) {
    const found = toTake(seen.look).filter(({ address }) => !left.has(address));
    if (found.length === 0) break;
    if (taken.size + left.size === 0) await prepareImports(place);
    for (const resource of found) {
      const problem = await importOne(resource, place);
      if (problem === undefined) taken.set(resource.address, resource);
      else left.set(resource.address, { ...resource, reason: problem });
    }
    seen = await planAndLook(place, false);
  }
  let plan = taken.size === 0 ? seen.plan : await plannedWithAzure(place);
  // Whatever does not fit would be deleted by the next deploy: that is for people to decide.
  for (;;) {
    const doomed = deleted(plan).filter(({ address }) => taken.has(address));
    if (doomed.length === 0) break;
    for (const { address } of doomed) {
      await changeState(place, ['state', 'rm', address]);
      left.set(address, { ...taken.get(address)!, reason: DOES_NOT_FIT });
      taken.delete(address);
    }
    plan = await plannedWithAzure(place);
  }
  for (const { address, id, notTaken } of seen.look.found) {
    if (notTaken !== undefined) left.set(address, { address, id, reason: notTaken });
  }
  return {
    taken: [...taken.values()],
    kept,
    left: [...left.values()],
    look: seen.look,
    next: countsOf(plan),
  };
}

const DOES_NOT_FIT =
  'it is not as the stack has it, so that the next deploy would delete it and make another: delete it if nobody needs it, or make the stack fit';

async function planAndLook(
  place: RecoveryPlace,
  refresh: boolean,
): Promise<{ readonly plan: StackPlan; readonly look: Look }> {
  place.onProgress('comparing the plan with Azure');
  const plan = await planStack(place.terraform, place.planFile, refresh);
  return { plan, look: await lookInAzure(idsToBeMade(plan), plan, place.azure, place) };
}

function plannedWithAzure(place: RecoveryPlace): Promise<StackPlan> {
  place.onProgress('planning what comes next');
  return planStack(place.terraform, place.planFile, true);
}

/** What went wrong, or undefined. */
async function importOne({ address, importId }: Found, place: RecoveryPlace): Promise<string | undefined> {
  place.onProgress(`importing ${address}`);
  const result = await place.imports.change('import', '-input=false', '-no-color', address, importId);
  return result.code === 0 ? undefined : `it cannot be imported: ${terraformProblem(result)}`;
}

async function changeState({ terraform }: RecoveryPlace, words: readonly string[]): Promise<void> {
  const result = await terraform.change(...words);
  if (result.code === 0) return;
  throw new Error(`'terraform ${words.join(' ')}' failed: ${terraformProblem(result)}; run it by hand`);
}

function countsOf({ resources }: StackPlan): Recovery['next'] {
  const count = (action: string) => resources.filter(({ actions }) => actions.includes(action)).length;
  const anew = resources.filter(({ actions }) => actions.length > 1).length;
  return { create: count('create') - anew, change: count('update'), delete: count('delete') };
}
