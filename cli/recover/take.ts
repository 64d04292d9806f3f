import { terraformProblem } from '../terraform';
import { prepareImports } from './import-folder';
import { deleted, lookInAzure, toTake, type Found, type Look } from './look';
import type { RecoveryPlace } from './place';
import { RUN_AGAIN } from './resource-id-rules';
import { idsToBeMade } from './resource-ids';
import { DestroyPrevented, planStack, type StackPlan } from './stack-plan';
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
  /** Which the state has and the next deploy would delete, alone or to make them anew. */
  readonly doomed: readonly { readonly address: string; readonly id?: string }[];
}

/** Looks for what a stack would make and what is there, and changes nothing. */
export async function listLost(place: RecoveryPlace): Promise<Look> {
  const plan = await planStack(place.terraform, place.planFile, true);
  return lookInAzure(idsToBeMade(plan), plan, place.azure, place);
}

/**
 * Takes what is there into the state. Each resource is imported by itself, so that a recovery that is interrupted has
 * only to be run again. Nothing in Azure is changed.
 * @throws BadInput when the stack cannot be planned
 */
export async function takeLost(place: RecoveryPlace): Promise<Recovery> {
  const kept = await keepBlocked(place);
  return new Taking(place).run(kept);
}

class Taking {
  private readonly taken = new Map<string, Found>();
  private readonly left = new Map<string, Left>();

  constructor(private readonly place: RecoveryPlace) {}

  async run(kept: readonly string[]): Promise<Recovery> {
    const { place, taken, left } = this;
    let plan = await this.planned(true);
    let look: Look;
    for (;;) {
      place.onProgress('asking Azure for what the plan would make');
      look = await lookInAzure(idsToBeMade(plan), plan, place.azure, place);
      const found = toTake(look).filter(({ address }) => !left.has(address));
      if (found.length === 0) break;
      if (taken.size + left.size === 0) await prepareImports(place);
      for (const resource of found) await this.take(resource);
      plan = await this.planned(false);
    }
    if (taken.size > 0) plan = await this.planned(true);
    for (;;) {
      const doomed = deleted(plan).filter(({ address }) => taken.has(address));
      if (doomed.length === 0) break;
      for (const { address } of doomed) await this.giveBack(address);
      plan = await this.planned(true);
    }
    for (const { address, id, notTaken } of look.found) {
      if (notTaken !== undefined) left.set(address, { address, id, reason: notTaken });
    }
    const doomed = deleted(plan)
      .filter(({ type }) => !RUN_AGAIN.includes(type))
      .map(({ address, before }) => ({
        address,
        ...(typeof before?.id === 'string' ? { id: before.id } : {}),
      }));
    const next = countsOf(plan);
    return { taken: [...taken.values()], kept, left: [...left.values()], look, next, doomed };
  }

  private async planned(refresh: boolean): Promise<StackPlan> {
    const { terraform, planFile, onProgress } = this.place;
    for (;;) {
      onProgress('planning');
      try {
        return await planStack(terraform, planFile, refresh);
      } catch (error) {
        const own =
          error instanceof DestroyPrevented ? error.addresses.filter((each) => this.taken.has(each)) : [];
        if (own.length === 0) throw error;
        for (const address of own) await this.giveBack(address);
      }
    }
  }

  private async take(resource: Found): Promise<void> {
    const { address, id, importId } = resource;
    const { imports, isLocal, onProgress } = this.place;
    onProgress(`importing ${address}`);
    // The copy beside the state is of before it was lost: each import would write another over it.
    const words = ['-input=false', '-no-color', ...(isLocal ? ['-backup=-'] : [])];
    const result = await imports.change('import', ...words, address, importId);
    if (result.code === 0) this.taken.set(address, resource);
    else
      this.left.set(address, { address, id, reason: `it cannot be imported: ${terraformProblem(result)}` });
  }

  /** What does not fit would be deleted by the next deploy: that is for people to decide. */
  private async giveBack(address: string): Promise<void> {
    const result = await this.place.terraform.change('state', 'rm', address);
    if (result.code !== 0) {
      throw new Error(
        `${address} is in the state now and would be deleted by the next deploy, and 'terraform state rm ${address}' failed: ${terraformProblem(result)}`,
      );
    }
    this.left.set(address, { address, id: this.taken.get(address)!.id, reason: DOES_NOT_FIT });
    this.taken.delete(address);
  }
}

const DOES_NOT_FIT =
  'it is not as the stack has it, so that the next deploy would delete it and make another: delete it if nobody needs it, or make the stack fit';

function countsOf({ resources }: StackPlan): Recovery['next'] {
  const count = (action: string) => resources.filter(({ actions }) => actions.includes(action)).length;
  const anew = resources.filter(({ actions }) => actions.length > 1).length;
  return { create: count('create') - anew, change: count('update'), delete: count('delete') };
}
