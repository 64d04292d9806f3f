import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SUBSCRIPTION_ID } from '../../local/azure';

type Block = Record<string, unknown>;

/** How providers sign in, and where to: in local Azure, as the environment says. */
const SIGN_IN =
  /^(subscription_id|tenant_id|auxiliary_tenant_ids|client_\w+|use_\w+|oidc_\w+|ado_\w+|msi_\w+|environment|metadata_host|endpoint)$/;
const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * Makes of a synthesized stack, in its file, one that is deployed into local Azure: its state is a file of the folder,
 * its subscription the one there is, and its providers sign in by the environment.
 * @param options.destroyable takes `prevent_destroy` out as well
 */
export function adaptStack(
  file: string,
  { stack, states, destroyable = false }: { stack: string; states: string; destroyable?: boolean },
): void {
  const json = JSON.parse(readFileSync(file, 'utf8')) as Block;
  const stateOf = (name: string) => join(states, `terraform.${name}.tfstate`);
  const terraform = {
    ...(json.terraform as Block | undefined),
    backend: { local: { path: stateOf(stack) } },
  };
  delete (terraform as Block).cloud;
  json.terraform = terraform;
  for (const [name, remote] of Object.entries(remoteStates(json))) {
    // By this name cdktf reads what another stack of the app put out.
    const other = /^cross-stack-reference-input-(.+)$/.exec(name)?.[1];
    if (!other) continue;
    remote.backend = 'local';
    remote.config = { path: stateOf(other) };
    delete remote.workspace;
  }
  const subscriptions = new Set<string>();
  for (const provider of Object.values((json.provider ?? {}) as Record<string, Block[]>).flat()) {
    const { subscription_id: subscription } = provider;
    if (typeof subscription === 'string' && GUID.test(subscription)) subscriptions.add(subscription);
    for (const name of Object.keys(provider)) if (SIGN_IN.test(name)) delete provider[name];
  }
  if (destroyable) withoutPreventDestroy(json);
  const text = [...subscriptions].reduce(
    (rest, subscription) => rest.replaceAll(subscription, SUBSCRIPTION_ID),
    JSON.stringify(json, null, 2),
  );
  writeFileSync(file, text);
}

function remoteStates(json: Block): Record<string, Block> {
  const { terraform_remote_state: states } = (json.data ?? {}) as Record<string, Record<string, Block>>;
  return states ?? {};
}

function withoutPreventDestroy(json: Block): void {
  for (const byName of Object.values((json.resource ?? {}) as Record<string, Record<string, Block>>)) {
    for (const { lifecycle } of Object.values(byName))
      delete (lifecycle as Block | undefined)?.prevent_destroy;
  }
}
