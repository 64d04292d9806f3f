import { GatheredChanges } from '../../../relay/storage/gathered-changes';
import { OwnTable, Table } from '../../../relay/storage/table';
import { SimulatedAccount } from '../simulated-account';

const partitionKey = 'p';
const full = Object.fromEntries(Array.from({ length: 252 }, (_, i) => [`fact${i}`, 'x']));

/** Changes of a table that has a row with as many properties as a row can have. */
async function changesBesideAFullRow() {
  const world = new SimulatedAccount();
  const changes = new GatheredChanges(new OwnTable(world.account, 'facts'), world.time);
  await world.until(changes.change({ kind: 'merge', entity: { partitionKey, rowKey: 'full', ...full } }));
  const merge = (rowKey: string) =>
    changes.change({ kind: 'merge', entity: { partitionKey, rowKey, more: 'x' } });
  return { world, changes, merge };
}

test('a row that takes no more is told to who changes it, and to nobody beside', async () => {
  const { world, changes, merge } = await changesBesideAFullRow();
  // The first goes alone; the others gather meanwhile.
  const all = Promise.allSettled([
    merge('before'),
    merge('a'),
    changes.insert({ partitionKey, rowKey: 'b' }),
    merge('full'),
    merge('c'),
    changes.insert({ partitionKey, rowKey: 'd' }),
  ]);
  const outcomes = await world.until(all);
  expect(outcomes.map(({ status }) => status)).toEqual([
    'fulfilled',
    'fulfilled',
    'fulfilled',
    'rejected',
    'fulfilled',
    'fulfilled',
  ]);
  expect((outcomes[3] as PromiseRejectedResult).reason).toMatchObject({
    name: 'TransientError',
    message: 'table storage answered a change with 400 TooManyProperties',
  });
  const rows = await world.until(new Table(world.account, 'facts').rows("PartitionKey eq 'p'"));
  expect(rows.map(({ rowKey }) => rowKey)).toEqual(['a', 'b', 'before', 'c', 'd', 'full']);
});

test('a row that takes no more is told when it is changed alone', async () => {
  const { world, merge } = await changesBesideAFullRow();
  await expect(world.until(merge('full'))).rejects.toThrow('answered a change with 400 TooManyProperties');
});
