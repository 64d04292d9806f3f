import { isGuid } from '../../link/guid';
import { printable } from '../redact';
import { at, compareTexts, literal, type Block, type StackJson } from './blocks';
import { idsIn, vaultsIn } from './existing';
import { pushServicesOf } from './push-services';
import { References } from './references';
import { connectionOf } from './connections';
import { isRoleDefinition, policyRights, rolesOf } from './rights';
import { kindOf, type Kind } from './services';
import { mergeEdges, type Topology, type TopologyEdge, type TopologyNode } from './topology';

/** All that a stack makes, and how it hangs together. */
export function topologyOf({ name, json, blocks }: StackJson): Topology {
  const locals = (json['locals'] ?? {}) as Record<string, unknown>;
  const shown = blocks.filter((block) => block.kind !== 'variable' || isSecretVariable(block));
  const roles = rolesOf(shown, locals);
  const drawn = shown.filter(({ address }) => !roles.has(address));
  const byAddress = new Map(drawn.map((block) => [block.address, block]));
  const references = new References(byAddress.keys(), locals);
  const rightsOf = new Map(drawn.map((block) => [block.address, policyRights(block)]));
  const beside = new Map<string, TopologyNode>();
  const edges: TopologyEdge[] = [];
  const add = (edge: TopologyEdge, ...nodes: TopologyNode[]) => {
    for (const node of nodes) if (!beside.has(node.id)) beside.set(node.id, node);
    edges.push(edge);
  };
  for (const block of shown) {
    const role = roles.get(block.address);
    if (role) {
      add(role.edge, ...role.existing);
      continue;
    }
    const rights = rightsOf.get(block.address);
    for (const reference of references.of(block.config)) {
      const target = byAddress.get(reference.to)!;
      // All of it is in there; and what a role allows, its assignments say.
      if (isResourceGroup(target) || isRoleDefinition(block)) continue;
      add(connectionOf(block, reference, target, rights));
    }
    for (const pushes of pushServicesOf(block)) add(pushes.edge, pushes.service);
    for (const vault of vaultsIn(block.config)) {
      add({ from: vault.id, to: block.address, kind: 'secret', labels: ['Key Vault reference'] }, vault);
    }
    for (const [attribute, value] of Object.entries(block.config)) {
      if (attribute === 'lifecycle' || attribute === 'provisioner') continue;
      for (const one of idsIn(value)) {
        const target = { ...block, address: one.id, kind: 'data' as const, type: '' };
        add(connectionOf(block, { to: one.id, attribute: 'id', at: [attribute] }, target, rights), one);
      }
    }
  }
  const nodes = drawn.map((block) =>
    nodeOf(block, kindFor(block, byAddress, references), rightsOf.get(block.address)),
  );
  return {
    title: name,
    nodes: [...nodes, ...[...beside.values()].sort((a, b) => compareTexts(a.id, b.id))],
    edges: mergeEdges(edges.map((edge) => ({ ...edge, labels: edge.labels.map(printable) }))),
  };
}

export function isResourceGroup({ kind, type }: Pick<Block, 'kind' | 'type'>): boolean {
  return kind !== 'variable' && kindOf(type).kind === 'resource group';
}

function isSecretVariable({ config }: Block): boolean {
  return config['sensitive'] === true || config['ephemeral'] === true;
}

function nodeOf(block: Block, { label, ...what }: Kind, rights: readonly string[] = []): TopologyNode {
  return {
    id: block.address,
    ...what,
    label:
      block.config['for_each'] !== undefined || block.config['count'] !== undefined
        ? `${label}, several`
        : label,
    name: printable(nameOf(block)),
    maker: makerOf(block),
    notes: rights.length > 0 ? [`right: ${rights.join(', ')}`] : [],
  };
}

function kindFor(block: Block, blocks: ReadonlyMap<string, Block>, references: References): Kind {
  const { kind, type, terraformType, config } = block;
  if (kind === 'variable') {
    return {
      service: 'Secrets',
      label: config['ephemeral'] === true ? 'Ephemeral variable' : 'Sensitive variable',
    };
  }
  if (kind === 'module') return { service: 'Other', label: 'Module' };
  const of = kindOf(type);
  if (terraformType === 'azapi_resource_action') {
    // An action of a resource stands beside it.
    const [target] = references.in(config['resource_id']).flatMap(({ to }) => blocks.get(to) ?? []);
    const { service } = kindOf(target?.type ?? type);
    return kind === 'ephemeral'
      ? { service, kind: 'ephemeral read', label: 'Ephemeral read' }
      : { service, kind: 'action', label: 'Action' };
  }
  if (kind === 'data') return { ...of, kind: 'read', label: `${of.label}, read` };
  if (kind === 'ephemeral') return { ...of, kind: undefined, label: `${of.label}, ephemeral` };
  return of;
}

/** The name in Azure, where it stands there as it is and says something; else the construct's. */
function nameOf(block: Block): string {
  const action = literal(block.config['action']);
  if (block.terraformType === 'azapi_resource_action' && action !== undefined) return action;
  const name = literal(block.config['name']);
  if (name !== undefined && !isGuid(name)) return name;
  const shown =
    literal(block.config['display_name']) ?? literal(at(block.config, 'body', 'properties', 'roleName'));
  const path = block.path
    .split('/')
    .filter((word, i, words) => !(i > 0 && i === words.length - 1 && word === 'Resource'));
  return shown ?? path.slice(-2).join('/');
}

function makerOf({ kind, terraformType }: Block): string {
  if (kind === 'variable' || kind === 'module') return 'terraform';
  return terraformType.split('_')[0] ?? terraformType;
}
