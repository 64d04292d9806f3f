import { alike } from './alike';
import { SERVICES } from './services';
import { mergeEdges, type EdgeKind, type Topology, type TopologyEdge, type TopologyNode } from './topology';

/** A part that an overview shows as the whole that it belongs to. */
interface Fold {
  /** What the edge says that leads to the whole, `''` for nothing; of a right, whatever that allows. */
  readonly along: string | { readonly kind: EdgeKind };
  /** At which end of the edge the whole is. */
  readonly whole: 'from' | 'to';
  /** What the whole is not, or is. */
  readonly not?: string;
  readonly only?: string;
}

const FOLDS: Readonly<Record<string, Fold>> = {
  Plan: { along: 'runs on', whole: 'from' },
  'Managed identity': { along: 'acts as', whole: 'from', not: 'Event subscription' },
  'Log workspace': { along: 'logs to', whole: 'from', only: 'Application Insights' },
  Lock: { along: 'protects', whole: 'to' },
  'Diagnostic setting': { along: 'logs of', whole: 'to' },
  Retention: { along: 'has', whole: 'from' },
  Container: { along: 'has', whole: 'from' },
  Queue: { along: 'has', whole: 'from' },
  'Basic publishing': { along: 'resource_id', whole: 'to' },
  Action: { along: '', whole: 'from' },
  'Ephemeral read': { along: 'listKeys', whole: 'from' },
  'Access policy': { along: { kind: 'right' }, whole: 'to' },
};

/** What nobody who looks at the whole asks for: scaffolding, and what is said along the edges. */
const PASSED_OVER = ['Custom role', 'Resource group'];

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
      (node) =>
        node.label !== 'Namespace' || moved.some(({ from, to }) => from === node.id || to === node.id),
    );
  return alike({ title, nodes: kept, edges: mergeEdges(moved) });
}

function wholeOf(
  node: TopologyNode,
  edges: readonly TopologyEdge[],
  byId: ReadonlyMap<string, TopologyNode>,
): string | undefined {
  const fold = FOLDS[node.label];
  if (!fold) return undefined;
  const part = fold.whole === 'from' ? 'to' : 'from';
  const wholes = edges
    .filter((edge) => edge[part] === node.id && isAlong(edge, fold))
    .map((edge) => edge[fold.whole])
    .filter((id) => fold.only === undefined || byId.get(id)?.label === fold.only)
    .filter((id) => fold.not === undefined || byId.get(id)?.label !== fold.not);
  const [one, ...others] = new Set(wholes);
  return others.length === 0 ? one : undefined;
}

function isAlong({ kind, labels }: TopologyEdge, { along }: Fold): boolean {
  if (typeof along === 'object') return kind === along.kind;
  return along === '' ? labels.length === 0 : labels.includes(along);
}

/** @param isWhole whether something else is shown as it */
function isPassedOver(node: TopologyNode, edges: readonly TopologyEdge[], isWhole: boolean): boolean {
  if (PASSED_OVER.includes(node.label))
    return !edges.some(({ kind, to }) => kind === 'right' && to === node.id);
  if (node.service === 'Terraform') return true;
  // What is read and of no use to anything that is drawn, is read back to be checked.
  return (
    node.label.endsWith(', read') &&
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
  if (read?.label === 'Ephemeral read') return [`${read.name}, ${edge.labels.join(', ')}`];
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
  if (node.label !== 'Hub') return [];
  const toIt = edges.filter(({ to }) => to === node.id);
  const namespaces = toIt
    .filter(({ labels }) => labels.includes('has'))
    .flatMap(({ from }) => byId.get(from)?.name ?? []);
  const policies = toIt
    .filter(({ from, kind }) => kind === 'right' && byId.get(from)?.label === 'Access policy')
    .map(({ from, labels }) => `policy ${byId.get(from)!.name}: ${labels.join(', ')}`);
  return [...namespaces.map((name) => `in ${name}`), ...policies];
}
