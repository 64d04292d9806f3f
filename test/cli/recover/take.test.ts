import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RecoveryPlace } from '../../../cli/recover/place';
import { recoveryText } from '../../../cli/recover/recovery-text';
import { takeLost } from '../../../cli/recover/take';
import type { ProgramResult } from '../../../cli/run-program';
import type { Terraform } from '../../../cli/terraform';

const GROUP = '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-app';
const done = (out = ''): ProgramResult => ({ code: 0, out, err: '' });
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'take-'));
  writeFileSync(join(folder, 'cdk.tf.json'), '{}');
});
afterEach(() => rmSync(folder, { recursive: true }));

const change = (type: string, actions: string[], before: object | null, after: object | null) => ({
  address: `${type}.One`,
  mode: 'managed',
  type,
  name: 'One',
  change: { actions, before, after },
});

/** A stack of which Terraform plans this, one plan after the other, and an Azure that has all of it. */
function placeOf(plans: object[][], more: Partial<RecoveryPlace> = {}) {
  const changes: string[] = [];
  let planned = -1;
  const run = (word: string): Promise<ProgramResult> => {
    if (word === 'plan') planned++;
    const plan = plans[Math.min(planned, plans.length - 1)];
    return Promise.resolve(done(word === 'show' ? JSON.stringify({ resource_changes: plan }) : ''));
  };
  const terraform = {
    folder,
    environment: { ARM_SUBSCRIPTION_ID: '00000000-0000-0000-0000-000000000001' },
    run,
    change: (...words: string[]) => {
      changes.push(words.join(' '));
      return Promise.resolve(done());
    },
  } as unknown as Terraform;
  const place: RecoveryPlace = {
    terraform,
    imports: terraform,
    backend: {},
    isLocal: true,
    planFile: join(folder, 'plan'),
    azure: {
      get: (id) => Promise.resolve({ id, properties: {} }),
      query: () => Promise.resolve({}),
      act: () => Promise.reject(new Error('nothing is done')),
      azureNow: () => undefined,
      requests: 0,
    },
    also: new Set(),
    onProgress: () => undefined,
    ...more,
  };
  return { place, changes };
}

const group = change('azurerm_resource_group', ['create'], null, { name: 'rg-app' });

test.each([
  [true, `import -input=false -no-color -backup=- azurerm_resource_group.One ${GROUP}`],
  [false, `import -input=false -no-color azurerm_resource_group.One ${GROUP}`],
])('an import leaves the copy beside a local state as it was before: %s', async (isLocal, words) => {
  const { place, changes } = placeOf([[group], []], { isLocal });
  expect((await takeLost(place)).taken).toHaveLength(1);
  expect(changes).toEqual([words]);
});

test('what the state has and the next deploy deletes is named, steps that are run again excepted', async () => {
  const id = `${GROUP}/providers/Microsoft.EventGrid/systemTopics/topic`;
  const recovery = await takeLost(
    placeOf([
      [
        change('azurerm_eventgrid_system_topic', ['delete', 'create'], { id }, { name: 'topic' }),
        change('terraform_data', ['delete', 'create'], { id: 'step' }, {}),
      ],
    ]).place,
  );
  expect(recovery.doomed).toEqual([{ address: 'azurerm_eventgrid_system_topic.One', id }]);
  expect(recoveryText(recovery, 'deploy')).toContain(
    `azurerm_eventgrid_system_topic.One\n  ${id}\n  → in the state, and DELETED by the next deploy`,
  );
  expect(recoveryText(recovery, 'deploy')).toContain('deletes 2 (1 of them steps that are run again)');
});

test.each([
  [
    'a lock that a killed deploy has left',
    'Error: Error acquiring the state lock\n\nLock Info:\n  ID:        0c1f-77\n  Path:      state/prod',
    "if it is the deploy that was killed, 'terraform force-unlock 0c1f-77' in the stack's folder",
  ],
  [
    'what an interrupted recovery took and the stack wants kept',
    'Error: Instance cannot be destroyed\n\nResource azurerm_key_vault.One has lifecycle.prevent_destroy set, but',
    "where a recovery that was interrupted took it, 'terraform state rm' it in the stack's folder",
  ],
])('of %s it is told what to do', async (_, err, remedy) => {
  const { place } = placeOf([[]]);
  const terraform = {
    ...place.terraform,
    run: () => Promise.resolve({ code: 1, out: '', err }),
  } as unknown as Terraform;
  await expect(takeLost({ ...place, terraform })).rejects.toThrow(remedy);
});
