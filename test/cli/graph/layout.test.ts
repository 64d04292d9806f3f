import { drawn, SIZE, type Drawn } from '../../../cli/graph/layout';
import type { Box } from '../../../cli/graph/routes';
import { textWidth } from '../../../cli/graph/text-width';
import type { EdgeKind, Topology } from '../../../cli/topology/topology';

const node = (id: string, service: string) => ({
  id,
  service,
  label: `A thing ${id}`,
  name: `thing-${id}-of-a-name-as-it-is-usual`,
  maker: 'azapi',
  notes: [],
});
const edge = (ends: string, label: string, kind: EdgeKind = 'flow') => {
  const [from = '', to = ''] = ends;
  return { from, to, kind, labels: [label] };
};

/** Ways that pass by others, lead back, and join. */
const TOPOLOGY: Topology = {
  title: 'dev',
  nodes: ['A Secrets', 'B Hubs', 'C Hubs', 'D Apps', 'E Events', 'F Stores', 'G Logs', 'H Others'].map(
    (text) => node(text[0]!, text.slice(2)),
  ),
  edges: [
    edge('AB', 'write-only', 'secret'),
    edge('AC', 'write-only', 'secret'),
    edge('BE', 'listKeys', 'secret'),
    edge('EB', 'linkNotificationHub'),
    edge('ED', 'delivers to'),
    edge('EF', 'dead letters'),
    edge('DF', 'Storage Blob Data Owner', 'right'),
    edge('DG', 'Monitoring Metrics Publisher', 'right'),
    edge('GD', 'connection_string', 'secret'),
    edge('DC', 'listKeys', 'right'),
    edge('BH', 'pushes'),
    edge('CH', 'pushes'),
  ],
};

/** Parts of lines where they stand upright, each as a box, with the edge that they are of. */
function uprights({ edges }: Drawn): { of: number; box: Box }[] {
  return edges.flatMap(({ points }, of) =>
    points.slice(1).flatMap(({ x, y }, i) => {
      const last = points[i]!;
      if (last.x !== x) return [];
      return [{ of, box: { x, y: Math.min(y, last.y), width: 0, height: Math.abs(y - last.y) } }];
    }),
  );
}

function saidAlong({ edges }: Drawn): { of: number; box: Box }[] {
  return edges.flatMap(({ label }, of) => {
    if (!label) return [];
    const width = Math.max(...label.lines.map((line) => textWidth(line, SIZE.edge)));
    const height = label.lines.length * SIZE.edgeLine;
    return [{ of, box: { x: label.x - width / 2, y: label.y - height / 2, width, height } }];
  });
}

const overlap = (a: Box, b: Box) =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

const picture = drawn(TOPOLOGY);

test('no line goes through what is said along another', () => {
  const lines = uprights(picture).map(({ of, box }) => ({ of, box: { ...box, width: 1 } }));
  const said = saidAlong(picture);
  expect(said).toHaveLength(TOPOLOGY.edges.length);
  expect(
    said.filter((label) => lines.some(({ of, box }) => of !== label.of && overlap(box, label.box))),
  ).toEqual([]);
});

test('lines bend between the rows of boxes and words alone', () => {
  const rows = [...picture.nodes, ...saidAlong(picture).map(({ box }) => box)];
  const bends = picture.edges.flatMap(({ points }) =>
    points.slice(1).flatMap(({ x, y }, i) => {
      const last = points[i]!;
      return last.x === x ? [] : [{ top: Math.min(y, last.y), bottom: Math.max(y, last.y) }];
    }),
  );
  expect(bends.length).toBeGreaterThan(0);
  const within = bends.filter(({ top, bottom }) =>
    rows.some(({ y, height }) => y < bottom && top < y + height),
  );
  expect(within).toEqual([]);
});

test('each line begins and ends at its own place on its boxes', () => {
  const boxes = new Map(picture.nodes.map((box) => [box.node.id, box]));
  for (const { edge: of, points } of picture.edges) {
    for (const [end, id] of [
      [points[0]!, of.from],
      [points.at(-1)!, of.to],
    ] as const) {
      const { x, y, width, height } = boxes.get(id)!;
      expect([y, y + height]).toContain(end.y);
      expect(end.x).toBeGreaterThan(x);
      expect(end.x).toBeLessThan(x + width);
    }
  }
  const ends = picture.edges.flatMap(({ points }) =>
    [points[0], points.at(-1)].map((end) => JSON.stringify(end)),
  );
  expect(new Set(ends).size).toBe(ends.length);
});

test('boxes and groups are beside each other', () => {
  for (const boxes of [picture.nodes, picture.groups] as readonly (readonly Box[])[]) {
    const both = boxes.flatMap((a, i) => boxes.slice(i + 1).filter((b) => overlap(a, b)));
    expect(both).toEqual([]);
  }
});
