/** Who makes what is drawn: a provider by its name, Terraform itself, or nobody here. */
export type Maker = 'azapi' | 'azurerm' | 'terraform' | 'exists' | 'outside' | (string & {});

export interface TopologyNode {
  readonly id: string;
  readonly service: string;
  /** What it is: `Hub`. */
  readonly label: string;
  /** What it is called. */
  readonly name: string;
  readonly maker: Maker;
  /** What else is said of it, a line each. */
  readonly notes: readonly string[];
}

/**
 * `flow`: something goes along it; `right`: one may do something to the other; `secret`: a secret goes along it;
 * `reference`: one is set up with the other.
 */
export type EdgeKind = 'flow' | 'right' | 'secret' | 'reference';

export interface TopologyEdge {
  readonly from: string;
  readonly to: string;
  readonly kind: EdgeKind;
  /** What is said along it, a line each. */
  readonly labels: readonly string[];
}

/** What a stack makes, and how it hangs together. */
export interface Topology {
  readonly title: string;
  readonly nodes: readonly TopologyNode[];
  readonly edges: readonly TopologyEdge[];
}

/** Of several edges between the same two of one kind, one that says it all; none from a node to itself. */
export function mergeEdges(edges: readonly TopologyEdge[]): TopologyEdge[] {
  const merged = new Map<string, TopologyEdge>();
  for (const edge of edges) {
    if (edge.from === edge.to) continue;
    const key = JSON.stringify([edge.from, edge.to, edge.kind]);
    const labels = [...(merged.get(key)?.labels ?? []), ...edge.labels].filter((label) => label !== '');
    merged.set(key, { ...edge, labels: [...new Set(labels)] });
  }
  return [...merged.values()];
}
