import type { Graph } from './graph';

/** When one node worked, in seconds from the beginning of the walk. */
export interface Span {
  readonly node: string;
  readonly start: number;
  readonly end: number;
}

/**
 * A walk of Terraform in virtual time: a node starts when all that it waits for are done and one of the places is free, the one
 * first that has been ready longest.
 *
 * @param seconds how long a node works; nodes that do nothing take 0 and their places still
 * @param places Terraform's `-parallelism`
 * @throws Error for a graph with a circle
 */
export function walk(graph: Graph, seconds: (node: string) => number, places: number): Span[] {
  const waits = new Map([...graph].map(([node, on]) => [node, new Set(on).size]));
  const behind = new Map<string, string[]>();
  for (const [node, on] of graph) {
    for (const other of new Set(on)) behind.set(other, [...(behind.get(other) ?? []), node]);
  }
  const ready = [...graph.keys()].filter((node) => waits.get(node) === 0);
  const running: Span[] = [];
  const done: Span[] = [];
  let now = 0;
  while (ready.length > 0 || running.length > 0) {
    while (ready.length > 0 && running.length < places) {
      const node = ready.shift()!;
      running.push({ node, start: now, end: now + seconds(node) });
    }
    running.sort((a, b) => a.end - b.end);
    const span = running.shift()!;
    now = span.end;
    done.push(span);
    for (const node of behind.get(span.node) ?? []) {
      const left = waits.get(node)! - 1;
      waits.set(node, left);
      if (left === 0) ready.push(node);
    }
  }
  if (done.length !== graph.size) throw new Error(`${graph.size - done.length} nodes wait for each other`);
  return done;
}

/** How long a walk took, in seconds. */
export function lengthOf(spans: readonly Span[]): number {
  return spans.reduce((latest, { end }) => Math.max(latest, end), 0);
}

export interface Chain {
  /** What the nodes of the chain weigh together. */
  readonly weight: number;
  /** Those nodes that weigh anything, in their order. */
  readonly nodes: readonly string[];
}

/** The heaviest chain of nodes that have to follow each other, were there places for all. */
export function longestChain(graph: Graph, weight: (node: string) => number): Chain {
  const found = new Map<string, Chain>();
  const under = new Set<string>();
  const chainTo = (node: string): Chain => {
    const known = found.get(node);
    if (known) return known;
    if (under.has(node)) throw new Error(`${node} waits for itself`);
    under.add(node);
    let best: Chain = { weight: 0, nodes: [] };
    for (const other of graph.get(node) ?? []) {
      const chain = chainTo(other);
      if (chain.weight > best.weight) best = chain;
    }
    under.delete(node);
    const own = weight(node);
    const chain = own > 0 ? { weight: best.weight + own, nodes: [...best.nodes, node] } : best;
    found.set(node, chain);
    return chain;
  };
  return [...graph.keys()]
    .map(chainTo)
    .reduce((best, chain) => (chain.weight > best.weight ? chain : best), { weight: 0, nodes: [] });
}
