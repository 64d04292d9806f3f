import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { rotate } from './rotation';
import { runProgram, type Ended, type Session } from './run';
import { stackFolder, use, type Template } from './template';
import type { World } from './world';

export const PHASES = ['deploy', 'update', 'rotation', 'destroy'] as const;
export type PhaseName = (typeof PHASES)[number];

/** Something that is done to a stack, which faults are put into. */
export interface Phase {
  /** What it begins with: nothing, or what an undisturbed deploy leaves. */
  readonly from: 'empty' | 'deployed';
  readonly variables: keyof Template['variables'];
  /** Puts the project's files as whoever does it would. */
  prepare(project: string): void;
  /** Does it, or goes on with it when it broke off. */
  run(world: World, session: Session): Promise<Ended>;
  /** What is wrong although it said that all is well, by Terraform's own means. */
  check(world: World, session: Session): Promise<string[]>;
}

const terraform = (world: World, session: Session, ...args: string[]) =>
  runProgram('terraform', [...args, '-input=false', '-no-color'], session, stackFolder(world.project));

async function cleanPlan(world: World, session: Session): Promise<string[]> {
  const { code, printed } = await terraform(world, session, 'plan', '-detailed-exitcode');
  if (code === 0) return [];
  const planned = /^Plan: .*$/m.exec(printed)?.[0] ?? errorIn(printed);
  return [`the plan afterwards is not empty: ${planned}`];
}

function emptyState(world: World): string[] {
  const text = readFileSync(join(stackFolder(world.project), 'terraform.tfstate'), 'utf8');
  const { resources = [] } = text === '' ? {} : (JSON.parse(text) as { resources?: { mode: string }[] });
  const managed = resources.filter(({ mode }) => mode === 'managed');
  return managed.length === 0 ? [] : [`the state still has ${managed.length} resources`];
}

export const PHASE: Readonly<Record<PhaseName, Phase>> = {
  deploy: {
    from: 'empty',
    variables: 'first',
    prepare: () => undefined,
    run: (world, session) => terraform(world, session, 'apply', '-auto-approve'),
    check: cleanPlan,
  },
  update: {
    from: 'deployed',
    variables: 'changed',
    prepare: (project) => use(project, 'tagged'),
    run: (world, session) => terraform(world, session, 'apply', '-auto-approve'),
    check: cleanPlan,
  },
  rotation: {
    from: 'deployed',
    variables: 'first',
    prepare: () => undefined,
    run: rotate,
    check: cleanPlan,
  },
  destroy: {
    from: 'deployed',
    variables: 'first',
    prepare: () => undefined,
    run: (world, session) => terraform(world, session, 'destroy', '-auto-approve'),
    check: async (world) => emptyState(world),
  },
};

/** What a command failed with, in a line. */
export function errorIn(printed: string): string {
  const text = printed.replace(/[│╷╵]/g, '');
  const error = /Error: .*(?:\n.*){0,3}/.exec(text)?.[0] ?? text.trim().split('\n').at(-1) ?? '';
  return error.replace(/\s+/g, ' ').trim().slice(0, 300);
}
