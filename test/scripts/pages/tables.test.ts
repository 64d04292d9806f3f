import { anchorOf } from '../../../scripts/pages/anchors';
import type { PropsInterface } from '../../../scripts/pages/declarations';
import { propsIndex } from '../../../scripts/pages/props-index';
import { propsTable } from '../../../scripts/pages/props-table';
import { regionsOf, writeRegions } from '../../../scripts/pages/regions';

const HUB: PropsInterface = {
  name: 'HubV1Props',
  text: 'A hub <of yours>.',
  metaArguments: false,
  props: [
    { name: 'name', type: 'string', optional: false, text: 'Its `a|b` name.' },
    { name: 'lock', type: 'Lock | false', optional: true, default: '- none', text: '' },
    {
      name: 'events',
      type: "Map<string | number, 'a' | 'b'>",
      optional: true,
      text: 'Kinds, see docs/relay.md.',
    },
  ],
};

const PLACES = new Map([
  ['HubV1Props', 'docs/constructs/hub.md'],
  ['Lock', 'docs/resource-options.md'],
]);

describe('a table of props', () => {
  const table = propsTable(HUB, 'docs/constructs/hub.md', PLACES);

  test('has type, default and words of each, in what a page can show', () => {
    expect(table.split('\n')).toEqual([
      '### HubV1Props',
      '',
      'A hub &lt;of yours>.',
      '',
      '| prop | type | default | what |',
      '| --- | --- | --- | --- |',
      '| `name` | `string` | **required** | Its `a\\|b` name. |',
      '| `lock` | [`Lock`](../resource-options.md#lock) or `false` | none |  |',
      "| `events` | `Map<string \\| number, 'a' \\| 'b'>` | – | Kinds, see [docs/relay.md](../relay.md). |",
    ]);
  });

  test('names what Terraform gives every resource in one line', () => {
    expect(propsTable({ ...HUB, metaArguments: true }, 'docs/constructs/hub.md', PLACES)).toContain(
      '`lifecycle`',
    );
  });
});

test('the list of props has each name once, with all tables that it is in', () => {
  const other = { ...HUB, name: 'Lock', props: [HUB.props[0]!] };
  expect(propsIndex([HUB, other], 'docs/props.md', PLACES).split('\n').slice(2)).toEqual([
    '| `events` | [HubV1Props](constructs/hub.md#hubv1props) |',
    '| `lock` | [HubV1Props](constructs/hub.md#hubv1props) |',
    '| `name` | [HubV1Props](constructs/hub.md#hubv1props), [Lock](resource-options.md#lock) |',
  ]);
});

test('a region is written anew, and nothing around it', () => {
  const page = 'before\n<!-- props:HubV1Props -->\nold\n<!-- /props -->\nafter\n';
  expect(regionsOf(page)).toEqual([{ kind: 'props', name: 'HubV1Props' }]);
  const made = writeRegions(page, ({ kind, name }) => `${kind} of ${name}`);
  expect(made).toBe('before\n<!-- props:HubV1Props -->\n\nprops of HubV1Props\n\n<!-- /props -->\nafter\n');
  expect(writeRegions(made, () => 'props of HubV1Props')).toBe(made);
});

test.each([
  ['What a push says', 'what-a-push-says'],
  ['`npm start`, and more!', 'npm-start-and-more'],
  ['Länge – der Namen_', 'länge--der-namen_'],
])('the anchor of %s', (heading, anchor) => {
  expect(anchorOf(heading)).toBe(anchor);
});
