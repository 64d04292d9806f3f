import { compareTexts } from '../topology/blocks';
import { SERVICES } from '../topology/services';
import type { Topology, TopologyNode } from '../topology/topology';

export interface Group {
  readonly service: string;
  readonly nodes: readonly TopologyNode[];
}

/**
 * The nodes by their services, in the order in which a push goes through them; services that are not ours come last.
 * What hangs together within a service is a group by itself, so that a hub and its access policy stand beside what uses
 * them, and not beside all other hubs.
 */
export function groupsOf({ nodes, edges }: Topology): Group[] {
  const place = (service: string) => {
    const at = (SERVICES as readonly string[]).indexOf(service);
    return at < 0 ? SERVICES.length : at;
  };
  const services = [...new Set(nodes.map(({ service }) => service))].sort(
    (a, b) => place(a) - place(b) || compareTexts(a, b),
  );
  return services.flatMap((service) =>
    together(
      nodes.filter((node) => node.service === service),
      edges,
    ).map((each) => ({ service, nodes: each })),
  );
}

/** Sets of nodes that edges lead between; those that no edge leads to or from at all are one set. */
function together(nodes: readonly TopologyNode[], edges: Topology['edges']): TopologyNode[][] {
  const setOf = new Map(nodes.map((node) => [node.id, [node]]));
  for (const { from, to } of edges) {
    const [one, other] = [setOf.get(from), setOf.get(to)];
    if (!one || !other || one === other) continue;
    one.push(...other);
    for (const { id } of other) setOf.set(id, one);
  }
  const sets = [...new Set(setOf.values())];
  const connected = new Set(edges.flatMap(({ from, to }) => [from, to]));
  const alone = sets.flat().filter(({ id }) => !connected.has(id));
  const others = sets.filter(([first]) => connected.has(first!.id));
  return alone.length > 0 ? [...others, alone] : others;
}
