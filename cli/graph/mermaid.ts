import { withoutControls } from '../control-characters';
import type { EdgeKind, Maker, Topology, TopologyNode } from '../topology/topology';
import { groupsOf } from './groups';
import { descriptionOf, hasLook, legendOf, type KnownMaker } from './legend';

const ARROWS: Readonly<Record<EdgeKind, string>> = {
  flow: '-->',
  right: '==>',
  secret: '-.->',
  reference: '---',
};

/** Outlines alone: what is inside has the colours of whoever shows it, light or dark. */
const CLASSES: Readonly<Record<KnownMaker, string>> = {
  azurerm: 'stroke:#0969da,stroke-width:2px',
  azapi: 'stroke:#8250df,stroke-width:2px',
  terraform: 'stroke:#7d8590,stroke-width:1px',
  exists: 'stroke:#7d8590,stroke-width:2px,stroke-dasharray:4 3',
  outside: 'stroke:#7d8590,stroke-width:1px,stroke-dasharray:1 3',
};

/** A picture as text that Mermaid draws, as GitHub and others do it in Markdown. The same stack gives the same text. */
export function mermaidOf(topology: Topology): string {
  const ids = new Ids();
  const { title, description } = descriptionOf(topology);
  const legend = legendOf(topology);
  const classes = legend.makers.map(([maker]) => maker).filter(hasLook);
  return `${[
    'flowchart TB',
    `  accTitle: ${line(title)}`,
    `  accDescr: ${line(description)}`,
    ...groupsOf(topology).flatMap(({ service, nodes }) => [
      `  subgraph ${ids.of(`group ${service} of ${nodes[0]!.id}`)}["${escaped(service)}"]`,
      ...nodes.map((node) => `    ${ids.of(node.id)}["${textOf(node)}"]${classOf(node.maker)}`),
      '  end',
    ]),
    ...topology.edges.map(
      ({ from, to, kind, labels }) => `  ${ids.of(from)} ${ARROWS[kind]}${labelOf(labels)} ${ids.of(to)}`,
    ),
    `  subgraph ${ids.of('legend')}["Legend"]`,
    ...legend.makers.map(
      ([maker, text]) => `    ${ids.of(`legend ${maker}`)}["${escaped(text)}"]${classOf(maker)}`,
    ),
    ...legend.edges.map(([kind, text]) => {
      const [from, to] = [ids.of(`legend ${kind} from`), ids.of(`legend ${kind} to`)];
      return `    ${from}[" "] ${ARROWS[kind]}|"${escaped(text)}"| ${to}[" "]`;
    }),
    '  end',
    ...classes.map((maker) => `  classDef ${maker} ${CLASSES[maker]}`),
  ].join('\n')}\n`;
}

function textOf({ label, name, notes }: TopologyNode): string {
  return [`<b>${escaped(label)}</b>`, escaped(name), ...notes.map(escaped)].join('<br/>');
}

function labelOf(labels: readonly string[]): string {
  return labels.length > 0 ? `|"${labels.map(escaped).join('<br/>')}"|` : '';
}

function classOf(maker: Maker): string {
  return hasLook(maker) ? `:::${maker}` : '';
}

/** Words of Mermaid itself and what it reads as a sign are written as entities, which it turns back. */
function escaped(text: string): string {
  const one = withoutControls(text).replace(/\s+/g, ' ').trim();
  return one === '' ? ' ' : one.replace(/[^\p{L}\p{N} .,:/_()×’+-]/gu, (sign) => `#${sign.codePointAt(0)};`);
}

/** A line of its own, which ends where it ends. */
function line(text: string): string {
  return withoutControls(text)
    .replace(/[\s;#{}%]+/g, ' ')
    .trim();
}

/** Ids that Mermaid takes, which change as little as what they are of. */
class Ids {
  private readonly byText = new Map<string, string>();
  private readonly taken = new Set<string>();

  of(text: string): string {
    const known = this.byText.get(text);
    if (known !== undefined) return known;
    // With a beginning of their own they are no words of Mermaid.
    const slug = `n_${text.replace(/_[0-9A-F]{8}$/, '').replace(/\W+/g, '_')}`;
    let id = slug;
    for (let i = 2; this.taken.has(id); i++) id = `${slug}_${i}`;
    this.taken.add(id);
    this.byText.set(text, id);
    return id;
  }
}
