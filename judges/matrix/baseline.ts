import { join } from 'node:path';
import { once } from './cell';
import { common, placesOf, type Place } from './cells';
import { expectedOf, inventoryOf, type Expected } from './inventory';
import { errorIn, PHASE, type Phase, type PhaseName } from './phases';
import { inSession } from './run';
import type { Template } from './template';
import { World, type Snapshot } from './world';

/** What a phase is without faults. */
export interface Baseline {
  readonly from: Snapshot;
  readonly expected: Expected;
  readonly places: readonly Place[];
}

/** Runs each phase undisturbed, twice, so that what differs by itself is known. @throws Error when one fails */
export async function baselines(
  template: Template,
  phases: readonly PhaseName[],
): Promise<Partial<Record<PhaseName, Baseline>>> {
  const deployed = join(template.folder, 'deployed');
  const first = await undisturbed(template, 'deploy', template.folder, deployed);
  const made: Partial<Record<PhaseName, Baseline>> = {};
  for (const name of phases) {
    const from = PHASE[name].from === 'empty' ? template.folder : deployed;
    const one = name === 'deploy' ? first : await undisturbed(template, name, from);
    const other = await undisturbed(template, name, from);
    made[name] = {
      from,
      expected: expectedOf(one.inventory, other.inventory),
      places: common(one.places, other.places),
    };
  }
  return made;
}

async function undisturbed(template: Template, name: PhaseName, from: Snapshot, keep?: Snapshot) {
  const phase: Phase = PHASE[name];
  const world = await World.open(template, from, join(template.folder, 'undisturbed'));
  try {
    phase.prepare(world.project);
    const logged = world.azure.context.activityLog.length;
    const { code, printed } = await once(world, phase);
    if (code !== 0)
      throw new Error(`an undisturbed ${name} fails with exit code ${code}: ${errorIn(printed)}\n${printed}`);
    const places = placesOf(world.azure.faults.seen());
    const inventory = inventoryOf(world.azure, logged);
    const wrong = await inSession(world, template.variables[phase.variables], (session) =>
      phase.check(world, session),
    );
    if (wrong.length > 0) throw new Error(`after an undisturbed ${name}, ${wrong.join('; ')}`);
    if (keep) await world.keep(keep);
    return { places, inventory };
  } finally {
    await world.close();
  }
}
