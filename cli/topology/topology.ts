/** Who makes what is drawn: a provider by its name, Terraform itself, or nobody here. */
export type Maker = 'azapi' | 'azurerm' | 'terraform' | 'exists' | 'outside' | (string & {});

/** What of a stack is drawn in a way of its own, or has others drawn so. */
export type NodeKind =
  | 'access policy'
  | 'action'
  | 'alert'
  | 'application insights'
  | 'basic publishing'
  | 'container'
  | 'custom role'
  | 'diagnostic setting'
  | 'ephemeral read'
  | 'event subscription'
  | 'hub'
  | 'lock'
  | 'log workspace'
  | 'managed identity'
  | 'namespace'
  | 'plan'
  | 'queue'
  | 'read'
  | 'resource group'
  | 'retention'
  | 'vault secret';

export interface TopologyNode {
  readonly id: string;
  readonly service: string;
  /** By this it is decided how it is drawn; its label is for people. */
  readonly kind?: NodeKind;
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

/** What one is to the other: what an edge's labels say to people. */
export type Relation =
  'acts as' | 'asked' | 'concerns' | 'has' | 'logs of' | 'logs to' | 'protects' | 'runs on';

export interface TopologyEdge {
  readonly from: string;
  readonly to: string;
  readonly kind: EdgeKind;
  /** What is said along it, a line each. */
  readonly labels: readonly string[];
  /** Those of them that something is decided by. @default - none */
  readonly relations?: readonly Relation[];
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
    const before = merged.get(key);
    const labels = [...(before?.labels ?? []), ...edge.labels].filter((label) => label !== '');
    const relations = new Set([...(before?.relations ?? []), ...(edge.relations ?? [])]);
    merged.set(key, {
      ...edge,
      labels: [...new Set(labels)],
      relations: relations.size > 0 ? [...relations] : undefined,
    });
  }
  return [...merged.values()];
}
