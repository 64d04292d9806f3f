/** What Terraform walks: nodes by name, and what each waits for. */
export type Graph = ReadonlyMap<string, readonly string[]>;

const NODE = /^\s*"\[root\] (.+?)" \[/;
const EDGE = /^\s*"\[root\] (.+?)" -> "\[root\] (.+?)"/;

/** The graph of one walk, as `terraform graph -type=plan` and `terraform graph -plan={file}` print it. */
export function readGraph(dot: string): Graph {
  const graph = new Map<string, string[]>();
  const add = (name: string) => {
    const known = graph.get(name) ?? [];
    graph.set(name, known);
    return known;
  };
  for (const line of dot.split('\n')) {
    const [, from, to] = EDGE.exec(unescaped(line)) ?? [];
    if (from !== undefined && to !== undefined) {
      add(from).push(to);
      add(to);
      continue;
    }
    const [, name] = NODE.exec(unescaped(line)) ?? [];
    if (name !== undefined) add(name);
  }
  return graph;
}

/** Names of providers are quoted inside the quotes. */
const unescaped = (line: string) => line.replaceAll('\\"', "'");

/**
 * The node that does the work of an address: the instance where there is one, else the node that expands into it.
 * @param action a `delete` has a node of its own
 */
export function nodeOf(graph: Graph, address: string, action?: string): string | undefined {
  const names = action === 'delete' ? [`${address} (destroy)`] : [address, `${address} (expand)`];
  return names.find((name) => graph.has(name));
}
