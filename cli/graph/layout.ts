import type { Topology, TopologyEdge, TopologyNode } from '../topology/topology';
import { dagre } from './dagre';
import { groupsOf } from './groups';
import { routesOf, type Box, type Point } from './routes';
import { textWidth } from './text-width';

/** Sizes in pixels of the picture, which scales. */
export const SIZE = {
  label: 13,
  name: 12,
  edge: 11,
  line: 17,
  edgeLine: 14,
  padding: 12,
  groupTitle: 22,
  margin: 24,
} as const;

/** Signs of a line above which it is broken. */
const LONGEST_LINE = { node: 34, edge: 18 } as const;

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
  const graph = new (dagre().Graph)({ compound: true, multigraph: true });
  graph.setGraph({
    rankdir: 'TB',
    nodesep: 24,
    ranksep: 66,
    edgesep: 14,
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
  const said = topology.edges.map(({ labels }) =>
    labels.flatMap((label) => broken(label, LONGEST_LINE.edge)),
  );
  topology.edges.forEach(({ from, to, kind }, i) => {
    const width = Math.max(0, ...said[i]!.map((text) => textWidth(text, SIZE.edge)));
    const height = said[i]!.length * SIZE.edgeLine;
    graph.setEdge(from, to, { width, height, labelpos: 'c', weight: WEIGHTS[kind] }, String(i));
  });
  dagre().layout(graph);
  const nodes = topology.nodes.map((node) => ({ node, lines: linesOf(node), ...boxOf(graph.node(node.id)) }));
  const boxes = new Map(
    nodes.map((box) => {
      // Of a narrow box, a part is left to its edges.
      const titleWidth = Math.min(textWidth(box.node.service, SIZE.name) + SIZE.padding, 0.7 * box.width);
      return [box.node.id, { ...box, titleWidth }];
    }),
  );
  const laid = topology.edges.map(({ from, to }, i) => graph.edge(from, to, String(i)));
  const labels = laid.map(({ x = 0, y = 0 }, i) => ({ ...rounded({ x, y }), lines: said[i]! }));
  const routes = routesOf(
    topology.edges.map(({ from, to }, i) => ({
      from: boxes.get(from)!,
      to: boxes.get(to)!,
      through: (laid[i]!.points ?? []).slice(1, -1).map(rounded),
    })),
    heightsOf(nodes, labels),
  );
  const { width = 0, height = 0 } = graph.graph();
  return {
    width: Math.round(width),
    height: Math.round(height),
    groups: groups.map(({ service, nodes: inside }) => ({
      service,
      ...around(
        inside.map(({ id }) => boxes.get(id)!),
        service,
      ),
    })),
    nodes,
    edges: topology.edges.map((edge, i) => ({
      edge,
      points: routes[i]!,
      ...(said[i]!.length > 0 ? { label: labels[i]! } : {}),
    })),
  };
}

/** How high each rank is, by the y of its middle: nodes with the titles of their groups, and as much below. */
function heightsOf(
  nodes: readonly Box[],
  labels: readonly (Point & { readonly lines: readonly string[] })[],
): Map<number, number> {
  const heights = new Map<number, number>();
  const add = (y: number, height: number) => heights.set(y, Math.max(height, heights.get(y) ?? 0));
  for (const { y, height } of nodes) add(Math.round(y + height / 2), height + 2 * SIZE.groupTitle);
  for (const { y, lines } of labels) add(y, lines.length * SIZE.edgeLine);
  return heights;
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
  return [name, ...notes].flatMap((text) => broken(text, LONGEST_LINE.node));
}

/** Lines of a text, broken between words. */
function broken(text: string, longest: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < longest)
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

const rounded = ({ x, y }: Point): Point => ({ x: Math.round(x), y: Math.round(y) });
