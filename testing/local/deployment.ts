import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Leftovers } from './leftovers';
import { run, type RunResult } from './processes';

export interface DeploymentOptions {
  /** Name of the stack, which is the name of its environment: `local`. */
  readonly stack: string;
  /** Folder for `cdktf.out`, plans and state; made when missing. Nothing is written elsewhere. */
  readonly folder: string;
  /** Environment variables for cdktf and Terraform beside the machine's own; `TF_VAR_…` among them. */
  readonly environment: Readonly<Record<string, string>>;
  /** Folder of the cdktf app. @default this project */
  readonly project?: string;
  /** Command that synthesizes. @default that of the app's cdktf.json */
  readonly app?: string;
  /**
   * Runs that command and Terraform themselves, as `cdktf synth`, `deploy` and `destroy` do, whose own start takes longer
   * than either; the context in cdktf.json is not given to the app. It takes `app`. @default false
   */
  readonly direct?: boolean;
  /** Stops whatever runs. */
  readonly signal?: AbortSignal;
  /** Ends what runs when this process is gone. @default - told by `exit` of this process alone */
  readonly leftovers?: Leftovers;
  /** Takes each line that cdktf and Terraform print. */
  readonly onLine?: (line: string) => void;
}

export interface Plan {
  /** False when Terraform would change nothing, by its exit code. */
  readonly changes: boolean;
  /** What Terraform printed. */
  readonly text: string;
  /** Path of the saved plan. */
  readonly file: string;
}

/** An entry of `resource_changes` in `terraform show -json` of a plan. */
export interface PlannedChange {
  readonly address: string;
  /** Where it was before a `moved` block. */
  readonly previous_address?: string;
  readonly type: string;
  readonly name: string;
  readonly change: { readonly actions: readonly string[]; readonly before: unknown; readonly after: unknown };
}

/** A resource in `terraform show -json` of a state. */
export interface StateResource {
  readonly address: string;
  readonly mode: 'managed' | 'data';
  readonly type: string;
  readonly name: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/** cdktf or Terraform ended with an error. */
export class DeploymentError extends Error {
  constructor(
    /** `cdktf deploy local` */
    readonly command: string,
    readonly exitCode: number,
    /** All that it printed. */
    readonly output: string,
  ) {
    super(`${command} ended with exit code ${exitCode}:\n${output.trim()}`);
  }
}

/** The configuration that `cdktf synth` writes of a deployment's stack. */
export function synthesizedFile({ folder, stack }: Pick<DeploymentOptions, 'folder' | 'stack'>): string {
  return join(folder, 'cdktf.out', 'stacks', stack, 'cdk.tf.json');
}

/** Folder of this project. */
export const PROJECT = join(__dirname, '..', '..');

/**
 * One stack, deployed by the real cdktf and the real Terraform. Its folder holds everything they write, the
 * Terraform state included, so that removing the folder leaves nothing behind.
 */
export class Deployment {
  private readonly environment: Record<string, string>;
  private plans = 0;

  constructor(
    private readonly options: DeploymentOptions,
    private readonly running = new Set<Promise<unknown>>(),
  ) {
    mkdirSync(options.folder, { recursive: true });
    this.environment = {
      ...machineEnvironment(),
      // Without a terminal to ask at, a missing variable has to be an error and not a question.
      TF_INPUT: '0',
      TF_IN_AUTOMATION: '1',
      CHECKPOINT_DISABLE: '1',
      // Plain lines in place of a display that redraws itself.
      CI: 'true',
      NO_COLOR: '1',
      ACS_PUSH_STATE_DIR: join(options.folder, 'state'),
      ...options.environment,
    };
    mkdirSync(this.environment.ACS_PUSH_STATE_DIR!, { recursive: true });
  }

  /** Folder that holds everything of this deployment. */
  get folder(): string {
    return this.options.folder;
  }

  /** Folder that `cdktf synth` writes. */
  get output(): string {
    return join(this.options.folder, 'cdktf.out');
  }

