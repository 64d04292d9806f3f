/** What is used of a graph of dagre: positions are those of middles. */
interface LaidOutGraph {
  setGraph(options: Readonly<Record<string, string | number>>): void;
  setNode(id: string, size: object): void;
  setParent(id: string, parent: string): void;
  setEdge(from: string, to: string, options: object, name: string): void;
  graph(): { readonly width?: number; readonly height?: number };
  node(id: string): {
    readonly x?: number;
    readonly y?: number;
    readonly width?: number;
    readonly height?: number;
  };
  edge(
    from: string,
    to: string,
    name: string,
  ): {
    readonly points?: readonly { readonly x: number; readonly y: number }[];
    readonly x?: number;
    readonly y?: number;
  };
}

interface Dagre {
  readonly Graph: new (options: { readonly compound: boolean; readonly multigraph: boolean }) => LaidOutGraph;
  layout(graph: LaidOutGraph): void;
}

/**
 * Layered layout of graphs, loaded when something is drawn: all other commands do without. Its types are those of an ES
 * module, which a CommonJS one cannot name; it is loaded as CommonJS.
 */
export function dagre(): Dagre {
  return require('@dagrejs/dagre') as Dagre;
}
