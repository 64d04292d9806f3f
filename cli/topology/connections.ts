import { literal, type Block } from './blocks';
import type { Reference } from './references';
import { isSecretName, isWriteOnly } from './secret-settings';
import { kindOf } from './services';
import type { EdgeKind, Relation, TopologyEdge } from './topology';

interface Connection {
  readonly kind: EdgeKind;
  readonly label: string;
  readonly relation?: Relation;
  /** Whether what it points at comes first. */
  readonly reversed?: true;
}

/** What an attribute says about the two that it connects. */
const BY_ATTRIBUTE: Readonly<Record<string, Connection>> = {
  source_resource_id: { kind: 'flow', label: 'events', reversed: true },
  system_topic: { kind: 'flow', label: '', reversed: true },
  function_id: { kind: 'flow', label: 'delivers to' },
  azure_function_endpoint: { kind: 'flow', label: 'delivers to' },
  storage_queue_endpoint: { kind: 'flow', label: 'delivers to' },
  eventhub_endpoint_id: { kind: 'flow', label: 'delivers to' },
  service_bus_queue_endpoint_id: { kind: 'flow', label: 'delivers to' },
  service_bus_topic_endpoint_id: { kind: 'flow', label: 'delivers to' },
  storage_blob_dead_letter_destination: { kind: 'flow', label: 'dead letters' },
  action_group_id: { kind: 'flow', label: 'tells' },
  action_groups: { kind: 'flow', label: 'tells' },
  workspace_id: { kind: 'reference', label: 'logs to', relation: 'logs to' },
  log_analytics_workspace_id: { kind: 'reference', label: 'logs to', relation: 'logs to' },
  target_resource_id: { kind: 'reference', label: 'logs of', relation: 'logs of' },
  scopes: { kind: 'reference', label: 'watches' },
  scope: { kind: 'reference', label: 'protects', relation: 'protects' },
  identity: { kind: 'reference', label: 'acts as', relation: 'acts as' },
  dead_letter_identity: { kind: 'reference', label: 'acts as', relation: 'acts as' },
  delivery_identity: { kind: 'reference', label: 'acts as', relation: 'acts as' },
  appSettings: { kind: 'reference', label: 'app settings' },
  app_settings: { kind: 'reference', label: 'app settings' },
  serverFarmId: { kind: 'reference', label: 'runs on', relation: 'runs on' },
  service_plan_id: { kind: 'reference', label: 'runs on', relation: 'runs on' },
  parent_id: { kind: 'reference', label: 'has', relation: 'has', reversed: true },
  resource_id: { kind: 'reference', label: 'resource_id', relation: 'concerns' },
  key_vault_id: { kind: 'secret', label: '', reversed: true },
  storage_account_id: { kind: 'reference', label: 'has', relation: 'has', reversed: true },
  namespace_name: { kind: 'reference', label: 'has', relation: 'has', reversed: true },
};

/** What a reference of a block to another one says. Of several attributes on its way, the outermost with a meaning. */
export function connectionOf(
  block: Block,
  reference: Reference,
  target: Block,
  rights: readonly string[] | undefined,
): TopologyEdge {
  const from = block.address;
  const to = reference.to;
  const secret = secretLabel(reference, target);
  if (secret !== undefined) return { from: to, to: from, kind: 'secret', labels: [secret] };
  const names = reference.at.filter((name) => !/^\d+$/.test(name));
  if (block.terraformType === 'azapi_resource_action' && block.kind === 'ephemeral') {
    const labels = [literal(block.config['action']) ?? 'reads'];
    return { from: to, to: from, kind: 'secret', labels, relations: ['asked'] };
  }
  if (rights && (names[0] === 'parent_id' || names[0] === 'notification_hub_name')) {
    return { from, to, kind: 'right', labels: [rights.join(', ')] };
  }
  if (block.terraformType === 'azapi_resource_action') {
    const action = literal(block.config['action']) ?? 'action';
    // From the resource that is asked, to what it is told of.
    return names[0] === 'resource_id' || names[0] === 'locks'
      ? { from: to, to: from, kind: 'flow', labels: [''], relations: ['asked'] }
      : { from, to, kind: 'flow', labels: [action] };
  }
  const known = names.find((name) => BY_ATTRIBUTE[name] !== undefined);
  if (known === undefined) return { from, to, kind: 'reference', labels: [names.at(-1) ?? ''] };
  const { kind, label, relation, reversed } = BY_ATTRIBUTE[known]!;
  const said = { kind, labels: [label], relations: relation && [relation] };
  return reversed ? { from: to, to: from, ...said } : { from, to, ...said };
}

/** What of a secret goes along a reference; undefined when none does. */
function secretLabel({ at, attribute }: Reference, target: Block): string | undefined {
  if (isWriteOnly(at)) return 'write-only';
  if (target.kind === 'ephemeral') return 'ephemeral';
  if (target.kind === 'variable') return target.config['ephemeral'] === true ? 'ephemeral' : 'sensitive';
  const read = attribute.split('.').at(-1) ?? '';
  if (isSecretName(read)) return read;
  return kindOf(target.type).kind === 'vault secret' && attribute !== 'name' ? 'Key Vault secret' : undefined;
}