  /** Folder in which Terraform runs. */
  get stackFolder(): string {
    return join(this.output, 'stacks', this.options.stack);
  }

  /** The same deployment with other environment variables; undefined takes one away. */
  with(environment: Readonly<Record<string, string | undefined>>): Deployment {
    const merged = { ...this.options.environment, ...environment };
    const kept = Object.entries(merged).filter((entry): entry is [string, string] => entry[1] !== undefined);
    return new Deployment({ ...this.options, environment: Object.fromEntries(kept) }, this.running);
  }

  /** Resolves when no command of this deployment runs any more, of those made by `with` too. */
  async idle(): Promise<void> {
    await Promise.allSettled(this.running);
  }

  /** `cdktf synth`. @throws DeploymentError */
  synth(): Promise<RunResult> {
    return this.options.direct ? this.runApp() : this.cdktf('synth');
  }

  /** `cdktf synth`, and `terraform init` the first time, so that a plan can be made. @throws DeploymentError */
  async prepare(): Promise<void> {
    await this.synth();
    if (existsSync(join(this.stackFolder, '.terraform'))) return;
    await this.terraform(['init', '-input=false', '-no-color']);
  }

  /** `cdktf deploy`: synthesizes, initializes and applies. @throws DeploymentError */
  deploy(): Promise<RunResult> {
    if (this.options.direct) return this.directly('apply');
    return this.cdktf('deploy', this.options.stack, '--auto-approve', '--skip-provider-lock', '--no-color');
  }

  /** `cdktf destroy`. @throws DeploymentError */
  destroy(): Promise<RunResult> {
    if (this.options.direct) return this.directly('destroy');
    return this.cdktf('destroy', this.options.stack, '--auto-approve', '--skip-provider-lock', '--no-color');
  }

  /** `terraform plan` of what was synthesized last, with these options too. @throws DeploymentError */
  async plan(options: readonly string[] = []): Promise<Plan> {
    const file = join(this.options.folder, `plan-${this.options.stack}-${++this.plans}`);
    const args = ['plan', '-detailed-exitcode', '-input=false', '-no-color', `-out=${file}`, ...options];
    // 0 is no changes, 2 is changes, anything else an error.
    const { exitCode, output } = await this.terraform(args, [0, 2]);
    return { changes: exitCode === 2, text: output, file };
  }

  /** `terraform apply` of a saved plan; ephemeral variables are read again. @throws DeploymentError */
  apply(plan: Plan): Promise<RunResult> {
    return this.terraform(['apply', '-input=false', '-no-color', plan.file]);
  }

  /** `terraform show -json` of a saved plan: as parsed, and as the text that was printed. */
  async showPlan(plan: Plan): Promise<{ changes: PlannedChange[]; text: string }> {
    const { stdout } = await this.terraform(['show', '-json', plan.file]);
    const { resource_changes: changes = [] } = JSON.parse(stdout) as { resource_changes?: PlannedChange[] };
    return { changes, text: stdout };
  }

  /** `terraform show -json` of the state: its resources, and the text that was printed. */
  async showState(): Promise<{ resources: StateResource[]; text: string }> {
    const { stdout } = await this.terraform(['show', '-json']);
    return { resources: resourcesOf(JSON.parse(stdout) as ShownState), text: stdout };
  }

