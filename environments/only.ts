import type { Environment } from './schema';

/**
 * Those of the environments that are wanted: the ones that `scripts/synth.cjs` names, with commas between them, for a
 * command that is about them alone. All of them when it names none or one that is none; and when one that would be left
 * out takes files of its own with it, which may have changed without anybody noticing.
 */
export function wanted(
  environments: readonly Environment[],
  only = process.env.ACS_PUSH_ONLY_ENVIRONMENTS,
): readonly Environment[] {
  const names = only?.split(',') ?? [];
  const known = environments.map(({ name }) => name);
  if (names.length === 0 || names.some((name) => !known.includes(name))) return environments;
  const others = environments.filter(({ name }) => !names.includes(name));
  return others.some(hasFiles) ? environments : environments.filter(({ name }) => names.includes(name));
}

function hasFiles({ events }: Environment): boolean {
  return events.target === 'relay' && events.templates !== undefined;
}
