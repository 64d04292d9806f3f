import { nodeOf, readGraph } from '../../../bench/deploy/graph';
import { longestChain, lengthOf, walk } from '../../../bench/deploy/walk';

const graph = (edges: Readonly<Record<string, readonly string[]>>) => new Map(Object.entries(edges));
const of = (seconds: Readonly<Record<string, number>>) => (node: string) => seconds[node] ?? 0;

test('a node starts when all that it waits for are done', () => {
  const spans = walk(
    graph({ group: [], hub: ['group'], topic: ['group'], link: ['hub', 'topic'] }),
    of({ group: 20, hub: 3, topic: 10, link: 1 }),
    10,
  );
  expect(spans.find(({ node }) => node === 'link')).toEqual({ node: 'link', start: 30, end: 31 });
});

test('no more nodes work at once than there are places', () => {
  const three = graph({ a: [], b: [], c: [] });
  const seconds = of({ a: 5, b: 5, c: 5 });
  expect(lengthOf(walk(three, seconds, 3))).toBe(5);
  expect(lengthOf(walk(three, seconds, 2))).toBe(10);
});

test('nodes that wait for each other are refused', () => {
  expect(() => walk(graph({ a: ['b'], b: ['a'] }), () => 1, 10)).toThrow('2 nodes wait for each other');
  expect(() => longestChain(graph({ a: ['b'], b: ['a'] }), () => 1)).toThrow('waits for itself');
});

test('the longest chain leaves out what weighs nothing, and what goes on beside it', () => {
  const chain = longestChain(
    graph({ group: [], expand: ['group'], hub: ['expand'], topic: ['group'], link: ['hub', 'topic'] }),
    of({ group: 1, hub: 3, topic: 2, link: 1 }),
  );
  expect(chain).toEqual({ weight: 5, nodes: ['group', 'hub', 'link'] });
});

test('reads what terraform graph prints', () => {
  const read = readGraph(`digraph {
    "[root] azurerm_resource_group.rg" [label = "azurerm_resource_group.rg", shape = "box"]
    "[root] azurerm_resource_group.rg" -> "[root] azurerm_resource_group.rg (expand)"
    "[root] azurerm_resource_group.rg (expand)" -> "[root] provider[\\"registry.terraform.io/hashicorp/azurerm\\"]"
  }`);
  expect(read.get('azurerm_resource_group.rg (expand)')).toEqual([
    "provider['registry.terraform.io/hashicorp/azurerm']",
  ]);
  expect(nodeOf(read, 'azurerm_resource_group.rg')).toBe('azurerm_resource_group.rg');
  expect(nodeOf(read, 'azurerm_resource_group.rg', 'delete')).toBeUndefined();
});
