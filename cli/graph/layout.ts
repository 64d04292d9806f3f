import type { Topology, TopologyEdge, TopologyNode } from '../topology/topology';
import { dagre } from './dagre';
import { groupsOf } from './groups';
import { textWidth } from './text-width';

/** Sizes in pixels of the picture, which scales. */
export const SIZE = {
  label: 13,
  name: 12,
  edge: 11,
  line: 17,
  edgeLine: 14,
  padding: 12,
  groupTitle: 24,
  margin: 24,
} as const;

/** Signs of a line above which it is broken. */
const LONGEST_LINE = 34;

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Drawn {
  readonly width: number;
  readonly height: number;
  readonly groups: readonly (Box & { readonly service: string })[];
  readonly nodes: readonly (Box & { readonly node: TopologyNode; readonly lines: readonly string[] })[];
  readonly edges: readonly {
    readonly edge: TopologyEdge;
    readonly points: readonly Point[];
    readonly label?: Point & { readonly lines: readonly string[] };
  }[];
}

/** Where everything stands, from top to bottom; whole pixels, the same for the same topology. */
export function drawn(topology: Topology): Drawn {
  const graph = new dagre.Graph({ compound: true, multigraph: true });
  graph.setGraph({
    rankdir: 'TB',
    nodesep: 36,
    ranksep: 48,
    edgesep: 16,
    marginx: SIZE.margin,
    marginy: SIZE.margin,
  });
  const groups = groupsOf(topology);
  groups.forEach(({ service, nodes }, i) => {
    graph.setNode(groupId(i), { label: service });
    for (const node of nodes) {
      graph.setNode(node.id, sizeOf(node));
      graph.setParent(node.id, groupId(i));
    }
  });
  topology.edges.forEach((edge, i) => {
    const lines = edge.labels.flatMap((label) => broken(label));
    const width = Math.max(0, ...lines.map((text) => textWidth(text, SIZE.edge)));
    const height = lines.length * SIZE.edgeLine;
    graph.setEdge(
      edge.from,
      edge.to,
      { width, height, labelpos: 'c', weight: WEIGHTS[edge.kind] },
      String(i),
    );
  });
  dagre.layout(graph);
  const { width = 0, height = 0 } = graph.graph();
  return {
    width: Math.round(width),
    height: Math.round(height),
    groups: groups.map(({ service, nodes }) => ({
      service,
      ...around(
        nodes.map(({ id }) => boxOf(graph.node(id))),
        service,
      ),
    })),
    nodes: topology.nodes.map((node) => ({ node, lines: linesOf(node), ...boxOf(graph.node(node.id)) })),
    edges: topology.edges.map((edge, i) => {
      const { points = [], x = 0, y = 0 } = graph.edge(edge.from, edge.to, String(i));
      const lines = edge.labels.flatMap((label) => broken(label));
      return {
        edge,
        points: points.map(({ x, y }) => ({ x: Math.round(x), y: Math.round(y) })),
        ...(lines.length > 0 ? { label: { x: Math.round(x), y: Math.round(y), lines } } : {}),
      };
    }),
  };
}

/** What goes along decides what stands in a line. */
const WEIGHTS = { flow: 3, right: 2, secret: 1, reference: 1 } as const;

const groupId = (place: number) => `group ${place}`;

function sizeOf(node: TopologyNode): { width: number; height: number } {
  const lines = linesOf(node);
  const widest = Math.max(
    textWidth(node.label, SIZE.label) * 1.12 + textWidth(tagOf(node), SIZE.edge) + SIZE.padding,
    ...lines.map((text) => textWidth(text, SIZE.name)),
  );
  return {
    width: Math.round(widest) + 2 * SIZE.padding,
    height: (lines.length + 1) * SIZE.line + 2 * SIZE.padding - 6,
  };
}

/** Who makes it, in a word beside its kind: colours alone do not tell everybody. */
export function tagOf({ maker }: TopologyNode): string {
  return maker === 'exists' || maker === 'outside' ? '' : maker;
}

function linesOf({ name, notes }: TopologyNode): string[] {
  return [name, ...notes].flatMap((text) => broken(text));
}

/** Lines of a text, broken between words. */
function broken(text: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < LONGEST_LINE)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** The box of a group: tight around what is in it, with space for its title above. */
function around(boxes: readonly Box[], title: string): Box {
  const left = Math.min(...boxes.map(({ x }) => x)) - SIZE.padding;
  const top = Math.min(...boxes.map(({ y }) => y)) - SIZE.groupTitle;
  const right = Math.max(...boxes.map(({ x, width }) => x + width)) + SIZE.padding;
  const bottom = Math.max(...boxes.map(({ y, height }) => y + height)) + SIZE.padding;
  const width = Math.max(right - left, textWidth(title, SIZE.name) + 2 * SIZE.padding);
  return { x: left, y: top, width, height: bottom - top };
}

function boxOf({ x = 0, y = 0, width = 0, height = 0 }: Partial<Box>): Box {
  const left = Math.round(x - width / 2);
  const top = Math.round(y - height / 2);
  return { x: left, y: top, width: Math.round(width), height: Math.round(height) };
}
