import { startLocalAzure, type LocalAzure } from '../../../azure';
import { arm } from '../../support/clients';
import { PLAYED_OPERATIONS, PLAYED_RESOURCES, playedTypes, TYPES_WITHOUT_PUT } from '../../support/resources';

let azure: LocalAzure;
beforeAll(async () => {
  azure = await startLocalAzure();
});
afterAll(() => azure.close());

test('every type that is played has a resource that is taken, and every operation a body', async () => {
  const failed: string[] = [];
  for (const { id, apiVersion, body, method = 'PUT' } of [...PLAYED_RESOURCES, ...PLAYED_OPERATIONS] as {
    id: string;
    apiVersion: string;
    body: object;
    method?: string;
  }[]) {
    const { status, text } = await arm(azure, method, id, apiVersion, body);
    if (status >= 300) failed.push(`${method} ${id}: ${status} ${text}`);
  }
  expect(failed).toEqual([]);
  const made = new Set(azure.context.store.list().map(({ type }) => type.toLowerCase()));
  const types = await playedTypes(azure, (path, apiVersion) => arm(azure, 'GET', path, apiVersion));
  const missing = types.filter((type) => !made.has(type.toLowerCase()) && !TYPES_WITHOUT_PUT.includes(type));
  expect(missing).toEqual([]);
});
