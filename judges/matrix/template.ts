import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { machineEnvironment } from '../../testing/local/deployment';
import { credentialVariables, makePushCredentials } from '../../testing/local/push-credentials';
import { startLocalAzure } from '../../local/azure';
import { startStandInProviders } from '../../local/terraform';
import { STACKS, type Variant } from './stacks';

/** Name of the stack in every cell. */
export const STACK = 'matrix';

/** The configurations that phases deploy. */
export const VARIANTS = {
  first: { release: 'one', key: 'primary' },
  tagged: { release: 'two', key: 'primary' },
  rotated: { release: 'one', key: 'secondary' },
} as const satisfies Record<string, Variant>;
export type VariantName = keyof typeof VARIANTS;

/** Whose providers Terraform works with. */
export type Providers = 'stand-in' | 'real';

export interface Template {
  /** Folder with `azure/`, an empty subscription, and `project/`, the stack as cdktf and `terraform init` leave it. */
  readonly folder: string;
  readonly providers: Providers;
  /** Terraform's variables, as environment variables: those of the first deploy, and with one credential changed. */
  readonly variables: { readonly first: Record<string, string>; readonly changed: Record<string, string> };
}

/** Where the stack lies in a project. */
export function stackFolder(project: string): string {
  return join(project, 'cdktf.out', 'stacks', STACK);
}

/** Puts one of the stack's configurations in the place that Terraform reads. */
export function use(project: string, variant: VariantName): void {
  cpSync(join(project, 'variants', `${variant}.json`), join(stackFolder(project), 'cdk.tf.json'));
}

/**
 * Prepares what every cell begins with, so that none has to synthesize or initialize.
 * @throws Error when `terraform init` finds no providers
 */
export async function prepareTemplate(
  folder: string,
  stack: string,
  providers: Providers,
): Promise<Template> {
  const project = join(folder, 'project');
  mkdirSync(join(project, 'variants'), { recursive: true });
  for (const [name, variant] of Object.entries(VARIANTS)) {
    const output = join(folder, 'synthesized', name);
    mkdirSync(output, { recursive: true });
    STACKS[stack]!(STACK, output, variant);
    const text = readFileSync(join(output, 'stacks', STACK, 'cdk.tf.json'), 'utf8');
    writeFileSync(join(project, 'variants', `${name}.json`), withStateBeside(text));
    if (name === 'first') cpSync(output, join(project, 'cdktf.out'), { recursive: true });
  }
  rmSync(join(folder, 'synthesized'), { recursive: true });
  use(project, 'first');
  writeFileSync(join(project, 'cdktf.json'), JSON.stringify({ app: 'false', context: {} }));
  await initialize(project, providers);
  // Its certificates and keys take a while to make.
  await (await startLocalAzure({ stateDir: join(folder, 'azure') })).close();
  const [first, second] = await Promise.all([makePushCredentials(), makePushCredentials()]);
  return {
    folder,
    providers,
    variables: {
      first: credentialVariables(first),
      changed: credentialVariables({ ...first, fcmServiceAccount: second.fcmServiceAccount }),
    },
  };
}

/** The state lies beside the configuration, so that a copy of the folder is a copy of it all. */
function withStateBeside(text: string): string {
  const json = JSON.parse(text) as { terraform: { backend: unknown } };
  json.terraform.backend = { local: { path: 'terraform.tfstate' } };
  return JSON.stringify(json, undefined, 2);
}

async function initialize(project: string, providers: Providers): Promise<void> {
  const standIns = providers === 'stand-in' ? await startStandInProviders({ environment: {} }) : undefined;
  try {
    const { status, stdout, stderr } = spawnSync('terraform', ['init', '-input=false', '-no-color'], {
      cwd: stackFolder(project),
      encoding: 'utf8',
      env: {
        ...machineEnvironment(),
        CHECKPOINT_DISABLE: '1',
        ...(standIns ? { TF_REATTACH_PROVIDERS: standIns.reattach } : realProviders(project)),
      },
    });
    if (status !== 0) throw new Error(`terraform init ended with exit code ${status}:\n${stdout}${stderr}`);
  } finally {
    await standIns?.close();
  }
}

/** Where they come from is the machine's to say, and a project that is copied has links to them alone. */
function realProviders(project: string): Record<string, string> {
  const cache = join(project, '..', 'plugins');
  mkdirSync(cache, { recursive: true });
  const { TF_CLI_CONFIG_FILE: configuration } = process.env;
  return { TF_PLUGIN_CACHE_DIR: cache, ...(configuration && { TF_CLI_CONFIG_FILE: configuration }) };
}
