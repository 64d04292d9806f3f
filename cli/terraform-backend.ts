import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { STACK_FILE } from './stack-folder';
import { cloudProblem } from '../link/cloud';
import { BadInput } from './bad-input';
import { readJsonObject, readText } from './read-file';

/** Where Terraform keeps a stack's state, and with it the lock that deploys take. */
export type TerraformBackend =
  | { readonly type: 'azurerm'; readonly blobUrl: string | undefined }
  | { readonly type: 'local'; readonly statePath: string }
  | { readonly type: 'other'; readonly name: string };

/** End of the blob service's host. */
const BLOB_HOST = 'blob.core.windows.net';

type Settings = Readonly<Record<string, unknown>>;

/** A stack's backend, as far as this machine knows it. */
export interface StackBackend {
  /** `azurerm`, `local`, `s3`, `cloud`, … */
  readonly type: string;
  readonly config: Settings;
  readonly workspace: string;
  /** Whether Terraform can work in the stack's folder as it is. */
  readonly ready: boolean;
}

/**
 * The backend of a stack: as Terraform was initialized with it, options given to `terraform init` included; else as it
 * was synthesized.
 * @param folder of the stack in the project's output folder, in which Terraform runs; it need not exist
 * @param synthesizedIn folder that has its cdk.tf.json
 */
export function stackBackend(
  folder: string,
  environment: NodeJS.ProcessEnv,
  synthesizedIn = folder,
): StackBackend {
  const data = resolve(folder, environment.TF_DATA_DIR || '.terraform');
  const known = initialized(data);
  const written = synthesized(synthesizedIn);
  const there = existsSync(join(folder, STACK_FILE));
  return {
    ...(known ?? written ?? { type: 'local', config: {} }),
    workspace: workspaceOf(data, environment),
    // A stack that names no backend has its state in its folder, and needs no initializing to read it.
    ready: there && (known !== undefined || written === undefined),
  };
}

/** @throws BadInput when the state is in another cloud than the public one */
export function refuseOtherClouds({ type, config }: StackBackend): void {
  const problem = type === 'azurerm' ? cloudProblem(config.environment) : undefined;
  if (problem) throw new BadInput(`environment of the azurerm backend ${problem}`);
}

/** Where the state is. Paths of a local one are relative to the stack's folder. */
export function terraformBackend({ type, config, workspace }: StackBackend): TerraformBackend {
  if (type === 'local') return { type, statePath: statePath(config, workspace) };
  if (type === 'azurerm') return { type, blobUrl: blobUrl(config, workspace) };
  return { type: 'other', name: type };
}

/**
 * Terraform JSON that has the backend and nothing else, for another folder than the stack's.
 * @param folder of the stack, to which paths of a local state are relative
 */
export function backendAlone({ type, config }: StackBackend, folder: string): object {
  const set = Object.fromEntries(Object.entries(config).filter(([, value]) => value !== null));
  if (type === 'cloud') return { terraform: { cloud: set } };
  if (type !== 'local') return { terraform: { backend: { [type]: set } } };
  const path = resolve(folder, statePath(config, 'default'));
  const workspaces = resolve(folder, String(config.workspace_dir || WORKSPACES_FOLDER));
  return { terraform: { backend: { local: { path, workspace_dir: workspaces } } } };
}

type Configured = Pick<StackBackend, 'type' | 'config'>;

function initialized(data: string): Configured | undefined {
  const read = readJsonObject(join(data, 'terraform.tfstate')) as
    { backend?: Partial<Configured> } | undefined;
  const { type, config } = read?.backend ?? {};
  return type === undefined ? undefined : { type, config: config ?? {} };
}

function synthesized(folder: string): Configured | undefined {
  const read = readJsonObject(join(folder, STACK_FILE)) as
    { terraform?: { backend?: Record<string, Settings>; cloud?: Settings } } | undefined;
  const [found] = Object.entries(read?.terraform?.backend ?? {});
  if (found) return { type: found[0], config: found[1] };
  const cloud = read?.terraform?.cloud;
  return cloud ? { type: 'cloud', config: cloud } : undefined;
}

/** Source: Terraform, CLI workspaces: TF_WORKSPACE, else what `terraform workspace select` wrote down. */
function workspaceOf(data: string, { TF_WORKSPACE }: NodeJS.ProcessEnv): string {
  return TF_WORKSPACE || readText(join(data, 'environment'))?.trim() || 'default';
}

/** Source: Terraform, backend `local`. */
const WORKSPACES_FOLDER = 'terraform.tfstate.d';

function statePath({ path, workspace_dir }: Settings, workspace: string): string {
  if (workspace === 'default') return String(path || 'terraform.tfstate');
  return join(String(workspace_dir || WORKSPACES_FOLDER), workspace, 'terraform.tfstate');
}

/**
 * Undefined where only Azure could tell.
 * Source: Terraform, backend `azurerm`; the blob of another workspace than `default` has its name behind `env:`.
 */
function blobUrl(config: Settings, workspace: string): string | undefined {
  const { storage_account_name: account, container_name: container, key } = config;
  if (!account || !container || !key || config.lookup_blob_endpoint === true) return undefined;
  const name = `${String(key)}${workspace === 'default' ? '' : `env:${workspace}`}`;
  const path = [String(container), ...name.split('/')].map(encodeURIComponent).join('/');
  return `https://${String(account)}.${BLOB_HOST}/${path}`;
}
