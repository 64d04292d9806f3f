import type { CheckStatus } from '../../link/check';
import { linkHealth } from '../../link/health';
import type { Report } from '../../link/report';
import { apnsCredential, fcmCredential, LinkedApp, MINUTE, type Principal } from './support/linked-app';

let app: LinkedApp;

beforeEach(async () => {
  app = await LinkedApp.start();
});

afterEach(() => app.close());

function status(report: Report, id: string): CheckStatus | undefined {
  return report.checks.find((check) => check.id === id)?.status;
}

function evidence(report: Report, id: string): string | undefined {
  return report.checks.find((check) => check.id === id)?.evidence;
}

/** From here on a change of the link takes its time, and the deploy is long ago. */
async function inUse(): Promise<void> {
  await app.pass(2 * 60 * MINUTE);
  await app.call();
  await app.pass(10 * MINUTE);
}

test('communication-service passes when it is there and fails when it is not', async () => {
  expect(status(await app.verify(), 'communication-service')).toBe('pass');
  const report = await app.verify({}, { communicationServiceId: `${app.acs}-missing` });
  expect(status(report, 'communication-service')).toBe('fail');
  expect(report).toMatchObject({
    verdict: 'broken',
    remedy: 'deploy the stack, or correct the id of the Communication Services resource',
  });
});

test('hub fails for a hub of another subscription, whatever else is right', async () => {
  const notificationHubId = app.hub.replace('000000000001', '000000000002');
  const ruleId = app.rule.replace('000000000001', '000000000002');
  const report = await app.verify({}, { notificationHubId, ruleId });
  expect(status(report, 'hub')).toBe('fail');
  expect(report.remedy).toContain('WrongSubscription');
});

test('linked-hub does not mind in which casing Azure keeps the id', async () => {
  const report = await app.verify(
    {},
    { notificationHubId: app.hub.toUpperCase().replace('/SUBSCRIPTIONS', '/subscriptions') },
  );
  expect(status(report, 'linked-hub')).toBe('pass');
});

describe('apns-credential', () => {
  test('passes in token mode with the right endpoint and topic', async () => {
    expect(evidence(await app.verify(), 'apns-credential')).toBe(
      'token mode, production, topic com.example.app, key ABC123DEFG',
    );
  });

  test.each([
    [
      { endpoint: 'https://api.development.push.apple.com:443/3/device' },
      'the APNs endpoint is the sandbox one',
    ],
    [{ endpoint: 'https://push.example.com' }, "the APNs endpoint is 'https://push.example.com'"],
    [{ appName: 'com.example.other' }, "the APNs topic is 'com.example.other'; expected 'com.example.app'"],
  ])('fails with %p', async (over, says) => {
    await app.putHub(app.hub, { ...apnsCredential(over), ...fcmCredential() });
    const report = await app.verify();
    expect(status(report, 'apns-credential')).toBe('fail');
    expect(evidence(report, 'apns-credential')).toContain(says);
  });

  test('is left out when only FCM is expected', async () => {
    expect(status(await app.verify({}, { apns: undefined }), 'apns-credential')).toBeUndefined();
  });
});

describe('fcm-v1-credential', () => {
  test('passes with the right project', async () => {
    expect(evidence(await app.verify(), 'fcm-v1-credential')).toBe(
      'FCM v1, project my-app-1234, push@my-app-1234.iam.gserviceaccount.com',
    );
  });

  test('fails with a legacy server key', async () => {
    await app.putHub(app.hub, {
      ...apnsCredential(),
      gcmCredential: { properties: { googleApiKey: 'AAAA-legacy' } },
    });
    const report = await app.verify();
    expect(status(report, 'fcm-v1-credential')).toBe('fail');
    expect(report.remedy).toContain('replace it by an FCM v1 credential');
  });

  test('fails with another project', async () => {
    await app.putHub(app.hub, { ...apnsCredential(), ...fcmCredential({ projectId: 'other' }) });
    expect(evidence(await app.verify(), 'fcm-v1-credential')).toBe(
      "the FCM project is 'other'; expected 'my-app-1234'",
    );
  });
});

