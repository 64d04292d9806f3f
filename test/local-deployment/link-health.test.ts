import { API_VERSIONS } from '../../link/api-versions';
import type { Deployment } from '../../local/runner/deployment';
import { HEALTH_METRICS } from '../../relay/contract';
import { DEPLOY_TIMEOUT_MS, openBench, type Bench } from './deployed';

let bench: Bench;
let deployment: Deployment;
let outputs: Record<string, string>;
const lines: string[] = [];

beforeAll(async () => {
  bench = await openBench({ log: (line) => lines.push(line) });
  deployment = bench.changed({ linkHealthAlert: { actionGroupIds: [] } });
  await deployment.deploy();
  outputs = (await deployment.outputs()) as Record<string, string>;
}, DEPLOY_TIMEOUT_MS);

afterAll(() => bench?.close());

/** Runs the relay's timer now, with the key of the app's host. */
async function runTimer(): Promise<number> {
  const { masterKey } = (await bench.cloud.reader.act(
    `${outputs.function_app_id}/host/default`,
    'listKeys',
    '2023-12-01',
  )) as { masterKey: string };
  const { status } = await bench.cloud.azure.context.fetch({
    method: 'POST',
    url: `https://${outputs.function_app_host}/admin/functions/link-health`,
    headers: { 'x-functions-key': masterKey, 'content-type': 'application/json' },
    body: '{}',
    timeoutMs: 30_000,
  });
  return status;
}

/** What the alert looks at: the least value of the last 15 minutes. */
async function leastHealth(): Promise<number | undefined> {
  const now = Date.now();
  const answer = (await bench.cloud.reader.query(
    `${outputs.function_app_id}/providers/Microsoft.Insights/metrics`,
    API_VERSIONS.metrics,
    {
      metricnamespace: HEALTH_METRICS.link.namespace,
      metricnames: HEALTH_METRICS.link.name,
      timespan: `${new Date(now - 14 * 60_000).toISOString()}/${new Date(now + 60_000).toISOString()}`,
      interval: 'PT15M',
      aggregation: 'Minimum',
    },
  )) as { value: { timeseries: { data: { minimum?: number }[] }[] }[] };
  return answer.value[0]!.timeseries[0]!.data[0]!.minimum;
}

/** The structured lines of the relay with that message. */
const logged = (message: string) =>
  lines.flatMap((line) => {
    const json = /\{"message".*\}/.exec(line)?.[0];
    const fields = json === undefined ? {} : (JSON.parse(json) as Record<string, unknown>);
    return fields['message'] === message ? [fields] : [];
  });

it(
  'changes nothing when it is deployed again',
  async () => {
    const plan = await deployment.plan();
    expect(plan.text).toContain('No changes.');
    expect(plan.changes).toBe(false);
  },
  DEPLOY_TIMEOUT_MS,
);

it('reports 1 for the link that was deployed', async () => {
  expect(await runTimer()).toBe(202);
  expect(logged('link health not published')).toEqual([]);
  expect(logged('link health')).toMatchObject([{ healthy: 1, failed: [] }]);
  expect(await leastHealth()).toBe(1);
});

it('reports 0 with the remedy when somebody links another hub', async () => {
  const { reader } = bench.cloud;
  const { primaryConnectionString: connectionString } = (await reader.act(
    outputs.calling_policy_id!,
    'listKeys',
    API_VERSIONS.notificationHubs,
  )) as { primaryConnectionString: string };
  await reader.act(outputs.communication_service_id!, 'linkNotificationHub', API_VERSIONS.communication, {
    resourceId: outputs.relay_hub_id,
    connectionString,
  });
  expect(await runTimer()).toBe(202);
  expect(await leastHealth()).toBe(0);
  expect(logged('link health').at(-1)).toMatchObject({
    healthy: 0,
    failed: ['linked-hub'],
    remedy: expect.stringContaining('relinkToken'),
  });
});

it('never logs a key', () => {
  const policy = bench.cloud.azure.context.store.get(outputs.calling_policy_id!);
  const keys = Object.values(policy!.secrets ?? {}).filter((key): key is string => typeof key === 'string');
  expect(keys.length).toBeGreaterThanOrEqual(2);
  for (const key of keys) expect(lines.join('\n')).not.toContain(key);
});
