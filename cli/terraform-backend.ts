import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { cloudProblem } from '../link/cloud';
import { BadInput } from './bad-input';

/** Where Terraform keeps a stack's state, and with it the lock that deploys take. */
export type TerraformBackend =
  | { readonly type: 'azurerm'; readonly blobUrl: string | undefined }
  | { readonly type: 'local'; readonly statePath: string }
  | { readonly type: 'other'; readonly name: string };

/** End of the blob service's host. */
const BLOB_HOST = 'blob.core.windows.net';

interface Configured {
  readonly type: string;
  readonly config: Readonly<Record<string, unknown>>;
}

/**
 * The backend of a stack: as Terraform was initialized with it, options given to `terraform init` included; else as it
 * was synthesized.
 * @param folder of the stack, with its cdk.tf.json
 * @throws BadInput when the state is in another cloud than the public one
 */
export function readTerraformBackend(folder: string, environment: NodeJS.ProcessEnv): TerraformBackend {
  const data = resolve(folder, environment.TF_DATA_DIR || '.terraform');
  const { type, config } = initialized(data) ?? synthesized(folder) ?? { type: 'local', config: {} };
  const workspace = workspaceOf(data, environment);
  if (type === 'local') return { type, statePath: statePath(config, workspace) };
  if (type === 'azurerm') return { type, blobUrl: blobUrl(config, workspace, environment) };
  return { type: 'other', name: type };
}

function initialized(data: string): Configured | undefined {
  const read = readJson(join(data, 'terraform.tfstate')) as { backend?: Partial<Configured> } | undefined;
  const { type, config } = read?.backend ?? {};
  return type === undefined ? undefined : { type, config: config ?? {} };
}

function synthesized(folder: string): Configured | undefined {
  const read = readJson(join(folder, 'cdk.tf.json')) as
    { terraform?: { backend?: Record<string, Configured['config']>; cloud?: object } } | undefined;
  const [found] = Object.entries(read?.terraform?.backend ?? {});
  if (found) return { type: found[0], config: found[1] };
  return read?.terraform?.cloud ? { type: 'cloud', config: {} } : undefined;
}

/** Source: Terraform, CLI workspaces: TF_WORKSPACE, else what `terraform workspace select` wrote down. */
function workspaceOf(data: string, { TF_WORKSPACE }: NodeJS.ProcessEnv): string {
  const file = join(data, 'environment');
  return TF_WORKSPACE || (existsSync(file) && readFileSync(file, 'utf8').trim()) || 'default';
}

/** Source: Terraform, backend `local`. */
function statePath({ path, workspace_dir }: Configured['config'], workspace: string): string {
  if (workspace === 'default') return String(path || 'terraform.tfstate');
  return join(String(workspace_dir || 'terraform.tfstate.d'), workspace, 'terraform.tfstate');
}

/**
 * Undefined where only Azure could tell.
 * Source: Terraform, backend `azurerm`; the blob of another workspace than `default` has its name behind `env:`.
 */
function blobUrl(
  config: Configured['config'],
  workspace: string,
  { ARM_ENVIRONMENT }: NodeJS.ProcessEnv,
): string | undefined {
  const { storage_account_name: account, container_name: container, key } = config;
  const cloud = cloudProblem(config.environment || ARM_ENVIRONMENT);
  if (cloud) {
    const named = config.environment ? 'environment of the azurerm backend' : 'ARM_ENVIRONMENT';
    throw new BadInput(`${named} ${cloud}`);
  }
  if (!account || !container || !key || config.lookup_blob_endpoint === true) return undefined;
  const name = `${String(key)}${workspace === 'default' ? '' : `env:${workspace}`}`;
  const path = [String(container), ...name.split('/')].map(encodeURIComponent).join('/');
  return `https://${String(account)}.${BLOB_HOST}/${path}`;
}

function readJson(path: string): unknown {
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as unknown) : undefined;
}
