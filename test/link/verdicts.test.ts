import { EXIT } from '../../cli/exit-code';
import { parseConnectionString } from '../../link/connection-string';
import { hubHealth, linkHealth } from '../../link/health';
import { acsPush, ids } from '../cli/support';
import { apnsCredential, fcmCredential, LinkedApp, MINUTE } from './support/linked-app';

/**
 * What `acs-push verify` says of each situation: the verdict, the exit code, the check that tells, its evidence, and
 * what to do. docs/verification.md has a row for each.
 */
let app: LinkedApp;

beforeEach(async () => {
  app = await LinkedApp.start();
});

afterEach(() => app.close());

const DEVICE = 'a'.repeat(64);
const HOUR = 60 * MINUTE;
const EXPECTED = ['--apns', 'production', '--bundle-id', 'com.example.app', '--fcm-v1'];

interface Said {
  readonly verdict: string;
  readonly code: number;
  readonly remedy?: string;
  check(id: string): { status: string; evidence: string; remedy?: string };
}

async function verify(...words: string[]): Promise<Said> {
  const { out, err, code } = await acsPush(app, ['verify', ...ids(app), ...EXPECTED, '--json', ...words]);
  if (!out) throw new Error(err);
  const { verdict, remedy, checks } = JSON.parse(out);
  return { verdict, code, remedy, check: (id) => checks.find((one: { id: string }) => one.id === id) };
}

/** The namespace changed by ARM. */
const namespace = (body: object) =>
  app.put(app.hub.slice(0, app.hub.indexOf('/notificationHubs')), '2023-10-01-preview', {
    location: 'westeurope',
    sku: { name: 'Basic' },
    ...body,
  });

async function control(method: string, path: string, body: unknown): Promise<void> {
  const answer = await app.azure.control(method, path, body);
  if (answer.status >= 300)
    throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
}

/** The link is old, calls have gone through it, and the metrics of all that are complete. */
async function inUse(): Promise<void> {
  await app.pass(2 * HOUR);
  expect(await app.call()).toEqual([201]);
  await app.pass(10 * MINUTE);
}

async function calls(count: number): Promise<(number | undefined)[]> {
  const statuses = [];
  for (let i = 0; i < count; i++) {
    statuses.push(...(await app.call()));
    await app.pass(2 * MINUTE);
  }
  await app.pass(8 * MINUTE);
  return statuses;
}

