import { DEPLOY_TIMEOUT_MS, openBench, type Bench } from './deployed';

let bench: Bench;

beforeAll(async () => {
  bench = await openBench({}, { stack: 'local', main: 'own-parts.ts' });
}, DEPLOY_TIMEOUT_MS);

afterAll(() => bench?.close());

it(
  'parts of one’s own, by ids that are known only when deployed, carry all of it, and change nothing again',
  async () => {
    await bench.deployment.deploy();
    const { store } = bench.cloud.azure.context;
    const named = (type: string) => store.list({ type }).map(({ name }) => name);
    expect(named('Microsoft.Storage/storageAccounts')).toEqual(['stownparts']);
    expect(named('Microsoft.Web/serverFarms')).toEqual(['asp-own']);
    expect(named('Microsoft.Insights/components')).toEqual(['appi-own']);
    expect(named('Microsoft.OperationalInsights/workspaces')).toEqual(['log-own']);
    const [app] = store.list({ type: 'Microsoft.Web/sites' });
    expect(await bench.cloud.reader.get(`${app!.id}/functions/messages`, '2023-12-01')).toBeDefined();
    expect((await bench.deployment.plan()).text).toContain('No changes.');
  },
  DEPLOY_TIMEOUT_MS,
);