test('policy-rights passes with Send alone and fails when the policy is gone', async () => {
  expect(evidence(await app.verify(), 'policy-rights')).toBe('its rights are: Send');
  await app.delete(app.rule);
  const report = await app.verify();
  expect(status(report, 'policy-rights')).toBe('fail');
  expect(evidence(report, 'policy-rights')).toBe(`the policy ${app.rule} does not exist`);
});

test('connection-string passes when the hub takes a push and nothing else, and fails when it takes more', async () => {
  expect(evidence(await app.verify(), 'connection-string')).toBe(
    'Direct Send for APNs and FCM v1 accepted with the primary key; Listen and Manage refused',
  );
  await app.putRule(['Send', 'Listen', 'Manage']);
  const report = await app.verify();
  expect(status(report, 'connection-string')).toBe('fail');
  expect(evidence(report, 'connection-string')).toContain(
    'opens more than sending: Listen (404), Manage (200)',
  );
});

describe('push-services', () => {
  test('waits for the lagging metrics, then passes', async () => {
    expect(status(await app.verify(), 'push-services')).toBe('waiting');
    const report = await app.verify({ wait: true });
    expect(status(report, 'push-services')).toBe('pass');
  });

  test.each(['apns', 'fcmv1'] as const)('fails when %s refuses the credential', async (service) => {
    app.services.pushServices.rejectCredentials({ service });
    const report = await app.verify({ wait: true });
    expect(report.verdict).toBe('broken');
    expect(status(report, 'push-services')).toBe('fail');
    expect(report.remedy).toContain(`the right credential for ${service === 'apns' ? 'APNs' : 'FCM v1'}`);
  });

  test('is unknown, and nothing is proved, when no answer ever shows', async () => {
    app.services.pushServices.setReachable('apns', false);
    app.services.pushServices.setReachable('fcmv1', false);
    const report = await app.verify({ wait: true });
    expect(status(report, 'push-services')).toBe('unknown');
    expect(report).toMatchObject({ verdict: 'unproven', proved: false });
  });
});

describe('key-current', () => {
  test('fails when a key was regenerated, until a call has got through since: it was the other one', async () => {
    await inUse();
    await app.post(app.rule, 'regenerateKeys', { policyKey: 'SecondaryKey' });
    expect(status(await app.verify(), 'key-current')).toBe('fail');
    await app.pass(35 * MINUTE);
    await app.call();
    await app.pass(5 * MINUTE);
    const report = await app.verify({ wait: true });
    expect(evidence(report, 'key-current')).toContain('but not the one in use');
    expect(report.verdict).toBe('live');
  });

  test('passes when the stack has linked again with the new key', async () => {
    await inUse();
    await app.post(app.rule, 'regenerateKeys', { policyKey: 'PrimaryKey' });
    await app.pass(MINUTE);
    await app.link();
    const report = await app.verify({ wait: true });
    expect(status(report, 'key-current')).toBe('pass');
    expect(report.verdict).toBe('settled');
  });
});

describe('window', () => {
  test('is open after a link of a resource in use, and closes ten minutes after it', async () => {
    await inUse();
    await app.link();
    const linkedAt = new Date(app.clock.now()).toISOString();
    const open = await app.verify();
    expect(open).toMatchObject({
      verdict: 'settling',
      proved: false,
      window: { linkedAt, source: 'activity log', applies: true, open: true },
    });
    const report = await app.verify({ wait: true });
    expect(report).toMatchObject({ verdict: 'settled', window: { open: false } });
    expect(app.clock.now() - Date.parse(linkedAt)).toBeGreaterThanOrEqual(10 * MINUTE);
    expect(app.clock.now() - Date.parse(linkedAt)).toBeLessThan(10 * MINUTE + 5_000);
  });

  test("goes by the deploy's own record while the activity log does not have the link yet", async () => {
    await inUse();
    app.services.monitor.setLag({ activityLogLagSeconds: [3600, 3600] });
    await app.link();
    const report = await app.verify({}, { record: { linkedAt: app.clock.now() } });
    expect(report.window).toMatchObject({ source: 'record', applies: true, open: true });
  });

  test('does not apply when the deploy made the resource itself', async () => {
    app.services.monitor.setLag({ activityLogLagSeconds: [3600, 3600] });
    const record = { linkedAt: app.clock.now(), notBefore: app.clock.now() - MINUTE };
    const report = await app.verify({}, { record });
    expect(report.window).toMatchObject({ source: 'record', applies: false, open: false });
  });
});

