export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Box extends Point {
  readonly width: number;
  readonly height: number;
}

/** A box whose edges from above keep clear of its left by so much, where the title of its group stands. */
interface TitledBox extends Box {
  readonly titleWidth: number;
}

/** An edge as the layout has it: the ranks that it goes through, each at its own place. */
export interface Way {
  readonly from: TitledBox;
  readonly to: TitledBox;
  readonly through: readonly Point[];
}

/** How far from a box's corners its edges begin. */
const CORNER = 14;

/**
 * Lines of edges: upright within each rank, so that none crosses a box or what is said along another, and aslant
 * between ranks alone. Edges at the same side of a box are spread along it, in the order in which they come.
 *
 * @param heightAt of each rank, by the y of its middle
 */
export function routesOf(ways: readonly Way[], heightAt: ReadonlyMap<number, number>): Point[][] {
  const ports = portsOf(ways);
  const upright = ({ x, y }: Point, down: boolean): Point[] => {
    const half = Math.round((heightAt.get(y) ?? 0) / 2);
    return down ? [at(x, y - half), at(x, y + half)] : [at(x, y + half), at(x, y - half)];
  };
  return ways.map(({ from, to, through }, i) => {
    const down = middleOf(from).y < middleOf(to).y;
    const start = ports.get(portId(i, 'from'))!;
    const end = ports.get(portId(i, 'to'))!;
    const [, leaves] = upright(at(start.x, middleOf(from).y), down) as [Point, Point];
    const [comes] = upright(at(end.x, middleOf(to).y), down) as [Point, Point];
    return withoutRepeats([start, leaves, ...through.flatMap((point) => upright(point, down)), comes, end]);
  });
}

/** Where on its box each edge begins and ends. */
function portsOf(ways: readonly Way[]): Map<string, Point> {
  const sides = new Map<string, { box: TitledBox; down: boolean; ends: { id: string; toward: number }[] }>();
  const add = (box: TitledBox, other: TitledBox, id: string, next: Point | undefined) => {
    const down = middleOf(box).y < middleOf(other).y;
    const key = JSON.stringify([box.x, box.y, down]);
    const side = sides.get(key) ?? { box, down, ends: [] };
    side.ends.push({ id, toward: (next ?? middleOf(other)).x });
    sides.set(key, side);
  };
  ways.forEach(({ from, to, through }, i) => {
    add(from, to, portId(i, 'from'), through[0]);
    add(to, from, portId(i, 'to'), through.at(-1));
  });
  const ports = new Map<string, Point>();
  for (const { box, down, ends } of sides.values()) {
    const y = down ? box.y + box.height : box.y;
    const [least, most] = [box.x + (down ? CORNER : box.titleWidth), box.x + box.width - CORNER];
    const step = (most - least) / (ends.length + (down ? 1 : 0));
    ends
      .sort((a, b) => a.toward - b.toward)
      .forEach(({ id, toward }, i) => {
        const spread = Math.round(least + step * (i + (down ? 1 : 0.5)));
        // The only one goes as straight as it can.
        ports.set(id, at(ends.length === 1 ? Math.min(Math.max(toward, least), most) : spread, y));
      });
  }
  return ports;
}

const portId = (edge: number, end: 'from' | 'to') => `${edge} ${end}`;

const at = (x: number, y: number): Point => ({ x, y });

function middleOf({ x, y, width, height }: Box): Point {
  return { x: Math.round(x + width / 2), y: Math.round(y + height / 2) };
}

function withoutRepeats(points: readonly Point[]): Point[] {
  return points.filter(({ x, y }, i) => x !== points[i - 1]?.x || y !== points[i - 1]?.y);
}
