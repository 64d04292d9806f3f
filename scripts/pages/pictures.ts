import { App } from 'cdktf';
import { svgOf } from '../../cli/graph/svg';
import { stackOf } from '../../cli/topology/blocks';
import { overviewOf } from '../../cli/topology/overview';
import { topologyOf } from '../../cli/topology/stack-topology';
import { loadEnvironments } from '../../environments';
import { EnvironmentStack } from '../../environments/environment-stack';
import { synthesize } from '../../testing';

/** Environments that the documents show. */
const SHOWN = ['dev', 'prod'];

/** Pictures of environments by their paths, as `acs-push graph` draws them. The relay's assets have to be built. */
export function pictures(): ReadonlyMap<string, string> {
  return new Map(
    loadEnvironments()
      .filter(({ name }) => SHOWN.includes(name))
      .map((environment) => {
        const { json } = synthesize(new EnvironmentStack(new App(), environment));
        return [
          `docs/pictures/${environment.name}.svg`,
          svgOf(overviewOf(topologyOf(stackOf(environment.name, json)))),
        ];
      }),
  );
}
