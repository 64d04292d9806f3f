import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { API_VERSIONS } from '../../link/api-versions';
import { Deployment, synthesizedFile } from '../../testing/local/deployment';
import { startLocalCloud, type LocalCloud } from '../../testing/local/local-cloud';
import { credentialVariables, makePushCredentials } from '../../testing/local/push-credentials';
import { figuresOf, type Figures } from './figures';
import { Notebook, record } from './record';
import { tagHub, writeStack, type Names, type StackName } from './stacks';

export const SCENARIOS = ['first', 'first-in-group', 'unchanged', 'tag', 'credential', 'key'] as const;
export type Scenario = (typeof SCENARIOS)[number];

export const SCENARIO_TITLES: Readonly<Record<Scenario, string>> = {
  first: 'first deploy',
  'first-in-group': 'first deploy, into a resource group that is there',
  unchanged: 'no change',
  tag: 'one tag of the hub',
  credential: 'one credential of the hub',
  key: 'the key turned outside',
};

interface Stage {
  readonly stack: StackName;
  readonly folder: string;
  readonly cloud: LocalCloud;
  readonly deployment: Deployment;
  readonly names: Names;
}

/** What happens before the deploy that is looked at. */
const BEFORE: Readonly<
  Record<Exclude<Scenario, 'first' | 'first-in-group'>, (stage: Stage) => Promise<Deployment>>
> = {
  unchanged: ({ deployment }) => Promise.resolve(deployment),
  tag: ({ stack, folder, deployment, names }) => {
    tagHub(stack, folder, names);
    return Promise.resolve(deployment);
  },
  credential: async ({ deployment }) => deployment.with(credentialVariables(await makePushCredentials())),
  key: async ({ deployment, cloud }) => {
    const rule = (await deployment.showState()).resources
      .map(({ values }) => String(values.id))
      .find((id) => id.endsWith('/authorizationRules/acs-send'));
    await cloud.reader.act(rule!, 'regenerateKeys', API_VERSIONS.notificationHubs, {
      policyKey: 'PrimaryKey',
    });
    return deployment;
  },
};

/** Deploys one stack through the scenarios, each upon what the one before left. */
export async function runStack(
  stack: StackName,
  scenarios: readonly Scenario[],
  told: (scenario: Scenario, figures: Figures) => void,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-deploy-'));
  const notebook = new Notebook();
  const cloud = await startLocalCloud({ providers: 'stand-in', journal: notebook.journal });
  try {
    const names = writeStack(stack, folder);
    const place = { stack, folder };
    let deployment = new Deployment({
      ...place,
      environment: {
        ...cloud.environmentFor(synthesizedFile(place)),
        ...credentialVariables(await makePushCredentials()),
      },
    });
    await deployment.terraform(['init', '-input=false', '-no-color']);
    for (const scenario of scenarios) {
      if (scenario === 'first-in-group') {
        const groups = [`-target=azurerm_resource_group.${stack === 'plain' ? 'rg' : 'ResourceGroup'}`];
        await deployment.apply(await deployment.plan(groups));
      } else if (scenario !== 'first') {
        deployment = await BEFORE[scenario]({ stack, folder, cloud, deployment, names });
      }
      told(scenario, figuresOf(await record(deployment, cloud, notebook)));
    }
  } finally {
    await cloud.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
