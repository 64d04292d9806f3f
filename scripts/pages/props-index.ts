import { markdown } from '../markdown';
import type { PropsInterface } from './declarations';
import { linkTo, type Places } from './props-table';

/** Every prop by its name, with the tables that it is in. */
export function propsIndex(interfaces: readonly PropsInterface[], page: string, places: Places): string {
  const byName = new Map<string, string[]>();
  for (const { name, props } of interfaces) {
    for (const prop of props) byName.set(prop.name, [...(byName.get(prop.name) ?? []), name]);
  }
  const rows = [...byName]
    .sort(([a], [b]) => a.localeCompare(b, 'en'))
    .map(([prop, owners]) => {
      const links = owners
        .sort((a, b) => a.localeCompare(b, 'en'))
        .map((name) => `[${name}](${linkTo(name, page, places)})`);
      return [`\`${prop}\``, links.join(', ')];
    });
  return markdown([['prop', 'of'], rows]);
}
