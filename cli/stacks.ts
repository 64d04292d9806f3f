import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { environmentProblem } from '../link/cloud';
import { BadInput } from './bad-input';
import type { Surroundings } from './surroundings';
import { outputFolder, OUTPUT_VARIABLE, stackFolder, synthesizedStacks } from './stack-folder';
import { synthesize } from './synthesize';
import { TemporaryFolders } from './temporary-folders';
import { damagedStateRemedy, Terraform, terraformProblem } from './terraform';
import {
  backendAlone,
  refuseOtherClouds,
  stackBackend,
  terraformBackend,
  type StackBackend,
  type TerraformBackend,
} from './terraform-backend';
import { refuseUnknownWorkspace } from './terraform-workspace';

/** A stack of the project, with what is needed to read its state. */
export interface FoundStack {
  readonly name: string;
  /** The folder that has its cdk.tf.json. */
  readonly synthesized: string;
  /** Runs where the stack's backend is initialized. */
  readonly terraform: Terraform;
  readonly backend: TerraformBackend;
  readonly workspace: string;
}

/** A stack that Terraform can plan. */
export interface InitializedStack {
  /** Runs in the folder that has the configuration, with the providers. */
  readonly terraform: Terraform;
  /** Runs in an empty folder, on the same workspace. */
  readonly imports: Terraform;
  /** Terraform JSON that has the stack's backend and nothing else. */
  readonly backend: object;
  /** Whether the state is a file, beside which Terraform keeps a copy of what it was. */
  readonly isLocal: boolean;
  /** For plans, which hold sensitive values. */
  readonly planFile: string;
}

/**
 * The stacks of the project that a command runs in. Each is looked for once: in the folder that cdktf wrote to, else by
 * running the project's app. Where Terraform was never initialized, a temporary folder is, with the backend alone, which
 * needs no provider. All that was made goes with `close`.
 */
export class Stacks {
  private readonly temporary: TemporaryFolders;
  private readonly found = new Map<string, Promise<FoundStack>>();
  /** What the project's app wrote, when it was run. */
  private fresh: Promise<string | undefined> | undefined;

  /** @param outputsPrefix of the outputs that are meant, where a stack has several sets; `''` is the one without */
  constructor(
    private readonly io: Surroundings,
    readonly outputsPrefix?: string,
  ) {
    this.temporary = new TemporaryFolders(io.environment);
  }

  /** @throws BadInput when there is no such stack, or its backend cannot be initialized */
  find(name: string): Promise<FoundStack> {
    const known = this.found.get(name) ?? this.look(name);
    this.found.set(name, known);
    return known;
  }

  close(): void {
    this.temporary.removeAll();
  }

  /**
   * A stack that Terraform can plan and import into, as `cdktf deploy` has it: with its providers.
   * @throws BadInput when there is no such stack, or Terraform cannot be initialized
   */
  async withProviders(name: string): Promise<InitializedStack> {
    const { synthesized, workspace, backend: state } = await this.find(name);
    const { environment, signal } = this.io;
    const folder = stackFolder(outputFolder(this.io), name);
    const backend = backendAlone(stackBackend(folder, environment, synthesized), folder);
    if (resolve(synthesized) !== resolve(folder)) {
      // Where it was synthesized for this run alone, its state is where it always is.
      writeFileSync(join(synthesized, 'backend_override.tf.json'), JSON.stringify(backend, undefined, 2));
    }
    const terraform = new Terraform(synthesized, environment, signal);
    const result = await terraform.run('init', '-input=false', '-no-color');
    if (result.code !== 0) {
      const problem = terraformProblem(result);
      const remedy = damagedStateRemedy(problem) ?? `see that 'terraform init' works in ${folder}`;
      throw new BadInput(`Terraform cannot be initialized for '${name}': ${problem}; ${remedy}`);
    }
    const imports = new Terraform(this.temporary.make(), inOtherFolder(environment, workspace), signal);
    const isLocal = state.type === 'local';
    return { terraform, imports, backend, isLocal, planFile: join(this.temporary.make(), 'plan') };
  }

