import { posix } from 'node:path';
import type { PropsInterface, Prop } from './declarations';
import { anchorOf } from './anchors';

/** Types that are others with something left out, and what is described where they are: names of interfaces. */
const DESCRIBED_AS: Readonly<Record<string, string>> = {
  PartOptions: 'AzureResourceOptions',
  PushRelayOptions: 'PushRelayProps',
  SubscriptionOptions: 'EventSubscriptionOptions',
  AlertChoices: 'AlertSettings',
};

/** Pages by the interface whose table is on them. */
export type Places = ReadonlyMap<string, string>;

/** Heading, words and table of an interface, for the page of that path. */
export function propsTable(of: PropsInterface, page: string, places: Places): string {
  const rows = of.props.map((prop) => `| ${cells(prop, page, places).join(' | ')} |`);
  return [
    `### ${of.name}`,
    ...(of.text ? [escaped(of.text)] : []),
    ['| prop | type | default | what |', '| --- | --- | --- | --- |', ...rows].join('\n'),
    ...(of.metaArguments
      ? [
          "And Terraform's meta-arguments, as in cdktf: `dependsOn`, `count`, `forEach`, `provider`, `lifecycle`, `connection`, `provisioners`.",
        ]
      : []),
  ].join('\n\n');
}

function cells({ name, type, optional, default: value, text }: Prop, page: string, places: Places): string[] {
  return [`\`${name}\``, typeCell(type, page, places), defaultCell(optional, value), escaped(text)];
}

function defaultCell(optional: boolean, value: string | undefined): string {
  if (!optional) return '**required**';
  return value === undefined ? '–' : escaped(value.replace(/^- /, ''));
}

function typeCell(type: string, page: string, places: Places): string {
  return alternatives(type)
    .map((one) => {
      const known = /^([A-Za-z0-9]+)(<[^>]*>)?(\[\])?$/.exec(one)?.[1];
      const described =
        known && places.has(DESCRIBED_AS[known] ?? known) ? (DESCRIBED_AS[known] ?? known) : undefined;
      const code = `\`${one.replaceAll('|', '\\|')}\``;
      if (described === undefined) return code;
      return `[${code}](${linkTo(described, page, places)})`;
    })
    .join(' or ');
}

/** Where the table of an interface is, as a link of a page. */
export function linkTo(name: string, page: string, places: Places): string {
  const place = places.get(name)!;
  const file = place === page ? '' : posix.relative(posix.dirname(page), place);
  return `${file}#${anchorOf(name)}`;
}

/** Parts of a union that are not within brackets. */
function alternatives(type: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let part = '';
  for (const char of type) {
    if ('({[<'.includes(char)) depth += 1;
    if (')}]>'.includes(char)) depth -= 1;
    if (char === '|' && depth === 0) {
      parts.push(part.trim());
      part = '';
    } else part += char;
  }
  return [...parts, part.trim()].filter((one) => one !== '');
}

/** Text of a docstring in a cell of a table; angle brackets are no tags of a page. */
function escaped(text: string): string {
  return text
    .split(/(`[^`]*`)/)
    .map((part, i) =>
      i % 2 ? part.replaceAll('|', '\\|') : part.replaceAll('|', '\\|').replaceAll('<', '&lt;'),
    )
    .join('');
}
