import { alike } from './alike';
import { SERVICES } from './services';
import {
  mergeEdges,
  type EdgeKind,
  type NodeKind,
  type Relation,
  type Topology,
  type TopologyEdge,
  type TopologyNode,
} from './topology';

/** A part that an overview shows as the whole that it belongs to. */
interface Fold {
  /** What the edge says that leads to the whole; of a right, whatever that allows. */
  readonly along: Relation | { readonly kind: EdgeKind };
  /** At which end of the edge the whole is. */
  readonly whole: 'from' | 'to';
  /** What the whole is not, or is. */
  readonly not?: NodeKind;
  readonly only?: NodeKind;
}

const FOLDS: Readonly<Partial<Record<NodeKind, Fold>>> = {
  plan: { along: 'runs on', whole: 'from' },
  'managed identity': { along: 'acts as', whole: 'from', not: 'event subscription' },
  'log workspace': { along: 'logs to', whole: 'from', only: 'application insights' },
  lock: { along: 'protects', whole: 'to' },
  'diagnostic setting': { along: 'logs of', whole: 'to' },
  retention: { along: 'has', whole: 'from' },
  container: { along: 'has', whole: 'from' },
  queue: { along: 'has', whole: 'from' },
  'basic publishing': { along: 'concerns', whole: 'to' },
  action: { along: 'asked', whole: 'from' },
  'ephemeral read': { along: 'asked', whole: 'from' },
  'access policy': { along: { kind: 'right' }, whole: 'to' },
};

/** What nobody who looks at the whole asks for: scaffolding, and what is said along the edges. */
const PASSED_OVER: readonly TopologyNode['kind'][] = ['custom role', 'resource group'];

/** What a person can take in at once: parts folded into wholes, and of several alike, one. */
export function overviewOf({ title, nodes, edges }: Topology): Topology {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const wholes = new Map(nodes.map((node) => [node.id, wholeOf(node, edges, byId)]));
  const needed = new Set(wholes.values());
  const passed = new Set(
    nodes.filter((node) => isPassedOver(node, edges, needed.has(node.id))).map(({ id }) => id),
  );
  const into = new Map<string, string>();
  for (const [id, whole] of wholes) if (whole !== undefined && !passed.has(whole)) into.set(id, whole);
  const end = (id: string): string => {
    const seen = new Set<string>();
    for (let at = id; ; at = into.get(at)!) {
      if (!into.has(at) || seen.has(at)) return at;
      seen.add(at);
    }
  };
  const moved = edges
    .filter(({ from, to }) => !passed.has(from) && !passed.has(to))
    .map((edge) => ({ ...edge, from: end(edge.from), to: end(edge.to), labels: labelsOf(edge, byId, into) }))
    .filter((edge) => edge.kind !== 'reference' || isForeign(edge, byId));
  const kept = nodes
    .filter(({ id }) => end(id) === id && !passed.has(id))
    .map((node) => ({ ...node, notes: [...node.notes, ...hubNotes(node, edges, byId)] }))
    .filter(
      (node) => node.kind !== 'namespace' || moved.some(({ from, to }) => from === node.id || to === node.id),
    );
  return alike({ title, nodes: kept, edges: mergeEdges(moved) });
}

function wholeOf(
  node: TopologyNode,
  edges: readonly TopologyEdge[],
  byId: ReadonlyMap<string, TopologyNode>,
): string | undefined {
  const fold = node.kind && FOLDS[node.kind];
  if (!fold) return undefined;
  const part = fold.whole === 'from' ? 'to' : 'from';
  const wholes = edges
    .filter((edge) => edge[part] === node.id && isAlong(edge, fold))
    .map((edge) => edge[fold.whole])
    .filter((id) => fold.only === undefined || byId.get(id)?.kind === fold.only)
    .filter((id) => fold.not === undefined || byId.get(id)?.kind !== fold.not);
  const [one, ...others] = new Set(wholes);
  return others.length === 0 ? one : undefined;
}

function isAlong({ kind, relations = [] }: TopologyEdge, { along }: Fold): boolean {
  return typeof along === 'object' ? kind === along.kind : relations.includes(along);
}

/** @param isWhole whether something else is shown as it */
function isPassedOver(node: TopologyNode, edges: readonly TopologyEdge[], isWhole: boolean): boolean {
  if (PASSED_OVER.includes(node.kind))
    return !edges.some(({ kind, to }) => kind === 'right' && to === node.id);
  if (node.service === 'Terraform') return true;
  // What is read and of no use to anything that is drawn, is read back to be checked.
  return (
    node.kind === 'read' &&
    !isWhole &&
    !edges.some(({ from, to, kind }) => (from === node.id ? kind !== 'reference' : to === node.id))
  );
}

/** A right on a part stays one on that part, and a secret that was read says how. */
function labelsOf(
  edge: TopologyEdge,
  byId: ReadonlyMap<string, TopologyNode>,
  into: ReadonlyMap<string, string>,
): readonly string[] {
  const read = edge.kind === 'secret' && into.has(edge.from) ? byId.get(edge.from) : undefined;
  if (read?.kind === 'ephemeral read') return [`${read.name}, ${edge.labels.join(', ')}`];
  const part = edge.kind === 'right' && into.has(edge.to) ? byId.get(edge.to) : undefined;
  return part ? edge.labels.map((label) => `${label} on ${part.name}`) : edge.labels;
}

/** Whether one of the two is of no service that is known here: then nothing is known to be beside the point. */
function isForeign({ from, to }: TopologyEdge, byId: ReadonlyMap<string, TopologyNode>): boolean {
  return [from, to].some((id) => !(SERVICES as readonly string[]).includes(byId.get(id)?.service ?? ''));
}

/** What of a hub is not drawn by itself: the namespace that it is in, and its access policies. */
function hubNotes(
  node: TopologyNode,
  edges: readonly TopologyEdge[],
  byId: ReadonlyMap<string, TopologyNode>,
): string[] {
  if (node.kind !== 'hub') return [];
  const toIt = edges.filter(({ to }) => to === node.id);
  const namespaces = toIt
    .filter(({ relations }) => relations?.includes('has'))
    .flatMap(({ from }) => byId.get(from)?.name ?? []);
  const policies = toIt
    .filter(({ from, kind }) => kind === 'right' && byId.get(from)?.kind === 'access policy')
    .map(({ from, labels }) => `policy ${byId.get(from)!.name}: ${labels.join(', ')}`);
  return [...namespaces.map((name) => `in ${name}`), ...policies];
}
