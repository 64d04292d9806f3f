import { posix } from 'node:path';
import { markdown } from '../markdown';
import type { PropsInterface, Prop } from './declarations';
import { anchorOf } from './anchors';

/** Types that are others with something left out, and what is described where they are: names of interfaces. */
const DESCRIBED_AS: Readonly<Record<string, string>> = {
  PartOptions: 'AzureResourceOptions',
  PushRelayOptions: 'PushRelayProps',
  SubscriptionOptions: 'EventSubscriptionOptions',
  AlertChoices: 'AlertSettings',
};

/** Documents by the type that they describe, under a heading of its name. */
export type Places = ReadonlyMap<string, string>;

/** Heading, words and table of an interface, for the page of that path. */
export function propsTable(of: PropsInterface, page: string, places: Places): string {
  return [
    `### ${of.name}`,
    ...(of.text ? [escaped(of.text, page)] : []),
    markdown([['prop', 'type', 'default', 'what'], of.props.map((prop) => cells(prop, page, places))]),
    ...(of.metaArguments
      ? [
          "And Terraform's meta-arguments, as in cdktf: `dependsOn`, `count`, `forEach`, `provider`, `lifecycle`, `connection`, `provisioners`.",
        ]
      : []),
  ].join('\n\n');
}

function cells({ name, type, optional, default: value, text }: Prop, page: string, places: Places): string[] {
  return [
    `\`${name}\``,
    typeCell(type, page, places),
    defaultCell(optional, value, page),
    escaped(text, page),
  ];
}

function defaultCell(optional: boolean, value: string | undefined, page: string): string {
  if (!optional) return '**required**';
  return value === undefined ? '–' : escaped(value.replace(/^- /, ''), page);
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

/** Text of a docstring on a page: angle brackets are no tags, and a document that it names is a link. */
function escaped(text: string, page: string): string {
  return text
    .split(/(`[^`]*`)/)
    .map((part, i) => {
      const cell = part.replaceAll('|', '\\|');
      return i % 2 === 1 ? cell : linked(cell.replaceAll('<', '&lt;'), page);
    })
    .join('');
}

function linked(text: string, page: string): string {
  return text.replace(
    /\bdocs\/[\w-]+\.md\b/g,
    (path) => `[${path}](${posix.relative(posix.dirname(page), path)})`,
  );
}
