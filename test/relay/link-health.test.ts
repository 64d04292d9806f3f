import { readFileSync } from 'node:fs';
import { API_VERSIONS } from '../../link/api-versions';
import { parseConnectionString } from '../../link/connection-string';
import { RestHubClient } from '../../link/hub-client';
import { SUBSCRIPTION_ID } from '../../local/azure';
import { Transport } from '../../relay/http';
import { LinkHealthReport } from '../../relay/link-health/report';
import { ForwardClock } from '../../local/azure/core/forward-clock';
import { ACS, GROUP, HUB, LocalRelay } from './local-relay';

const MINUTE = 60_000;
const READER = 'acdd72a7-3385-48ef-bd42-f606fba81ae7';
const IDENTITY = `${GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-relay`;
const RULE = `${HUB}/authorizationRules/relay-send`;
const SITE = `${GROUP}/providers/Microsoft.Web/sites/func-relay`;
const SETTINGS = {
  RELAY_LINK_HUB_ID: HUB,
  RELAY_LINK_RULE_ID: RULE,
  RELAY_RESOURCE_ID: SITE,
  RELAY_REGION: 'westeurope',
};

const allowReading = async (relay: LocalRelay) => {
  const identity = await relay.arm('GET', IDENTITY, '2023-01-31');
  await relay.arm(
    'PUT',
    `${GROUP}/providers/Microsoft.Authorization/roleAssignments/6f1f4d5e-0000-4000-8000-000000000001`,
    '2022-04-01',
    {
      properties: {
        principalId: identity.json.properties.principalId,
        roleDefinitionId: `/subscriptions/${SUBSCRIPTION_ID}/providers/Microsoft.Authorization/roleDefinitions/${READER}`,
      },
    },
  );
};
const sendKey = async (relay: LocalRelay): Promise<string> =>
  (await relay.arm('POST', `${RULE}/listKeys`, API_VERSIONS.notificationHubs, {})).json
    .primaryConnectionString;
const link = async (relay: LocalRelay) =>
  relay.arm('POST', `${ACS}/linkNotificationHub`, API_VERSIONS.communication, {
    resourceId: HUB,
    connectionString: await sendKey(relay),
  });

describe('the timer', () => {
  const relay = new LocalRelay({ settings: SETTINGS });
  const run = async () =>
    (await fetch(`${relay.app!.baseUrl}/admin/functions/link-health`, { method: 'POST' })).status;

  beforeAll(async () => {
    await relay.start();
    await link(relay);
  });
  afterAll(() => relay.close());

  test('publishes nothing while it may not even read the link, and says what it could not read', async () => {
    expect(await run()).toBe(202);
    await relay.until(() => relay.logged('link health not known').length > 0);
    expect(relay.logged('link health not known')[0]!['unread']).toContain('linked-hub');
    expect(relay.logged('link health')).toEqual([]);
  });

  test('goes on when the metric is not taken, and says why', async () => {
    await allowReading(relay);
    expect(await run()).toBe(202);
    await relay.until(() => relay.logged('link health not published').length > 0);
    expect(relay.logged('link health')).toMatchObject([{ healthy: 1, failed: [] }]);
    expect(relay.logged('link health not published')[0]!['detail']).toBe(
      `POST https://westeurope.monitoring.azure.com${SITE}/metrics answered 403; ` +
        `the identity needs the role 'Monitoring Metrics Publisher' on the resource`,
    );
  });

  test('is not there unless the relay is told of a link', async () => {
    await relay.kill();
    await relay.startFunction({ RELAY_LINK_HUB_ID: '' });
    expect(relay.app!.functions.map(({ name }) => name)).not.toContain('link-health');
    expect(await run()).toBe(404);
  });

  test('fails with every setting that is missing', async () => {
    await relay.kill();
    await relay.startFunction({ RELAY_LINK_RULE_ID: '', RELAY_REGION: '' });
    expect(await run()).toBe(500);
    await relay.until(() =>
      relay.lines.some((line) =>
        line.includes('app setting RELAY_LINK_RULE_ID is missing; app setting RELAY_REGION is missing'),
      ),
    );
  });
});

describe('a key that was regenerated since the link', () => {
  const clock = new ForwardClock();
  const relay = new LocalRelay({ clock, start: false });
  const lines: [string, Record<string, unknown> | undefined][] = [];
  const log = {
    write: (_: string, message: string, fields?: Record<string, unknown>) =>
      void lines.push([message, fields]),
  };

  beforeAll(() => relay.start());
  afterAll(() => relay.close());

  test('is reported once the hub refuses what Communication Services sends', async () => {
    await allowReading(relay);
    await link(relay);
    const transport = new Transport(
      relay.environment,
      readFileSync(relay.azure.endpoints.certificateFile, 'utf8'),
    );
    const report = new LinkHealthReport(
      {
        communicationServiceId: ACS,
        hubId: HUB,
        ruleId: RULE,
        relayRuleIds: [],
        resourceId: SITE,
        region: 'westeurope',
      },
      relay.tokens,
      transport,
      clock,
    );
    await report.report(log);
    const healthOf = () => lines.filter(([message]) => message === 'link health').at(-1)?.[1];
    expect(healthOf()).toMatchObject({ healthy: 1, failed: [] });

    // By now whatever was linked before is out of use.
    clock.advance(12 * MINUTE);
    const stale = parseConnectionString(await sendKey(relay));
    await relay.arm('POST', `${RULE}/regenerateKeys`, API_VERSIONS.notificationHubs, {
      policyKey: 'PrimaryKey',
    });
    const { endpoints } = relay.azure;
    const proxy = new URL(endpoints.proxy);
    const hub = new RestHubClient({
      ca: readFileSync(endpoints.certificateFile, 'utf8'),
      proxy: { host: proxy.hostname, port: Number(proxy.port) },
    });
    expect(await hub.send(stale, 'relay', 'apns')).toMatchObject({ status: 401 });
    clock.advance(8 * MINUTE);
    await report.report(log);
    expect(healthOf()).toMatchObject({
      healthy: 0,
      failed: ['refusals'],
      remedy: expect.stringContaining('link again'),
    });
    expect(JSON.stringify(lines)).not.toContain(stale.key);
    transport.close();
  });
});