  /** The stack's outputs by the names they have in Terraform. */
  async outputs(): Promise<Record<string, unknown>> {
    const { stdout } = await this.terraform(['output', '-json']);
    const outputs = JSON.parse(stdout) as Record<string, { value: unknown }>;
    return Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value]));
  }

  /** Runs Terraform in the stack's folder. @throws DeploymentError when it ends with another exit code */
  async terraform(args: readonly string[], accepted: readonly number[] = [0]): Promise<RunResult> {
    const name = this.environment.TERRAFORM_BINARY_NAME || 'terraform';
    const result = await this.run(name, args, this.stackFolder);
    if (accepted.includes(result.exitCode)) return result;
    throw new DeploymentError(`${name} ${args[0]}`, result.exitCode, result.output);
  }

  private async directly(command: 'apply' | 'destroy'): Promise<RunResult> {
    await this.runApp();
    await this.terraform(['init', '-input=false', '-no-color']);
    return this.terraform([command, '-auto-approve', '-input=false', '-no-color']);
  }

  private async runApp(): Promise<RunResult> {
    const { app, project = PROJECT } = this.options;
    if (app === undefined) throw new Error('a direct deployment has no command that synthesizes');
    mkdirSync(this.output, { recursive: true });
    const environment = { ...this.environment, CDKTF_OUTDIR: this.output };
    const result = await this.run('sh', ['-c', app], project, environment);
    if (result.exitCode === 0) return result;
    throw new DeploymentError(app, result.exitCode, result.output);
  }

  private async cdktf(...args: string[]): Promise<RunResult> {
    const program = join(dirname(require.resolve('cdktf-cli/package.json')), 'bundle', 'bin', 'cdktf');
    const all = [program, ...args, '--output', this.output, '--disable-plugin-cache-env'];
    if (this.options.app) all.push('--app', this.options.app);
    const result = await this.run(process.execPath, all, this.options.project ?? PROJECT);
    if (result.exitCode === 0) return result;
    throw new DeploymentError(`cdktf ${args.slice(0, 2).join(' ')}`, result.exitCode, result.output);
  }

  private async run(
    command: string,
    args: readonly string[],
    cwd: string,
    env = this.environment,
  ): Promise<RunResult> {
    const { signal, leftovers, onLine } = this.options;
    const result = run(command, args, { cwd, env, signal, leftovers, onLine });
    this.running.add(result);
    return result.finally(() => this.running.delete(result));
  }
}

interface ShownState {
  readonly values?: { readonly root_module?: ShownModule };
}

interface ShownModule {
  readonly resources?: StateResource[];
  readonly child_modules?: ShownModule[];
}

function resourcesOf(state: ShownState): StateResource[] {
  const below = (module: ShownModule | undefined): StateResource[] => [
    ...(module?.resources ?? []),
    ...(module?.child_modules ?? []).flatMap(below),
  ];
  return below(state.values?.root_module);
}

/**
 * The machine's variables without those that would lead a deployment elsewhere: credentials and subscription of
 * a real Azure, a proxy, settings of Terraform and cdktf.
 */
export function machineEnvironment(): Record<string, string> {
  const elsewhere =
    /^(ARM_|AZURE_|TF_|CDKTF_|(HTTPS?|ALL|NO)_PROXY$|NODE_OPTIONS$|NODE_EXTRA_CA_CERTS$|SSL_CERT_)/i;
  return Object.fromEntries(
    Object.entries(process.env).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && !elsewhere.test(entry[0]),
    ),
  );
}

/** Settings by which Terraform finds real providers; nothing else of the user's Terraform settings is taken over. */
export function terraformSettings(): Record<string, string> {
  return Object.fromEntries(
    ['TF_CLI_CONFIG_FILE', 'TF_PLUGIN_CACHE_DIR'].flatMap((name) => {
      const value = process.env[name];
      return value ? [[name, value]] : [];
    }),
  );
}

/**
 * Variables that would lead a deployment out of local Azure, or its state out of its folder; those that give Terraform's
 * variables and its log are none.
 */
const LEADING_OUT =
  /^(ARM_|AZURE_|(HTTPS?|ALL|NO)_PROXY$|NODE_EXTRA_CA_CERTS$|SSL_CERT_|TF_(REATTACH_PROVIDERS|DATA_DIR|WORKSPACE|CLI_CONFIG_FILE)$)/i;

/** Which of a caller's environment variables are refused, see {@link LEADING_OUT}. */
export function leadingOut(environment: Readonly<Record<string, string>>): string[] {
  return Object.keys(environment).filter((name) => LEADING_OUT.test(name));
}
