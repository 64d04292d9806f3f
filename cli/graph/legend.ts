import type { EdgeKind, Maker, Topology } from '../topology/topology';

const MAKERS = {
  azurerm: 'made by azurerm',
  azapi: 'made by azapi',
  terraform: 'of Terraform itself',
  exists: 'exists already',
  outside: 'outside of the stack',
} as const;

/** Makers that have a look of their own, which other providers have not. */
export type KnownMaker = keyof typeof MAKERS;

export function hasLook(maker: Maker): maker is KnownMaker {
  return Object.hasOwn(MAKERS, maker);
}

const EDGES: readonly (readonly [kind: EdgeKind, text: string])[] = [
  ['flow', 'goes to'],
  ['right', 'holds this right on'],
  ['secret', 'a secret goes to'],
  ['reference', 'is set up with'],
];

/** What of the signs a picture has to explain: those that are in it, other providers by their names. */
export function legendOf({ nodes, edges }: Topology): {
  makers: (readonly [Maker, string])[];
  edges: (readonly [EdgeKind, string])[];
} {
  const makers = new Set(nodes.map(({ maker }) => maker));
  const known = Object.entries(MAKERS).filter(([maker]) => makers.has(maker));
  const others = [...makers].filter((maker) => !hasLook(maker)).sort();
  return {
    makers: [...known, ...others.map((maker) => [maker, `made by ${maker}`] as const)],
    edges: EDGES.filter(([kind]) => edges.some((edge) => edge.kind === kind)),
  };
}

/** What a picture says to whoever does not see it. */
export function descriptionOf({ title, nodes, edges }: Topology): { title: string; description: string } {
  const services = [...new Set(nodes.map(({ service }) => service))];
  const rights = edges.filter(({ kind }) => kind === 'right').length;
  const secrets = edges.filter(({ kind }) => kind === 'secret').length;
  return {
    title: `The stack ${title}`,
    description: `${counted(nodes.length, 'part')} of ${services.join(', ')}; ${counted(rights, 'right')} held by one on another, and ${counted(secrets, 'way')} that a secret goes.`,
  };
}

const counted = (count: number, word: string) => `${count} ${word}${count === 1 ? '' : 's'}`;
