import { SIZE } from './layout';

interface Colours {
  readonly page: string;
  readonly group: string;
  readonly line: string;
  readonly text: string;
  readonly faint: string;
  readonly node: string;
  readonly azurerm: string;
  readonly azapi: string;
  readonly other: string;
  readonly right: string;
  readonly secret: string;
}

const LIGHT: Colours = {
  page: '#ffffff',
  group: '#f6f8fa',
  line: '#d1d9e0',
  text: '#1f2328',
  faint: '#59636e',
  node: '#ffffff',
  azurerm: '#0969da',
  azapi: '#8250df',
  other: '#9a6700',
  right: '#1a7f37',
  secret: '#bc4c00',
};

const DARK: Colours = {
  page: '#0d1117',
  group: '#151b23',
  line: '#3d444d',
  text: '#f0f6fc',
  faint: '#9198a1',
  node: '#0d1117',
  azurerm: '#4493f8',
  azapi: '#ab7df8',
  other: '#d29922',
  right: '#3fb950',
  secret: '#f0883e',
};

const SHAPES = [
  'text{font-family:system-ui,-apple-system,"Segoe UI","Noto Sans",Helvetica,Arial,sans-serif}',
  '.heading{font-size:18px;font-weight:600}',
  `.service{font-size:${SIZE.name}px;font-weight:600;paint-order:stroke;stroke-width:4px;stroke-linejoin:round}`,
  `.label{font-size:${SIZE.label}px;font-weight:600}`,
  `.name{font-size:${SIZE.name}px}`,
  `.tag{font-size:${SIZE.edge}px;text-anchor:end}`,
  `.said{font-size:${SIZE.edge}px;text-anchor:middle;paint-order:stroke;stroke-width:4px;stroke-linejoin:round}`,
  '.group{stroke-width:1px}',
  '.node{stroke-width:1.5px}',
  '.node.exists{stroke-dasharray:6 4}',
  '.node.outside{stroke-dasharray:2 3}',
  '.edge{fill:none;stroke-width:1.5px}',
  '.edge.right{stroke-width:2.5px}',
  '.edge.secret{stroke-dasharray:5 4}',
  '.edge.reference{stroke-width:1px}',
];

/** How a picture looks, light or dark as whoever looks at it prefers. */
export const STYLE = [
  ...SHAPES,
  ...rules(LIGHT),
  `@media (prefers-color-scheme:dark){${rules(DARK).join('')}}`,
].join('');

function rules(colours: Colours): string[] {
  const { page, group, line, text, faint, node, azurerm, azapi, other, right, secret } = colours;
  return [
    `.page{fill:${page};stroke:${line}}`,
    `.group{fill:${group};stroke:${line}}`,
    `.node{fill:${node};stroke:${faint}}`,
    `.heading,.label{fill:${text}}`,
    `.name,.service,.tag{fill:${faint}}`,
    `.node.azurerm{stroke:${azurerm}}.tag.azurerm{fill:${azurerm}}`,
    `.node.azapi{stroke:${azapi}}.tag.azapi{fill:${azapi}}`,
    `.node.other{stroke:${other}}.tag.other{fill:${other}}`,
    `.edge{stroke:${faint}}.head{fill:${faint}}`,
    `.edge.right{stroke:${right}}.head.right,.said.right{fill:${right}}`,
    `.edge.secret{stroke:${secret}}.head.secret{fill:${secret}}`,
    `.edge.reference{stroke:${line}}`,
    `.service{stroke:${group}}`,
    `.said{fill:${faint};stroke:${page}}.said.right{fill:${right}}.said.secret{fill:${secret}}`,
  ];
}