describe('seen-live', () => {
  test('passes once a call is counted above the baseline, and the verdict is live', async () => {
    await app.pass(2 * MINUTE);
    const report = await calling(app.verify({ level: 'live', wait: true }));
    expect(status(report, 'seen-live')).toBe('pass');
    expect(report).toMatchObject({ verdict: 'live', proved: true, ended: 'final' });
  });

  test('is unknown, never a failure, when nobody calls', async () => {
    const report = await app.verify({ level: 'live', wait: true, timeout: 20 * MINUTE });
    expect(status(report, 'seen-live')).toBe('unknown');
    expect(report).toMatchObject({ verdict: 'settled', proved: false, ended: 'timeout' });
  });

  test('knows a link of long ago by the pushes it delivered', async () => {
    await app.pass(60 * MINUTE);
    await app.call();
    await app.pass(10 * MINUTE);
    expect(evidence(await app.verify(), 'seen-live')).toContain('and outgoing.apns.success a delivery');
  });
});

/** Keeps calling while a verification waits; each call is a minute after the one before, by Azure's clock. */
async function calling(verification: Promise<Report>): Promise<Report> {
  let over = false;
  const calls = (async () => {
    for (let last = 0; !over;) {
      if (app.clock.now() >= last + MINUTE) {
        last = app.clock.now();
        await app.call();
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
  })();
  const report = await verification;
  over = true;
  await calls;
  return report;
}

describe('a principal that lacks a role', () => {
  async function principalWith(role: string, scope: string): Promise<Principal> {
    const principal = app.azure.directory.addServicePrincipal('checker', 'secret');
    await app.put(
      `${scope}/providers/Microsoft.Authorization/roleAssignments/44444444-4444-4444-4444-444444444444`,
      '2022-04-01',
      {
        properties: {
          principalId: principal.objectId,
          roleDefinitionId: `/subscriptions/${app.azure.endpoints.subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${role}`,
        },
      },
    );
    return principal;
  }
  const READER = 'acdd72a7-3385-48ef-bd42-f606fba81ae7';

  test('a reader gets every check but those that need keys and credentials, and is told the role', async () => {
    const reader = await principalWith(READER, `/subscriptions/${app.azure.endpoints.subscriptionId}`);
    const report = await app.verify({ wait: true }, {}, reader);
    const unknown = report.checks.filter((check) => check.status === 'unknown');
    expect(unknown.map(({ id }) => id)).toEqual([
      'apns-credential',
      'fcm-v1-credential',
      'connection-string',
      'push-services',
      'seen-live',
    ]);
    expect(unknown[0]?.remedy).toBe(
      "give the signed-in principal the role 'Contributor' on the hub, or a role with Microsoft.NotificationHubs/namespaces/notificationHubs/pnsCredentials/action",
    );
    expect(unknown[2]?.remedy).toContain('authorizationRules/listKeys/action');
    expect(report).toMatchObject({ verdict: 'unproven', proved: false });
  });

  test('a reader of the group alone is told the role that the activity log needs', async () => {
    const reader = await principalWith(READER, app.group);
    const report = await app.verify({}, {}, reader);
    expect(status(report, 'linked-hub')).toBe('pass');
    expect(report.checks.find(({ id }) => id === 'key-current')).toMatchObject({
      status: 'unknown',
      remedy:
        "give the signed-in principal the role 'Monitoring Reader' on the subscription, or a role with Microsoft.Insights/eventtypes/values/read",
    });
  });

  test('a reader is enough for a timer that reports the health of the link, and it sends nothing', async () => {
    const reader = await principalWith(READER, `/subscriptions/${app.azure.endpoints.subscriptionId}`);
    const health = () => linkHealth(app.reader(reader), app.expectation, app.clock);
    expect(await health()).toEqual({
      healthy: 1,
      failed: [],
      unread: ['apns-credential', 'fcm-v1-credential'],
    });
    expect(app.services.metrics.total(app.hub, 'incoming.all.requests')).toBe(0);

    const other = `${app.otherHub}/authorizationRules/DefaultFullSharedAccessSignature`;
    await app.link(await app.connectionString(other), app.otherHub);
    expect(await health()).toMatchObject({ healthy: 0, failed: ['linked-hub'] });
  });
});
