import type { App } from 'cdktf';
import { loadEnvironments } from '.';
import { EnvironmentStack } from './environment-stack';
import type { Environment } from './schema';

/** What the app's manifest says of stacks, by their names. */
export type StackManifests = App['manifest']['stacks'];

/**
 * Makes the stack of each environment but of those that `scripts/synth.cjs` found in the output folder as they would be
 * made. What the manifest said of these, it says again from the first byte: cdktf removes the folder of a stack that its
 * manifest does not have. No stack is given out, so that nothing can need one that was left out.
 *
 * An environment that takes files of its own with it is always made, since they may have changed without anybody noticing.
 */
export function addEnvironments(
  app: App,
  environments: readonly Environment[] = loadEnvironments(),
  kept = keptStacks(),
): void {
  for (const environment of environments) {
    const same = hasFiles(environment) ? undefined : kept[environment.name];
    if (same) app.manifest.stacks[environment.name] = same;
    else new EnvironmentStack(app, environment);
  }
}

function keptStacks(): StackManifests {
  return JSON.parse(process.env.ACS_PUSH_KEPT_STACKS ?? '{}') as StackManifests;
}

function hasFiles({ events }: Environment): boolean {
  return events.target === 'relay' && events.templates !== undefined;
}
