import { randomBytes, randomUUID } from 'node:crypto';
import { API_VERSIONS } from '../../link/api-versions';
import { TENANT_ID } from '../../local/azure';
import type { Deployment } from '../../testing/local/deployment';
import { HEALTH_METRICS, RELAY_PARTS } from '../../relay/contract';
import { arm, send } from '../../local/test/support/clients';
import { DEPLOY_TIMEOUT_MS, openBench, type Bench } from './deployed';

const AUDIENCE = 'api://contoso-devices';
const ORIGIN = 'https://app.contoso.com';

let bench: Bench;
let deployment: Deployment;
let outputs: Record<string, string>;
const lines: string[] = [];

beforeAll(async () => {
  bench = await openBench({ log: (line) => lines.push(line) });
  deployment = bench.changed({
    linkHealthAlert: { actionGroupIds: [] },
    events: {
      target: 'relay',
      devicesApi: { tenantId: TENANT_ID, audience: AUDIENCE, allowedOrigins: [ORIGIN] },
    },
  });
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

describe('the devices API', () => {
  const functionsOf = async (appId: string): Promise<string[]> => {
    const { value } = (await bench.cloud.reader.query(`${appId}/functions`, '2023-12-01', {})) as {
      value: { properties: { name: string } }[];
    };
    return value.map(({ properties }) => properties.name).sort();
  };
  const device = (method: string, path: string, headers: Record<string, string>, body?: object) =>
    send(bench.cloud.azure, method, `${outputs.devices_api_url}/devices/${path}`, { headers, body });
  const tokenOf = async (user: string) =>
    (await bench.cloud.azure.entra.issueUserToken(user, AUDIENCE, { roles: ['Devices.Register'] })).token;
  const rawId = () => `8:orgid:${bench.cloud.azure.directory.user('anna').objectId}`;

  /** Registers a phone of Anna's from a page of that origin; answers its handle. */
  async function register(): Promise<string> {
    const pushChannel = randomBytes(32).toString('hex');
    const { status, headers } = await device(
      'PUT',
      randomUUID(),
      { authorization: `Bearer ${await tokenOf('anna')}`, origin: ORIGIN },
      { platform: 'apns', pushChannel, user: rawId() },
    );
    expect([status, headers['access-control-allow-origin']]).toEqual([201, ORIGIN]);
    return pushChannel;
  }

  /** Has somebody write to Anna, and waits until that phone shows it; the test's own timeout is the limit. */
  async function told(handle: string, message: string): Promise<void> {
    const { services, context } = bench.cloud.azure;
    await services.communication.sendChatMessage({
      acsId: outputs.communication_service_id!,
      from: '8:acs:bob',
      to: [rawId()],
      senderDisplayName: 'Bob',
      text: message,
    });
    const arrived = () =>
      context.inbox.some((push) => push.handle === handle && JSON.stringify(push).includes(message));
    while (!arrived()) await new Promise((resolve) => setTimeout(resolve, 50));
  }

  it('has the functions of its part in an app of its own, and the relay has the others', async () => {
    expect(await functionsOf(outputs.devices_app_id!)).toEqual([...RELAY_PARTS.devices].sort());
    expect(await functionsOf(outputs.function_app_id!)).toEqual([...RELAY_PARTS.events].sort());
  });

  it('lets pages of its origins call it before they have a token, and no others', async () => {
    const asked = {
      'access-control-request-method': 'PUT',
      'access-control-request-headers': 'authorization,content-type',
    };
    const allowed = await device('OPTIONS', randomUUID(), { ...asked, origin: ORIGIN });
    expect([allowed.status, allowed.headers]).toMatchObject([
      204,
      {
        'access-control-allow-origin': ORIGIN,
        'access-control-allow-methods': 'PUT',
        'access-control-allow-headers': 'authorization,content-type',
      },
    ]);
    const other = await device('OPTIONS', randomUUID(), { ...asked, origin: 'https://evil.example' });
    expect(other.headers).not.toHaveProperty('access-control-allow-origin');
  });

  it('registers phones that the relay then pushes to', async () => {
    await told(await register(), 'Are you there?');
  });

  it('can be gone, and the phones that it registered are told all the same', async () => {
    const handle = await register();
    const site = outputs.devices_app_id!;
    expect((await arm(bench.cloud.azure, 'DELETE', site, '2023-12-01')).status).toBe(200);
    expect((await device('GET', randomUUID(), {})).status).toBe(404);
    await told(handle, 'Still there?');
  });

  it(
    'comes back with its code by the next deploy, which changes nothing of the relay',
    async () => {
      const plan = await deployment.plan();
      const { changes } = await deployment.showPlan(plan);
      const touched = changes.filter(({ change }) => !['no-op', 'read'].includes(change.actions.join()));
      expect(touched.map(({ address }) => address)).toEqual(
        touched.map(() => expect.stringContaining('Push_Relay_DevicesApi_')),
      );
      await deployment.apply(plan);
      await told(await register(), 'There again');
      expect((await deployment.plan()).text).toContain('No changes.');
    },
    DEPLOY_TIMEOUT_MS,
  );
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
