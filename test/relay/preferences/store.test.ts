import { sha256Hex } from '../../../relay/hash';
import type { Preferences } from '../../../relay/preferences/preferences';
import { PreferencesStore } from '../../../relay/preferences/store';
import { PretendAzure } from '../devices/pretend-azure';

const ANNA = '8:acs:anna';
const muted = (threadId: string): Preferences => ({ mutedThreads: [{ threadId }] });

const storeOf = (azure: PretendAzure) => new PreferencesStore(azure.process().storage, 'preferences');

/** The answer to the next change is lost, which is then sent again. */
function loseAnAnswer(azure: PretendAzure): void {
  let lost = false;
  azure.fault = ({ method, path }) => {
    if (lost || method === 'GET' || path === '/Tables') return undefined;
    lost = true;
    return 'lost';
  };
}

test('a writer whose answer got lost is not told that somebody else was faster', async () => {
  const azure = new PretendAzure();
  const store = storeOf(azure);
  loseAnAnswer(azure);
  const first = await store.put(ANNA, muted('one'), 'none');
  expect(first).toEqual({ etag: expect.any(String), created: true });
  loseAnAnswer(azure);
  const second = await store.put(ANNA, muted('two'), { etag: first!.etag });
  expect(second).toEqual({ etag: expect.any(String), created: false });
  expect(await store.get(ANNA)).toMatchObject({ preferences: muted('two') });
});

test('who replaces any document does, however many others write meanwhile', async () => {
  const azure = new PretendAzure();
  const store = storeOf(azure);
  await store.put(ANNA, muted('one'), 'none');
  let others = 2;
  azure.fault = ({ method }) => {
    if (method === 'PUT' && others-- > 0) {
      azure.putRow({
        PartitionKey: sha256Hex(ANNA),
        RowKey: 'preferences',
        document: JSON.stringify(muted(`other ${others}`)),
      });
    }
    return undefined;
  };
  expect(await store.put(ANNA, muted('any'), 'any')).toMatchObject({ created: false });
  expect(await store.get(ANNA)).toMatchObject({ preferences: muted('any') });
});

test('who names what they have read does not replace what came after it', async () => {
  const azure = new PretendAzure();
  const store = storeOf(azure);
  const { etag } = (await store.put(ANNA, muted('one'), 'none'))!;
  azure.fault = ({ method }) => {
    if (method !== 'PUT') return undefined;
    azure.putRow({
      PartitionKey: sha256Hex(ANNA),
      RowKey: 'preferences',
      document: JSON.stringify(muted('other')),
    });
    return undefined;
  };
  expect(await store.put(ANNA, muted('mine'), { etag })).toBeUndefined();
  expect(await store.get(ANNA)).toMatchObject({ preferences: muted('other') });
});

test('a row that holds no document says nothing, and can be replaced', async () => {
  const azure = new PretendAzure();
  const store = storeOf(azure);
  azure.putRow({ PartitionKey: sha256Hex(ANNA), RowKey: 'preferences', document: '{' });
  expect(await store.get(ANNA)).toMatchObject({ preferences: {} });
  expect(await store.put(ANNA, muted('one'), 'any')).toMatchObject({ created: false });
});
