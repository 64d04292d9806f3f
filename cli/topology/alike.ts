import { mergeEdges, type Topology, type TopologyNode } from './topology';

/** Names of several that stand for all of them. */
const SHOWN = 4;

/** Kinds of which there are many, and which of them it is matters to nobody who looks at the whole. */
const COUNTED: readonly TopologyNode['kind'][] = ['alert'];

/** Of nodes that are the same kind of thing and connected with the same others in the same ways, one. */
export function alike({ title, nodes, edges }: Topology): Topology {
  const keyOf = (node: TopologyNode) => {
    const { id, service, kind, label, maker, notes } = node;
    if (COUNTED.includes(kind)) return JSON.stringify([service, label, maker]);
    const ends = edges.flatMap(({ from, to, kind: way, labels }) =>
      from === id ? [['to', to, way, labels]] : to === id ? [['from', from, way, labels]] : [],
    );
    return JSON.stringify([service, label, maker, notes, ends.map((end) => JSON.stringify(end)).sort()]);
  };
  const sets = new Map<string, TopologyNode[]>();
  for (const node of nodes) {
    const key = keyOf(node);
    sets.set(key, [...(sets.get(key) ?? []), node]);
  }
  const into = new Map([...sets.values()].flatMap((set) => set.map(({ id }) => [id, set[0]!.id] as const)));
  return {
    title,
    nodes: [...sets.values()].map(oneOf),
    edges: mergeEdges(edges.map((edge) => ({ ...edge, from: into.get(edge.from)!, to: into.get(edge.to)! }))),
  };
}

function oneOf(set: readonly TopologyNode[]): TopologyNode {
  const [first] = set;
  if (set.length === 1) return first!;
  const names = shortened(set.map(({ name }) => name));
  const shown =
    names.length > SHOWN ? [...names.slice(0, SHOWN - 1), `and ${names.length - SHOWN + 1} more`] : names;
  return { ...first!, label: `${first!.label} ×${set.length}`, name: shown.join(', ') };
}

/** Names without the words that all of them begin with. */
function shortened(names: readonly string[]): string[] {
  const words = names.map((name) => name.split('-'));
  let same = 0;
  while (words.every((each) => each.length > same + 1 && each[same] === words[0]![same])) same++;
  return words.map((each) => each.slice(same).join('-'));
}
