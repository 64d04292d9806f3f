import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BILLS } from '../../scripts/pages/bills';
import { regionsOf } from '../../scripts/pages/regions';
import { ensureAssets } from '../support/assets';
import { typesMadeBy } from './example';
import { blocksOf, ROOT } from './markdown';

const FOLDER = 'docs/constructs';

/** Not of a construct, and so without a picture, resources and a price of its own. */
const VALUES = 'common-values';

const names = readdirSync(join(ROOT, FOLDER)).map((file) => file.replace(/\.md$/, ''));
const textOf = (name: string) => readFileSync(join(ROOT, FOLDER, `${name}.md`), 'utf8');
const ofConstructs = names.filter((name) => name !== VALUES);

/** The part of a page below a heading. */
function section(text: string, heading: string): string {
  const [, rest = ''] = text.split(`\n## ${heading}\n`);
  return rest.split('\n## ')[0]!;
}

beforeAll(ensureAssets);

describe.each(ofConstructs)('the page %s', (name) => {
  const text = textOf(name);

  test('has its parts in one order', () => {
    const headings = [...text.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading);
    expect(headings).toEqual(['Smallest example', 'What it makes', 'What it costs', 'Props', 'Related']);
    const kinds = regionsOf(text).map(({ kind }) => kind);
    expect(kinds).toContain('props');
    expect(regionsOf(section(text, 'What it costs'))).toEqual([{ kind: 'cost', name }]);
    expect(Object.keys(BILLS)).toContain(name);
  });

  test('has a picture that can be drawn', () => {
    const [picture, ...others] = blocksOf(name, text, ['mermaid']);
    expect(others).toEqual([]);
    expect(
      picture!.code
        .trimEnd()
        .split('\n')
        .filter((line) => !isMermaid(line)),
    ).toEqual([]);
  });

  test('says what its example makes, and nothing else', () => {
    const [example] = blocksOf(name, section(text, 'Smallest example'), ['ts']);
    const rows = section(text, 'What it makes')
      .split('\n')
      .filter((line) => line.startsWith('| `'));
    const said = rows.flatMap((row) =>
      [...row.split('|')[1]!.matchAll(/`([^`]+)`/g)].map(([, type]) => type!),
    );
    const made = typesMadeBy(example!);
    const beside = section(text, 'What it makes').includes('Beside what [PushRelay]') ? ofRelay() : [];
    expect(said.filter((type) => !made.includes(type))).toEqual([]);
    expect(made.filter((type) => !said.includes(type) && !beside.includes(type))).toEqual([]);
  });
});

let relay: string[] | undefined;

/** What a relay makes, for examples that are one and something more. */
function ofRelay(): string[] {
  return (relay ??= typesMadeBy(
    blocksOf('push-relay', section(textOf('push-relay'), 'Smallest example'), ['ts'])[0]!,
  ));
}

const NODE = String.raw`[a-z]+(\["[^"\[\]]+"\])?`;
const ARROW = String.raw` (-- "[^"]+" )?(-->|---|-\. "[^"]+" \.->?|-\.->|-\. "[^"]+" \.-) `;
const MERMAID = [
  /^flowchart (LR|TB)$/,
  /^ +subgraph [a-z]+(\["[^"]+"\])?$/,
  /^ +end$/,
  new RegExp(`^ +${NODE}(${ARROW}${NODE})*$`),
];

/** A line of the few kinds of Mermaid that these pictures are made of; labels are in quotes. */
function isMermaid(line: string): boolean {
  return MERMAID.some((kind) => kind.test(line));
}