  private async look(name: string): Promise<FoundStack> {
    const { environment, signal } = this.io;
    const problem = environmentProblem(environment);
    if (problem) throw new BadInput(problem);
    const output = outputFolder(this.io);
    // Where Terraform runs and keeps a local state, also when the stack is synthesized elsewhere.
    const folder = stackFolder(output, name);
    refuseOtherClouds(stackBackend(folder, environment));
    const synthesized = await this.synthesizedFolder(name, output);
    const backend = stackBackend(folder, environment, synthesized);
    refuseOtherClouds(backend);
    const { workspace } = backend;
    if (backend.ready) {
      const terraform = new Terraform(folder, environment, signal);
      await refuseUnknownWorkspace(terraform, name, backend);
      return { name, synthesized, terraform, backend: terraformBackend(backend), workspace };
    }
    const terraform = await this.initialized(name, backend, folder);
    // The configuration that was initialized has absolute paths.
    const state = terraformBackend({ ...stackBackend(terraform.folder, {}), workspace });
    return { name, synthesized, terraform, backend: state, workspace };
  }

  /** Terraform in a temporary folder, which is connected to the state of a stack. */
  private async initialized(name: string, backend: StackBackend, folder: string): Promise<Terraform> {
    const { environment, signal } = this.io;
    const alone = this.temporary.make();
    // A line for each setting: Terraform quotes lines.
    const written = JSON.stringify(backendAlone(backend, folder), undefined, 2);
    writeFileSync(join(alone, 'backend.tf.json'), written);
    const terraform = new Terraform(alone, inOtherFolder(environment, backend.workspace), signal);
    // With a workspace that there is not, Terraform makes it. In HCP Terraform there is none but those with names.
    const remote = backend.type === 'cloud' || backend.type === 'remote';
    const first = new Terraform(alone, inOtherFolder(environment, 'default'), signal);
    await initialize(remote ? terraform : first, name, backend.type);
    await refuseUnknownWorkspace(terraform, name, backend);
    return terraform;
  }

  /**
   * The folder that has a stack as it was synthesized, without a word to Terraform: in the folder that cdktf wrote to,
   * else in one that goes with `close`.
   * @throws BadInput when there is no such stack
   */
  synthesized(name: string): Promise<string> {
    return this.synthesizedFolder(name, outputFolder(this.io));
  }

  private async synthesizedFolder(name: string, output: string): Promise<string> {
    const known = synthesizedStacks(output);
    if (known.includes(name)) return stackFolder(output, name);
    const fresh = await (this.fresh ??= synthesize(this.temporary.make(), this.io));
    if (fresh === undefined && known.length === 0) {
      throw new BadInput(
        `no stacks are known here: ${join(output, 'stacks')} has none, and ${this.io.folder} has no cdktf.json with an app ` +
          `to synthesize; run in the folder of cdktf.json, give the folder that cdktf was told to write to with --output or ` +
          `${OUTPUT_VARIABLE}, or name the resources by their ids`,
      );
    }
    const stacks = fresh === undefined ? known : synthesizedStacks(fresh);
    if (fresh === undefined || !stacks.includes(name)) {
      throw new BadInput(`no such stack '${name}'; known are: ${stacks.join(', ') || 'none'}`);
    }
    return stackFolder(fresh, name);
  }
}

/** The environment for Terraform in another folder than the stack's, on the same state. */
function inOtherFolder(
  { TF_DATA_DIR: _, TF_WORKSPACE: __, ...rest }: NodeJS.ProcessEnv,
  workspace: string,
): NodeJS.ProcessEnv {
  return workspace === 'default' ? rest : { ...rest, TF_WORKSPACE: workspace };
}

/** Where the state of a stack was looked for, for people. */
export function stateText({ backend, terraform, workspace }: FoundStack): string {
  const inWorkspace = workspace === 'default' ? '' : `, workspace '${workspace}'`;
  if (backend.type === 'local') return `${resolve(terraform.folder, backend.statePath)}${inWorkspace}`;
  const name = backend.type === 'other' ? backend.name : backend.type;
  const url = backend.type === 'azurerm' && backend.blobUrl !== undefined ? `, ${backend.blobUrl}` : '';
  return `the backend '${name}'${url}${inWorkspace}`;
}

/** Connects a folder to its backend, and takes no provider: what the state would need of them is not there to find. */
async function initialize(terraform: Terraform, stack: string, type: string): Promise<void> {
  const none = join(terraform.folder, 'no-providers');
  mkdirSync(none);
  const result = await terraform.run('init', '-input=false', '-no-color', `-plugin-dir=${none}`);
  // It is written once the backend is there, before providers are looked for.
  if (existsSync(join(terraform.folder, '.terraform', 'terraform.tfstate'))) return;
  throw new BadInput(
    `the state of '${stack}' cannot be read: ${terraformProblem(result)}; it is in the backend '${type}': set what that ` +
      "needs to sign in, give options of 'terraform init' by TF_CLI_ARGS_init, or name the resources by their ids",
  );
}
