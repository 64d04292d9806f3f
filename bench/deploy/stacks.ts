import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { App } from 'cdktf';
import { EnvironmentStack } from '../../environments/environment-stack';
import { local } from '../../environments/local';
import { prod } from '../../environments/prod';
import { parseEnvironment } from '../../environments/schema';
import { adaptStack } from '../../testing/local/adapted-stack';
import { synthesizedFile } from '../../testing/local/deployment';
import { writeStacks } from '../../testing/write-stacks';
import { plainChain } from './plain';

export const STACKS = ['chain', 'plain', 'local', 'prod', 'prod-open'] as const;
export type StackName = (typeof STACKS)[number];

/** What each is, for tables. */
export const STACK_TITLES: Readonly<Record<StackName, string>> = {
  chain: 'the chain up to the link, by this library',
  plain: 'the chain up to the link, by plain azurerm resources',
  local: 'everything (environment `local`)',
  prod: 'everything with monitoring and locks (environment `prod`)',
  'prod-open': 'everything with monitoring (environment `prod` without its lock)',
};

/** Credentials that can be made for a run, and a state in its folder. */
const HERE = {
  secrets: { source: 'variables' },
  backend: { type: 'local' },
  verification: false,
  subscriptionId: local.subscriptionId,
};

const ENVIRONMENTS: Readonly<Record<Exclude<StackName, 'plain'>, object>> = {
  chain: { ...local, ...HERE, events: { target: 'none' } },
  local: { ...local, ...HERE },
  prod: { ...prod, ...HERE },
  'prod-open': { ...prod, ...HERE, lock: undefined },
};

/** Terraform's names of what the scenarios change. */
export interface Names {
  readonly hub: readonly [type: string, name: string];
}

/** Writes the stack's `cdk.tf.json` into the folder. */
export function writeStack(stack: StackName, folder: string): Names {
  const file = synthesizedFile({ folder, stack });
  if (stack === 'plain') {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify(plainChain()));
  } else {
    const environment = parseEnvironment(stack, { ...ENVIRONMENTS[stack], name: stack });
    writeStacks(
      new EnvironmentStack(new App({ outdir: `${folder}/cdktf.out` }), environment),
      `${folder}/cdktf.out`,
    );
  }
  adaptStack(file, { stack, states: `${folder}/state`, destroyable: true });
  const { resource } = JSON.parse(readFileSync(file, 'utf8')) as {
    resource: Record<string, Record<string, unknown>>;
  };
  const type = stack === 'plain' ? 'azurerm_notification_hub' : 'azapi_resource';
  const name = Object.keys(resource[type]!).find(
    (id) => id === 'hub' || /^Push_CallingHub_[0-9A-F]{8}$/.test(id),
  );
  return { hub: [type, name!] };
}

/** Gives the hub one tag more. */
export function tagHub(stack: StackName, folder: string, { hub: [type, name] }: Names): void {
  const file = synthesizedFile({ folder, stack });
  const json = JSON.parse(readFileSync(file, 'utf8')) as {
    resource: Record<string, Record<string, { tags?: object }>>;
  };
  const hub = json.resource[type]![name]!;
  hub.tags = { ...hub.tags, bench: 'changed' };
  writeFileSync(file, JSON.stringify(json));
}