/** Calls, as often as the clock is moved by somebody else meanwhile. */
async function callsWhile(count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    await app.call();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('a delivery through this link is not all that is asked', () => {
  beforeEach(inUse);

  test('revoked at Apple since: settling by one look, broken by waiting', async () => {
    expect(await verify('--level', 'live', '--wait')).toMatchObject({ verdict: 'live', code: EXIT.ok });
    await app.pass(10 * MINUTE);
    app.services.pushServices.rejectCredentials({ service: 'apns' });
    expect(await verify()).toMatchObject({ verdict: 'settling', code: EXIT.notProved });
    for (const level of ['settled', 'live']) {
      const said = await verify('--level', level, '--wait');
      expect(said).toMatchObject({ verdict: 'broken', code: EXIT.failed });
      expect(said.check('seen-live')).toMatchObject({ status: 'pass' });
      expect(said.remedy).toContain('the right credential for APNs');
    }
  });

  test('revoked since, and three calls refused for it: broken', async () => {
    app.services.pushServices.rejectCredentials({ service: 'apns' });
    expect(await calls(3)).toEqual([201, 201, 201]);
    expect(await verify('--wait')).toMatchObject({ verdict: 'broken', code: EXIT.failed });
  });

  test('a credential that was refused, and a push service that answers no more: broken', async () => {
    app.services.pushServices.rejectCredentials({ service: 'apns' });
    await calls(1);
    app.services.pushServices.setReachable('apns', false);
    const said = await verify('--wait');
    expect(said).toMatchObject({ verdict: 'broken', code: EXIT.failed });
    expect(said.check('push-services').evidence).toBe(
      "APNs refused the hub's credential when it was last heard of, and does not answer since",
    );
  });

  test('a push service that answers no more, and took the credential before: unproven', async () => {
    app.services.pushServices.setReachable('apns', false);
    const said = await verify('--wait');
    expect(said).toMatchObject({ verdict: 'unproven', code: EXIT.notProved });
    expect(said.check('push-services').evidence).toContain('no outcome of the push to APNs shows');
  });

  test('metrics that are silent of refused credentials alone: unproven', async () => {
    app.services.pushServices.rejectCredentials({ service: 'apns' });
    app.services.monitor.setLag({ silent: ['*invalid*'] });
    expect(await verify('--wait')).toMatchObject({ verdict: 'unproven', code: EXIT.notProved });
  });

  test.each([true, false])(
    'network rules since, of a namespace that tells when it was changed (%p): unproven',
    async (systemData) => {
      await control('POST', '/hubs/behaviour', { systemData });
      await namespace({
        properties: {
          networkAcls: { ipRules: [{ ipMask: '127.0.0.1', rights: ['Send', 'Listen', 'Manage'] }] },
        },
      });
      const said = await verify('--wait');
      expect(said).toMatchObject({ verdict: 'unproven', code: EXIT.notProved });
      expect(said.check('networks')).toMatchObject({ status: 'unknown' });
    },
  );

  test('nine hours ago: settled, since how the push service answered is not read that far back', async () => {
    await app.pass(9 * HOUR);
    expect(await verify('--wait')).toMatchObject({ verdict: 'settled', code: EXIT.ok });
    expect(await verify('--no-probe', '--level', 'live')).toMatchObject({ code: EXIT.notProved });
  });
});

describe('calls that the hub refuses while others verify', () => {
  const verifyAndCall = async (): Promise<(number | undefined)[]> => {
    await verify('--level', 'config');
    return app.call();
  };

  test('in the very minutes of the probes: broken', async () => {
    await inUse();
    const stale = (await app.connectionString()).replace(/SharedAccessKey=.*/, 'SharedAccessKey=c3RhbGU=');
    await app.link(stale);
    await app.pass(20 * MINUTE);
    for (let i = 0; i < 3; i++) {
      expect(await verifyAndCall()).toEqual([401]);
      await app.pass(3 * MINUTE);
    }
    await app.pass(10 * MINUTE);
    const said = await verify('--wait');
    expect(said).toMatchObject({ verdict: 'broken', code: EXIT.failed });
    expect(said.check('refusals')).toMatchObject({ status: 'fail' });
  });

  test("are told from a verification's own pushes, which network rules keep out look after look", async () => {
    await inUse();
    await control('POST', '/hubs/behaviour', { networkRefusalStatus: 401 });
    await namespace({
      properties: { networkAcls: { ipRules: [{ ipMask: '203.0.113.0/24', rights: ['Send'] }] } },
    });
    const said = await verify('--level', 'live', '--wait');
    expect(said).toMatchObject({ verdict: 'unproven', code: EXIT.notProved });
    expect(said.check('refusals')).toMatchObject({ status: 'pass' });
  });

  test("are a stranger's, who has a wrong key: broken, until a call goes through after the verification", async () => {
    await inUse();
    const connection = parseConnectionString(await app.connectionString());
    expect((await app.hubClient().send({ ...connection, key: 'c3RhbGU=' }, 'calling', 'apns')).status).toBe(
      401,
    );
    await app.pass(10 * MINUTE);
    const said = await verify('--wait');
    expect(said).toMatchObject({ verdict: 'broken', code: EXIT.failed });
    expect(said.check('refusals').evidence).toContain('or somebody else sends with a wrong key');
    expect(said.remedy).toContain('two minutes or more after this verification');
    await app.pass(2 * MINUTE);
    expect(await app.call()).toEqual([201]);
    await app.pass(10 * MINUTE);
    expect(await verify('--wait')).toMatchObject({ verdict: 'live', code: EXIT.ok });
  });

  test('and accepts afterwards: not broken', async () => {
    await inUse();
    const right = await app.connectionString();
    await app.link(right.replace(/SharedAccessKey=.*/, 'SharedAccessKey=c3RhbGU='));
    await app.pass(20 * MINUTE);
    expect(await verifyAndCall()).toEqual([401]);
    await app.link(right);
    await app.pass(20 * MINUTE);
    expect(await app.call()).toEqual([201]);
    await app.pass(10 * MINUTE);
    expect(await verify('--level', 'live', '--wait')).toMatchObject({ verdict: 'live', code: EXIT.ok });
  });
});

describe('keys that were made after the link', () => {
  test('the policy deleted and made again: broken, although two hours have passed and nobody has called', async () => {
    await inUse();
    await app.delete(app.rule);
    await app.putRule(['Send']);
    await app.pass(2 * HOUR);
    const said = await verify('--wait');
    expect(said).toMatchObject({ verdict: 'broken', code: EXIT.failed });
    expect(said.check('key-current').evidence).toMatch(/^the policy was made at .*, after the link of /);
    expect(said.remedy).toContain('link again with a present key');
  });

  test('the hub deleted and made again: the same', async () => {
    await inUse();
    await app.delete(app.hub);
    await app.putHub(app.hub);
    await app.putRule(['Send']);
    await app.pass(2 * HOUR);
    const said = await verify('--wait');
    expect(said).toMatchObject({ verdict: 'broken', code: EXIT.failed });
    expect(said.check('key-current').evidence).toMatch(
      /^the (policy|hub) was made at .*, after the link of /,
    );
  });

  test('linked again with the new key: settled', async () => {
    await inUse();
    await app.delete(app.rule);
    await app.putRule(['Send']);
    await app.pass(MINUTE);
    await app.link();
    expect(await verify('--wait')).toMatchObject({ verdict: 'settled', code: EXIT.ok });
  });
});

describe('a call that reached the hub and no device', () => {
  const situations: [string, () => void, string][] = [
    [
      'a sandbox build on a production hub',
      () => app.services.pushServices.setHandle(DEVICE, 'live', { environment: 'sandbox' }),
      'outgoing.apns.badchannel',
    ],
    [
      'another bundle id',
      () => app.services.pushServices.setHandle(DEVICE, 'live', { topic: 'com.example.other' }),
      'outgoing.apns.badchannel',
    ],
    [
      'the only device expired',
      () => app.services.pushServices.setHandle(DEVICE, 'expired'),
      'outgoing.apns.expiredchannel',
    ],
  ];
  test.each(situations)('%s: undelivered, with the metric that says so', async (_, arrange, metric) => {
    await app.pass(2 * HOUR);
    arrange();
    expect(await calls(1)).toEqual([201]);
    const live = await verify('--level', 'live', '--wait', '--timeout', '20m');
    expect(live).toMatchObject({ verdict: 'undelivered', code: EXIT.notProved });
    expect(live.check('seen-live')).toMatchObject({
      status: 'fail',
      evidence: expect.stringContaining(metric),
    });
    expect(live.remedy).toContain('docs/troubleshooting.md');
    // The link itself is proved by it.
    expect(await verify('--wait')).toMatchObject({ verdict: 'undelivered', code: EXIT.ok });
  });

  test('five in a row: not proved at any level but config, probe or not', async () => {
    await app.pass(2 * HOUR);
    app.services.pushServices.setHandle(DEVICE, 'live', { environment: 'sandbox' });
    await calls(5);
    for (const words of [['--wait'], ['--no-probe'], ['--level', 'live']]) {
      const said = await verify(...words);
      expect(said).toMatchObject({ verdict: 'undelivered', code: EXIT.notProved });
      expect(said.check('deliveries').evidence).toBe(
        'APNs refused 5 (outgoing.apns.badchannel), and delivered none since',
      );
    }
    expect(await verify('--level', 'config')).toMatchObject({ code: EXIT.ok });
    expect(await linkHealth(app.reader(), app.expectation, app.clock)).toMatchObject({
      healthy: 0,
      failed: ['deliveries'],
    });
  });

  test('delivered after all: live', async () => {
    await app.pass(2 * HOUR);
    app.services.pushServices.setHandle(DEVICE, 'live', { environment: 'sandbox' });
    await calls(5);
    app.services.pushServices.setHandle(DEVICE, 'live', { environment: 'production' });
    await calls(1);
    expect(await verify('--level', 'live', '--wait')).toMatchObject({ verdict: 'live', code: EXIT.ok });
  });

  test('its answer does not show yet: neither live nor undelivered', async () => {
    await app.pass(2 * HOUR);
    app.services.monitor.setLag({ silent: ['outgoing.*'] });
    await app.call();
    await app.pass(4 * MINUTE);
    const said = await verify('--level', 'live');
    expect(said.code).toBe(EXIT.notProved);
    expect(said.check('seen-live')).toMatchObject({ status: 'waiting' });
  });
});

test('nobody registered looks different: no call is seen at all', async () => {
  await app.pass(2 * HOUR);
  app.services.communication.unregisterDevice({ acsId: app.acs, rawId: '8:acs:callee', handle: DEVICE });
  expect(await calls(3)).toEqual([]);
  const said = await verify('--level', 'live', '--wait');
  expect(said).toMatchObject({ verdict: 'settled', code: EXIT.notProved });
  expect(said.check('seen-live').evidence).toContain('no call has been seen through this link');
});

describe('another resource that is linked to the same hub', () => {
  const other = () => `${app.acs}-other`;

  beforeEach(async () => {
    await app.put(other(), '2025-05-01', { location: 'global', properties: { dataLocation: 'Europe' } });
    await app.post(other(), 'linkNotificationHub', {
      resourceId: app.hub,
      connectionString: await app.connectionString(app.rule, 'secondary'),
    });
    app.services.communication.registerDevice({
      acsId: other(),
      rawId: '8:acs:callee',
      platform: 'apns',
      handle: DEVICE,
    });
  });

  const callOther = () =>
    app.services.communication.placeCall({ acsId: other(), from: '8:acs:caller', to: '8:acs:callee' });

  test('its calls are not taken for ours: it is named, and live is not claimed', async () => {
    await app.pass(2 * HOUR);
    await callOther();
    await app.pass(10 * MINUTE);
    const said = await verify('--level', 'live', '--wait');
    expect(said.code).toBe(EXIT.notProved);
    expect(said.verdict).not.toBe('live');
    expect(said.check('other-senders')).toMatchObject({
      status: 'unknown',
      evidence: expect.stringContaining(other()),
      remedy: 'give each Communication Services resource a hub of its own',
    });
  });

  test('refusals before and after its calls leave ours unproved, not live', async () => {
    await inUse();
    const stale = (await app.connectionString()).replace(/SharedAccessKey=.*/, 'SharedAccessKey=c3RhbGU=');
    await app.link(stale);
    await app.pass(20 * MINUTE);
    expect(await app.call()).toEqual([401]);
    await app.pass(5 * MINUTE);
    await callOther();
    await app.pass(5 * MINUTE);
    expect(await app.call()).toEqual([401]);
    await app.pass(10 * MINUTE);
    for (const level of ['settled', 'live']) {
      const said = await verify('--level', level, '--wait');
      expect(said).toMatchObject({ verdict: 'unproven', code: EXIT.notProved });
      expect(said.check('refusals').evidence).toContain('whose they were cannot be told');
    }
  });
});

describe('credentials that a push service refuses', () => {
  test('revoked at Apple: ten calls tell, without a probe, and the health is 0', async () => {
    await app.pass(2 * HOUR);
    app.services.pushServices.rejectCredentials({ service: 'apns' });
    expect(await calls(10)).toEqual(Array(10).fill(201));
    const said = await verify('--no-probe');
    expect(said).toMatchObject({ verdict: 'broken', code: EXIT.failed });
    expect(said.check('push-services').evidence).toContain('outgoing.apns.invalidcredentials');
    expect(said.remedy).toContain('the right credential for APNs');
    expect(await linkHealth(app.reader(), app.expectation, app.clock)).toMatchObject({
      healthy: 0,
      failed: ['push-services', 'deliveries'],
    });
  });

  test('changed in the very minute of deliveries made with the old ones: those prove nothing', async () => {
    await inUse();
    // A few seconds into a minute, so that all of it happens within one.
    await app.pass(MINUTE - (app.clock.now() % MINUTE) + 5_000);
    expect(await app.call()).toEqual([201]);
    await app.pass(5_000);
    app.services.pushServices.rejectCredentials({ service: 'apns' });
    await app.putHub(app.hub);
    await app.pass(5_000);
    expect(await verify('--wait')).toMatchObject({ verdict: 'broken', code: EXIT.failed });
  });

  test('revoked a moment after somebody else verified, in the same minute: found', async () => {
    app.services.monitor.setLag({ metricLagMinutes: [0, 0] });
    await app.pass(2 * HOUR + 5_000);
    expect(await verify('--wait')).toMatchObject({ verdict: 'settled', code: EXIT.ok });
    app.services.pushServices.rejectCredentials({ service: 'apns' });
    expect(await verify('--wait')).toMatchObject({ verdict: 'broken', code: EXIT.failed });
  });

  test('on a hub that is called every few seconds, later calls decide, and few probes are sent', async () => {
    await app.pass(2 * HOUR + 5_000);
    await app.call();
    app.services.monitor.setLag({ metricLagMinutes: [0, 0] });
    const [said] = await Promise.all([verify('--wait'), callsWhile(12)]);
    expect(said.code).toBe(EXIT.ok);
    expect(app.services.metrics.total(app.hub, 'outgoing.fcmv1.badchannel')).toBeLessThanOrEqual(3);
  });

  test('changed in the very minute, and nothing of them asked for: proved at once', async () => {
    await inUse();
    await app.pass(MINUTE - (app.clock.now() % MINUTE) + 5_000);
    await app.putHub(app.hub);
    const began = app.clock.now();
    const said = await verify('--level', 'config', '--wait');
    expect(said.code).toBe(EXIT.ok);
    expect(said.check('push-services')).toMatchObject({ status: 'waiting' });
    expect(app.clock.now()).toBe(began);
    // Nor does the probe that was sent at once stand in the way of what the next one finds.
    expect(await verify('--wait')).toMatchObject({ verdict: 'settled', code: EXIT.ok });
  });

  test('refused and then right within one minute: the right ones are proved', async () => {
    await app.pass(2 * HOUR);
    await app.pass(MINUTE - (app.clock.now() % MINUTE) + 5_000);
    app.services.pushServices.rejectCredentials({ service: 'apns' });
    expect(await app.call()).toEqual([201]);
    app.services.pushServices.acceptCredentials();
    await app.putHub(app.hub);
    expect(await verify('--wait')).toMatchObject({ verdict: 'settled', code: EXIT.ok });
  });

  test('while metrics are silent: not proved', async () => {
    await app.pass(2 * HOUR);
    app.services.pushServices.rejectCredentials({});
    app.services.monitor.setLag({ silent: ['outgoing.*'] });
    const said = await verify('--wait');
    expect(said).toMatchObject({ verdict: 'unproven', code: EXIT.notProved });
    expect(said.check('push-services').evidence).toContain('no outcome of the push to APNs and FCM v1 shows');
  });

  test('nothing sent and nobody called: not proved', async () => {
    const said = await verify('--no-probe', '--wait');
    expect(said).toMatchObject({ verdict: 'unproven', code: EXIT.notProved });
    expect(said.remedy).toContain('--no-probe');
  });

  describe('a Standard namespace tells of the probe itself', () => {
    beforeEach(() => namespace({ sku: { name: 'Standard' } }));

    test('accepted: settled in seconds, although the metrics are silent', async () => {
      app.services.monitor.setLag({ silent: ['outgoing.*'] });
      const began = app.clock.now();
      const said = await verify('--wait');
      expect(said).toMatchObject({ verdict: 'settled', code: EXIT.ok });
      expect(said.check('push-services').evidence).toContain('telemetry: ');
      expect(app.clock.now() - began).toBeLessThan(MINUTE);
    });

    test('refused: broken, likewise', async () => {
      app.services.monitor.setLag({ silent: ['outgoing.*'] });
      app.services.pushServices.rejectCredentials({ service: 'fcmv1' });
      const said = await verify('--wait');
      expect(said).toMatchObject({ verdict: 'broken', code: EXIT.failed });
      expect(said.check('push-services').evidence).toContain('FCM v1 refused');
    });

    test('its questions are not taken for calls that the hub refused', async () => {
      await app.pass(2 * HOUR);
      await verify('--wait');
      await app.pass(10 * MINUTE);
      expect((await verify('--no-probe')).check('refusals')).toMatchObject({ status: 'pass' });
      expect(await linkHealth(app.reader(), app.expectation, app.clock)).toMatchObject({ healthy: 1 });
    });
  });

  test('a Basic namespace says why it takes minutes', async () => {
    expect((await verify()).check('push-services').evidence).toContain(
      'the metrics lag by up to five minutes, and a namespace of tier Basic tells nothing of a single message',
    );
  });
});

describe('a send that is forbidden', () => {
  const id = () => app.hub.slice(0, app.hub.indexOf('/notificationHubs'));

  test('the namespace is switched off', async () => {
    await control('POST', '/hubs/namespace-state', { namespaceId: id(), enabled: false });
    const said = await verify();
    expect(said).toMatchObject({ verdict: 'broken', code: EXIT.failed });
    expect(said.check('connection-string').evidence).toContain('the namespace nhns-app is switched off');
    expect(said.remedy).not.toContain('regenerate');
  });

  test('the quota is used up', async () => {
    await control('POST', '/hubs/quota', { namespaceId: id(), pushesPerMonth: 0 });
    const said = await verify();
    expect(said).toMatchObject({ verdict: 'broken', code: EXIT.failed });
    expect(said.check('connection-string').evidence).toContain(
      'quota of the namespace of tier Basic is used up',
    );
    expect(said.remedy).toContain('raise the tier');
  });

  test.each([401, 403])(
    'network rules keep this machine out (%i): not known, and no key is blamed',
    async (status) => {
      await control('POST', '/hubs/behaviour', { networkRefusalStatus: status });
      await namespace({
        properties: { networkAcls: { ipRules: [{ ipMask: '203.0.113.0/24', rights: ['Send'] }] } },
      });
      const said = await verify('--wait');
      expect(said).toMatchObject({ verdict: 'unproven', code: EXIT.notProved });
      expect(said.check('connection-string').evidence).toContain('limits the networks that may send');
      expect(said.remedy).toContain('verify from a network');
    },
  );

  test('network rules let this machine in: whether they let Communication Services in, only a call tells', async () => {
    await app.pass(2 * HOUR);
    await namespace({
      properties: {
        networkAcls: { ipRules: [{ ipMask: '127.0.0.1', rights: ['Send', 'Listen', 'Manage'] }] },
      },
    });
    const said = await verify('--wait');
    expect(said).toMatchObject({ verdict: 'unproven', code: EXIT.notProved });
    expect(said.check('networks').evidence).toContain(
      'whether Communication Services is let in cannot be seen',
    );
  });
});

describe('the health of the link', () => {
  const health = () => linkHealth(app.reader(), app.expectation, app.clock);

  test('stays 0 after one lost call until something was seen to work, however long that takes', async () => {
    await inUse();
    await app.delete(app.rule);
    await app.putRule(['Send']);
    expect(await app.call()).toEqual([401]);
    await app.pass(20 * MINUTE);
    for (const later of [0, 78 * MINUTE, 26 * HOUR, 9 * 24 * HOUR]) {
      await app.pass(later);
      expect(await health()).toMatchObject({ healthy: 0 });
    }
    await app.link();
    await app.pass(11 * MINUTE);
    expect(await health()).toMatchObject({ healthy: 0 });
    expect(await app.call()).toEqual([201]);
    await app.pass(10 * MINUTE);
    expect(await health()).toMatchObject({ healthy: 1, failed: [] });
  });

  test('is not brought down by a probe, however often somebody verifies', async () => {
    await inUse();
    for (let i = 0; i < 6; i++) {
      await verify('--wait');
      await app.pass(10 * MINUTE);
      expect(await health()).toMatchObject({ healthy: 1, failed: [] });
    }
  });
});

describe('a hub of the relay', () => {
  /** As the relay sends, to a device that does not exist. */
  const send = async (): Promise<number> => {
    const connection = parseConnectionString(await app.connectionString());
    return (await app.hubClient().send(connection, 'calling', 'apns')).status;
  };
  const hub = () => ({ notificationHubId: app.hub, ruleId: app.rule });

  test('five pushes that nobody got bring its health to 0', async () => {
    for (let i = 0; i < 5; i++) {
      expect(await send()).toBe(201);
      await app.pass(2 * MINUTE);
    }
    await app.pass(10 * MINUTE);
    expect(await hubHealth(app.reader(), hub(), app.clock)).toMatchObject({
      healthy: 0,
      failed: ['deliveries'],
    });
  });

  test('is verified by its ids alone: credentials, rule, what the push services answer', async () => {
    const words = ['verify', '--hub', app.hub, '--policy', app.rule, ...EXPECTED];
    const { code, out } = await acsPush(app, [...words, '--wait']);
    expect(out).toContain('settled: every check passes; no push to a device has been seen yet');
    expect(code).toBe(EXIT.ok);
    app.services.pushServices.rejectCredentials({ service: 'apns' });
    const broken = await acsPush(app, [...words, '--wait']);
    expect(broken.code).toBe(EXIT.failed);
    expect(broken.out).toContain('broken: give the hub the right credential for APNs');
  });

  test('a VoIP hub is probed with a VoIP push', async () => {
    await app.putHub(app.hub, { ...apnsCredential({ appName: 'com.example.app.voip' }), ...fcmCredential() });
    const words = ['--apns', 'production', '--bundle-id', 'com.example.app.voip'];
    const { code } = await acsPush(app, [
      'verify',
      '--hub',
      app.hub,
      '--policy',
      app.rule,
      ...words,
      '--wait',
    ]);
    expect(code).toBe(EXIT.ok);
  });
});
