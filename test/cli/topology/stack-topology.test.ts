import { mermaidOf } from '../../../cli/graph/mermaid';
import { svgOf } from '../../../cli/graph/svg';
import { stackOf } from '../../../cli/topology/blocks';
import { topologyOf } from '../../../cli/topology/stack-topology';

const HOSTILE = 'a"]<script>&`#;end';

const stack = (name: string, secret: string) =>
  stackOf(name, {
    resource: {
      acme_thing: {
        One: { name: HOSTILE, other: '${acme_thing.Two["k"].id}', password: secret },
        Two: { for_each: '${{}}' },
      },
      azurerm_user_assigned_identity: { App: { name: `id-${name}` } },
      azurerm_storage_account: { Store: { name: `st${name}` } },
      azurerm_role_assignment: {
        Role: {
          principal_id: '${azurerm_user_assigned_identity.App.principal_id}',
          scope: '${azurerm_storage_account.Store.id}',
          role_definition_name: 'Storage Blob Data Owner',
        },
      },
    },
  });

test('a role assignment is an edge that says its right, and a reference to one of several is one', () => {
  const { edges } = topologyOf(stack('dev', 'x'));
  expect(edges).toContainEqual({
    from: 'azurerm_user_assigned_identity.App',
    to: 'azurerm_storage_account.Store',
    kind: 'right',
    labels: ['Storage Blob Data Owner'],
  });
  expect(edges).toContainEqual({
    from: 'acme_thing.One',
    to: 'acme_thing.Two',
    kind: 'reference',
    labels: ['other'],
  });
});

test('names are no markup, and the same stack gives the same bytes', () => {
  const [svg, mermaid] = [svgOf(topologyOf(stack('dev', 'x'))), mermaidOf(topologyOf(stack('dev', 'x')))];
  expect(svg).not.toContain('<script');
  expect(svg).toContain('a&quot;]&lt;script&gt;&amp;`#;end');
  expect(mermaid).toContain('a#34;#93;#60;script#62;#38;#96;#35;#59;end');
  expect(svgOf(topologyOf(stack('dev', 'x')))).toBe(svg);
});
