import { rmSync } from 'node:fs';
import type { Cell, FaultName, Place } from './cells';
import { differences, inventoryOf, surplus, type Expected } from './inventory';
import { errorIn, PHASE, type Phase } from './phases';
import { recover } from './rotation';
import { inSession, type Ended, type Session } from './run';
import type { Fault } from '../../local/azure/core/faults/fault';
import type { Template } from './template';
import { World, type Snapshot } from './world';

/** How it went on after the fault. */
export type Way =
  /** The run that was disturbed came to its end by itself. */
  | 'by itself'
  /** The same once more. */
  | 'rerun'
  /** `acs-push recover`, and then the same once more. */
  | 'recover'
  /** One more run does not do, and there is no `acs-push recover` to try. */
  | 'needs recover'
  /** Neither does. */
  | 'stuck'
  /** The request did not come in this run. */
  | 'not reached';

export interface CellResult extends Cell {
  readonly way: Way;
  /** What is wrong in the end; none when it ended well. */
  readonly problems: readonly string[];
  /** What the activity log has more than that of an undisturbed run. */
  readonly surplus: readonly string[];
  /** What the first run that failed said. @default - none failed */
  readonly error?: string;
  readonly seconds: number;
}

const ORDERS: Readonly<Record<Exclude<FaultName, 'killed' | 'azure-killed'>, Fault>> = {
  '500': { kind: 'failed', status: 500 },
  '429': { kind: 'throttled', retryAfterSeconds: 1 },
  'lost-answer': { kind: 'lost-answer' },
};

/** Runs one cell of the matrix in a world of its own. */
export async function runCell(
  cell: Cell,
  {
    template,
    from,
    expected,
    folder,
  }: { template: Template; from: Snapshot; expected: Expected; folder: string },
): Promise<CellResult> {
  const began = Date.now();
  const phase = PHASE[cell.phase];
  const world = await World.open(template, from, folder);
  const before = `${folder}-broken`;
  try {
    phase.prepare(world.project);
    const logged = world.azure.context.activityLog.length;
    const judged = async (ended: Ended) => judge(world, phase, ended, expected, logged);
    const over = (way: Way, problems: readonly string[], failed?: Ended): CellResult => ({
      ...cell,
      way,
      problems,
      surplus: surplus(expected, inventoryOf(world.azure, logged)),
      ...(failed && { error: failed.code === undefined ? 'killed' : errorIn(failed.printed) }),
      seconds: Math.round((Date.now() - began) / 100) / 10,
    });

    let struck = false;
    const disturbed = await once(world, phase, (session) =>
      disturb(world, cell, session, () => (struck = true)),
    );
    world.azure.faults.clear();
    await world.restart();
    const alone = await judged(disturbed);
    if (!struck) return over('not reached', alone, disturbed);
    if (alone.length === 0) return over('by itself', []);
    await world.keep(before);
    const again = await once(world, phase);
    const rerun = await judged(again);
    if (rerun.length === 0) return over('rerun', [], disturbed);
    await world.restore(before);
    const recovery = await inSession(world, template.variables[phase.variables], (session) =>
      recover(world, session),
    );
    if (!recovery) return over('needs recover', rerun, again);
    const last = await once(world, phase);
    const recovered = await judged(last);
    if (recovered.length === 0) return over('recover', [], again);
    return over('stuck', [`recover: exit code ${recovery.code}`, ...recovered], last);
  } finally {
    await world.close();
    rmSync(before, { recursive: true, force: true });
  }
}

/** One run of a phase. */
export function once(
  world: World,
  phase: Phase,
  before: (session: Session) => void = () => undefined,
): Promise<Ended> {
  return inSession(world, world.template.variables[phase.variables], (session) => {
    before(session);
    return phase.run(world, session);
  });
}

/** What is wrong after a run; nothing when all is as after an undisturbed one. */
async function judge(
  world: World,
  phase: Phase,
  { code, printed }: Ended,
  expected: Expected,
  logged: number,
): Promise<string[]> {
  if (code === undefined) return ['killed'];
  if (code !== 0) return [`exit code ${code}: ${errorIn(printed)}`];
  const different = differences(expected, inventoryOf(world.azure, logged));
  if (different.length > 0) return different;
  return inSession(world, world.template.variables[phase.variables], (session) =>
    phase.check(world, session),
  );
}

function disturb(world: World, { fault, ...place }: Cell, session: Session, struck: () => void): void {
  const match = matching(place);
  world.azure.faults.order({
    match,
    fault: async ({ next }) => {
      struck();
      if (fault === 'killed') session.kill();
      const outcome = await next();
      if (fault !== 'azure-killed') return outcome;
      world.crash();
      session.cut();
      return { connection: 'lost' };
    },
  });
  if (fault !== 'killed' && fault !== 'azure-killed')
    world.azure.faults.order({ match, fault: ORDERS[fault] });
}

function matching({ method, host, path, nth }: Place) {
  return { from: 'outside', method, host, path, nth } as const;
}
