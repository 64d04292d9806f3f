import type { ShownLink } from '../model';
import type { DrawnEdge, DrawnNode, Drawing, Place } from './drawing';
import { comingOf, told } from './drawing';
import { boxOf, NARROW, pathOf, WIDE, type Box, type Layout } from './drawing-layout';
import { duration, useAzureNow } from './azure-time';
import { SIGNS } from './icon';
import { shortened } from './names';

/** The way of a push, drawn. */
export function LinkDrawing(props: { readonly drawing: Drawing; readonly link: ShownLink }) {
  return (
    <>
      <Picture {...props} layout={WIDE} />
      <Picture {...props} layout={NARROW} />
    </>
  );
}

interface PictureProps {
  readonly drawing: Drawing;
  readonly link: ShownLink;
  readonly layout: Layout;
}

function Picture({ drawing, link, layout }: PictureProps) {
  const { form } = layout;
  const boxes = Object.fromEntries(drawing.nodes.map(({ place }) => [place, boxOf(place, layout)])) as Record<
    Place,
    Box
  >;
  return (
    <svg
      class={`drawing drawing-${form}`}
      viewBox={`0 0 ${layout.width} ${layout.height}`}
      role="img"
      aria-label={`The way of a push. ${told(drawing)}`}
    >
      <defs>
        {(['ok', 'waiting', 'broken', 'none'] as const).map((state) => (
          <marker
            key={state}
            id={`arrow-${form}-${state}`}
            viewBox="0 0 8 8"
            refX="7"
            refY="4"
            markerWidth="7"
            markerHeight="7"
            orient="auto-start-reverse"
          >
            <path d="M0 .5L8 4L0 7.500z" class={`arrow-head arrow-${state}`} />
          </marker>
        ))}
      </defs>
      {drawing.edges.map((edge) => (
        <Edge key={`${edge.from}-${edge.to}`} edge={edge} boxes={boxes} form={form} />
      ))}
      {drawing.nodes.map((node) => (
        <Node key={node.place} node={node} box={boxes[node.place]} />
      ))}
      <LinkLabel link={link} edge={drawing.edges.find(({ to }) => to === 'linkedHub')!} at={layout.label} />
    </svg>
  );
}

function Node({
  node: { kind, name, state, words },
  box: { x, y, width, height },
}: {
  node: DrawnNode;
  box: Box;
}) {
  // Of the widest of the fonts that this may be drawn in.
  const letters = Math.floor((width - 22) / 8.6);
  return (
    <g class={`node node-${state}`} transform={`translate(${x} ${y})`}>
      <title>{`${kind}: ${name}, ${words}`}</title>
      <rect width={width} height={height} rx="10" />
      <text x="12" y="20" class="node-kind">
        {shortened(kind, Math.floor((width - 20) / 7))}
      </text>
      <text x="12" y="41" class="node-name">
        {shortened(name, letters)}
      </text>
      <g transform="translate(18 58)" class="node-sign">
        <circle r="7" />
        <path d={SIGNS[state]} transform="scale(.75) translate(-8 -8)" />
      </g>
      <text x="31" y="62" class="node-words">
        {shortened(words, Math.floor((width - 38) / 7.3))}
      </text>
    </g>
  );
}

function Edge({
  edge,
  boxes,
  form,
}: {
  edge: DrawnEdge;
  boxes: Record<Place, Box>;
  form: 'wide' | 'narrow';
}) {
  return (
    <path
      class={`edge edge-${edge.state}`}
      d={pathOf(boxes[edge.from], boxes[edge.to], form)}
      marker-end={`url(#arrow-${form}-${edge.state})`}
    />
  );
}

/** How the link stands, and while its window is open, how much of it is left. */
function LinkLabel({
  link,
  edge,
  at: [x, y],
}: {
  link: ShownLink;
  edge: DrawnEdge;
  at: readonly [number, number];
}) {
  const now = useAzureNow();
  const coming = comingOf(link);
  const left = coming ? Date.parse(coming.effectiveAt) - now : 0;
  const whole = coming ? Date.parse(coming.effectiveAt) - Date.parse(coming.linkedAt) : 1;
  const width = coming ? 150 : Math.max(84, (edge.words ?? '').length * 6.8 + 24);
  const height = coming ? 46 : 28;
  return (
    <g
      class={`edge-label edge-label-${edge.state}`}
      transform={`translate(${x - width / 2} ${y - height / 2})`}
    >
      <rect width={width} height={height} rx="14" />
      <text x={width / 2} y={coming ? 20 : 18.5} text-anchor="middle">
        {coming ? `${edge.words} ${duration(left)}` : edge.words}
      </text>
      {coming && (
        <>
          <rect x="14" y="30" width={width - 28} height="5" rx="2.500" class="window-whole" />
          <rect
            x="14"
            y="30"
            width={Math.max(0, Math.min(1, left / whole)) * (width - 28)}
            height="5"
            rx="2.500"
            class="window-left"
          />
        </>
      )}
    </g>
  );
}
