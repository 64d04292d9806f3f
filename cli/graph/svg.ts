import { xmlText } from '../xml-text';
import type { Maker, Topology } from '../topology/topology';
import { drawn, SIZE, tagOf, type Drawn } from './layout';
import { descriptionOf, hasLook, legendOf } from './legend';
import type { Point } from './routes';
import { STYLE } from './svg-style';
import { textWidth } from './text-width';

/** Space for the heading above the picture, and for a line of the legend below it. */
const HEADING = 44;
const LEGEND_LINE = 28;

/**
 * A picture by itself: no script, no font, nothing from elsewhere. It has a background of its own, light or dark as
 * whoever looks at it prefers, and so can be read on any page. The same stack gives the same bytes.
 */
export function svgOf(topology: Topology): string {
  const picture = drawn(topology);
  const { title, description } = descriptionOf(topology);
  const legend = legendLines(topology, Math.max(picture.width, 560));
  const width = Math.max(picture.width, 560);
  const height = HEADING + picture.height + legend.height;
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title description">`,
    `<title id="title">${xmlText(title)}</title>`,
    `<desc id="description">${xmlText(description)}</desc>`,
    `<style>${STYLE}</style>`,
    `<defs>${['flow', 'right', 'secret'].map(arrowHead).join('')}</defs>`,
    `<rect class="page" width="${width}" height="${height}" rx="10"/>`,
    `<text class="heading" x="${SIZE.margin}" y="34">${xmlText(title)}</text>`,
    `<g transform="translate(${Math.max(0, Math.round((width - picture.width) / 2))} ${HEADING})">`,
    ...groups(picture),
    ...edges(picture),
    ...groupTitles(picture),
    ...nodes(picture),
    ...edgeLabels(picture),
    '</g>',
    `<g transform="translate(0 ${HEADING + picture.height})">`,
    ...legend.lines,
    '</g>',
    '</svg>',
  ].join('\n')}\n`;
}

function groups({ groups }: Drawn): string[] {
  return groups.map(
    ({ x, y, width, height }) =>
      `<rect class="group" x="${x}" y="${y}" width="${width}" height="${height}" rx="8"/>`,
  );
}

/** Over the lines that go into a group, as what is said along them is. */
function groupTitles({ groups }: Drawn): string[] {
  return groups.map(
    ({ service, x, y }) => `<text class="service" x="${x + 10}" y="${y + 16}">${xmlText(service)}</text>`,
  );
}

function nodes({ nodes }: Drawn): string[] {
  return nodes.map(({ node, lines, x, y, width, height }) => {
    const baseline = y + SIZE.padding + 9;
    return (
      `<g><rect class="node ${makerClass(node.maker)}" x="${x}" y="${y}" width="${width}" height="${height}" rx="6"/>` +
      `<text class="label" x="${x + SIZE.padding}" y="${baseline}">${xmlText(node.label)}</text>` +
      `<text class="tag ${makerClass(node.maker)}" x="${x + width - SIZE.padding}" y="${baseline}">${xmlText(tagOf(node))}</text>` +
      lines
        .map(
          (line, i) =>
            `<text class="name" x="${x + SIZE.padding}" y="${baseline + (i + 1) * SIZE.line}">${xmlText(line)}</text>`,
        )
        .join('') +
      '</g>'
    );
  });
}

function edges({ edges }: Drawn): string[] {
  return edges.map(({ edge, points }) => {
    const head = edge.kind === 'reference' ? '' : ` marker-end="url(#${edge.kind})"`;
    return `<path class="edge ${edge.kind}" d="${pathOf(points)}"${head}/>`;
  });
}

/** Over the lines, each with a halo in the colour of the page. */
function edgeLabels({ edges }: Drawn): string[] {
  return edges.flatMap(({ edge, label }) =>
    label
      ? label.lines.map((line, i) => {
          const y = label.y + Math.round((i - (label.lines.length - 1) / 2) * SIZE.edgeLine) + 4;
          return `<text class="said ${edge.kind}" x="${label.x}" y="${y}">${xmlText(line)}</text>`;
        })
      : [],
  );
}

function legendLines(topology: Topology, width: number): { lines: string[]; height: number } {
  const { makers, edges } = legendOf(topology);
  const signs = [
    ...makers.map(([maker, text]) => ({
      text,
      sign: `<rect class="node ${makerClass(maker)}" x="0" y="-13" width="26" height="17" rx="4"/>`,
    })),
    ...edges.map(([kind, text]) => ({
      text,
      sign: `<path class="edge ${kind}" d="M0 -4L26 -4"${kind === 'reference' ? '' : ` marker-end="url(#${kind})"`}/>`,
    })),
  ];
  let x: number = SIZE.margin;
  let y = 18;
  const lines = signs.map(({ text, sign }) => {
    const needed = 36 + textWidth(text, SIZE.name) + 24;
    if (x + needed > width && x > SIZE.margin) {
      x = SIZE.margin;
      y += LEGEND_LINE;
    }
    const line = `<g transform="translate(${x} ${y})">${sign}<text class="name" x="36" y="0">${xmlText(text)}</text></g>`;
    x += needed;
    return line;
  });
  return { lines, height: y + 18 };
}

/** A line through points: upright where they stand above each other, and a bend that begins and ends upright elsewhere. */
function pathOf(points: readonly Point[]): string {
  return points
    .map(({ x, y }, i) => {
      const last = points[i - 1];
      if (!last) return `M${x} ${y}`;
      const middle = Math.round((last.y + y) / 2);
      return last.x === x ? `L${x} ${y}` : `C${last.x} ${middle} ${x} ${middle} ${x} ${y}`;
    })
    .join('');
}

function arrowHead(kind: string): string {
  return (
    `<marker id="${kind}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="10" markerHeight="10" markerUnits="userSpaceOnUse" orient="auto">` +
    `<path class="head ${kind}" d="M0 1L9 5L0 9Z"/></marker>`
  );
}

/** Providers that have no colour of their own share one. */
function makerClass(maker: Maker): string {
  return hasLook(maker) ? maker : 'other';
}
