import { createAppleNotification } from '@azure/notification-hubs';
import { createClientContext, sendNotification } from '@azure/notification-hubs/api';
import { CallAutomation } from '../../cli/call-automation';
import type { Io } from '../../cli/io';
import {
  ArmReader,
  AzureError,
  placeTestCall,
  type AzureReader,
  type CallPlacer,
  type TestCallReport,
} from '../../link';
import { parseConnectionString } from '../../link/connection-string';
import { clientOptions } from '../../local/azure';
import { MINUTE, type LinkedApp, type Principal } from '../link/support/linked-app';
import { arm } from '../../local/test/support/clients';
import { acsPush, ids } from './support';
import { CALLBACK, TestCallBench, type Told } from './test-call-bench';

const DAY = 24 * 60 * MINUTE;
const ROLES = {
  reader: 'acdd72a7-3385-48ef-bd42-f606fba81ae7',
  communicationOwner: '09976791-48a7-449e-bb21-39d1a415f350',
};

let bench: TestCallBench;

beforeAll(async () => (bench = await TestCallBench.start()));
afterAll(() => bench?.close());
/** Every call has minutes of its own, and leaves no trace in those of the next. */
beforeEach(() => bench.app.pass(30 * MINUTE));

const NOBODY_CALLS: CallPlacer = {
  place: () => {
    throw new Error('a call was placed');
  },
};

const subscription = () => `/subscriptions/${bench.app.azure.endpoints.subscriptionId}`;

/** Azure Monitor answers 503 to so many requests from the second on: the baseline was read. */
function withMetricsDown(requests: number): Partial<Io> {
  const azure = bench.app.reader();
  let asked = 0;
  const query: AzureReader['query'] = (...words) =>
    ++asked > 1 && asked <= 1 + requests
      ? Promise.reject(new AzureError('unavailable', '503', { status: 503 }))
      : ArmReader.prototype.query.apply(azure, words);
  return {
    connect: () => ({
      azure: Object.assign(azure, { query }),
      hub: bench.app.hubClient(),
      clock: bench.app.clock,
    }),
  };
}

async function sendByTag(app: LinkedApp, rule: string): Promise<void> {
  const client = createClientContext(
    await app.connectionString(rule),
    'other',
    clientOptions(app.azure.endpoints),
  );
  const notification = createAppleNotification({ body: { aps: { alert: 'ring' } } });
  await sendNotification(client, notification, { tagExpression: 'user:nobody' });
}

interface Row {
  readonly is: string;
  /** Sets the scene and answers whom to call. */
  readonly given: () => string | Promise<string>;
  readonly verdict: TestCallReport['verdict'];
  readonly code: number;
  readonly evidence: string | RegExp;
  readonly remedy?: string;
  /** Devices that ring. @default - one when it is delivered, else none */
  readonly reached?: number;
  readonly undo?: () => void | Promise<void>;
  readonly principal?: () => Principal;
}

const table: readonly Row[] = [
  {
    is: 'one of two phones is rung, and the credential for the other was revoked',
    given: () => {
      const { rawId } = bench.registered('apns');
      bench.registered('fcmv1', { rawId });
      bench.app.services.pushServices.rejectCredentials({ service: 'apns' });
      return rawId;
    },
    verdict: 'refused-by-push-service',
    code: 1,
    reached: 1,
    evidence: /reached some devices, and a push service refused its credential: .*apns\.invalidcredentials 2/,
    remedy: 'credential',
    undo: () => bench.app.services.pushServices.acceptCredentials(),
  },
  {
    is: 'a phone with APNs is rung',
    given: () => bench.registered('apns').rawId,
    verdict: 'delivered',
    code: 0,
    evidence: 'the linked hub counted outgoing.apns.success 2 in the minute of the call',
  },
  {
    is: 'a phone with FCM is rung',
    given: () => bench.registered('fcmv1').rawId,
    verdict: 'delivered',
    code: 0,
    evidence: 'the linked hub counted outgoing.fcmv1.success 2 in the minute of the call',
  },
  {
    is: 'the app has another bundle id than the hub',
    given: () => {
      const { rawId, handle } = bench.registered();
      bench.app.services.pushServices.setHandle(handle, 'live', { topic: 'com.example.other' });
      return rawId;
    },
    verdict: 'refused-by-push-service',
    code: 1,
    evidence: 'the linked hub accepted 2, and the push service took none: outgoing.apns.badchannel 2',
    remedy:
      'no such device for this app: a sandbox build on a hub for production or the reverse, another bundle id',
  },
  {
    is: 'a sandbox build has registered, and the hub sends to production',
    given: () => {
      const { rawId, handle } = bench.registered();
      bench.app.services.pushServices.setHandle(handle, 'live', { environment: 'sandbox' });
      return rawId;
    },
    verdict: 'refused-by-push-service',
    code: 1,
    evidence: 'outgoing.apns.badchannel 2',
    remedy: 'a sandbox build on a hub for production or the reverse',
  },
  {
    is: 'the app was removed from the only device',
    given: () => {
      const { rawId, handle } = bench.registered();
      bench.app.services.pushServices.setHandle(handle, 'expired');
      return rawId;
    },
    verdict: 'refused-by-push-service',
    code: 1,
    evidence: 'outgoing.apns.expiredchannel 2',
    remedy: 'the app was removed from the device, or its push token has changed: let it register again',
  },
  {
    is: 'the key was revoked at Apple',
    given: () => {
      bench.app.services.pushServices.rejectCredentials({ service: 'apns' });
      return bench.registered().rawId;
    },
    undo: () => bench.app.services.pushServices.acceptCredentials(),
    verdict: 'refused-by-push-service',
    code: 1,
    evidence: 'outgoing.apns.invalidcredentials 2',
    remedy: "the push service does not take the hub's credential: replace the key",
  },
  {
    is: 'APNs cannot be reached',
    given: () => {
      bench.app.services.pushServices.setReachable('apns', false);
      return bench.registered().rawId;
    },
    undo: () => bench.app.services.pushServices.setReachable('apns', true),
    verdict: 'unknown',
    code: 3,
    evidence: 'accepted 2 and tells no outcome: it goes on trying a push service that does not answer',
    remedy: 'call again later',
  },
  {
    is: 'the key of the link is dead',
    given: async () => {
      const { rawId } = bench.registered();
      await bench.app.post(bench.app.rule, 'regenerateKeys', { policyKey: 'PrimaryKey' });
      return rawId;
    },
    undo: async () => {
      await bench.app.link();
      await bench.app.pass(11 * MINUTE);
    },
    verdict: 'refused-by-hub',
    code: 1,
    evidence: 'the linked hub refused 2 requests and accepted none',
    remedy: 'the connection string that Communication Services holds opens the hub no more: link again',
  },
  {
    is: 'no device is registered',
    given: () => bench.newUser(),
    verdict: 'nobody-registered',
    code: 3,
    evidence: 'nothing reached a hub: neither a push nor a refused request',
    remedy: 'open the app on the device, signed in as this user, so that it registers again',
  },
  {
    is: 'the registration ended after 24 hours',
    given: async () => {
      const { rawId } = bench.registered();
      await bench.app.pass(DAY);
      return rawId;
    },
    verdict: 'nobody-registered',
    code: 3,
    evidence: 'nothing reached a hub',
    remedy: 'a registration ends after 24 hours unless the app asks for longer',
  },
  {
    is: 'the registration ended, and that of a second device did not',
    given: async () => {
      const { rawId } = bench.registered('apns');
      bench.registered('fcmv1', { ttlSeconds: (3 * DAY) / 1000, rawId });
      await bench.app.pass(DAY);
      return rawId;
    },
    verdict: 'delivered',
    code: 0,
    evidence: /counted outgoing\.fcmv1\.success 2 in/,
  },
  {
    is: 'one of two devices is dead',
    given: () => {
      const { rawId, handle } = bench.registered();
      bench.registered('fcmv1', { rawId });
      bench.app.services.pushServices.setHandle(handle, 'expired');
      return rawId;
    },
    verdict: 'delivered',
    code: 0,
    evidence: 'outgoing.apns.expiredchannel 2, outgoing.fcmv1.success 2',
  },
  {
    is: 'whoever calls has no role that lets it call',
    given: () => bench.registered().rawId,
    principal: () => bench.withRoles([ROLES.reader, subscription()]),
    verdict: 'call-not-placed',
    code: 1,
    evidence: '403 7504',
    remedy:
      "the role 'Contributor' or 'Communication and Email Service Owner' on the Communication Services resource",
  },
  {
    is: 'whoever calls may not read the resource',
    given: () => bench.registered().rawId,
    principal: () => bench.withRoles(),
    verdict: 'call-not-placed',
    code: 1,
    evidence: '403 AuthorizationFailed',
    remedy: "the role 'Reader' on the Communication Services resource",
  },
  {
    is: "whoever calls may not read the hub's metrics",
    given: () => bench.registered().rawId,
    principal: () => bench.withRoles([ROLES.communicationOwner, bench.app.acs]),
    verdict: 'unknown',
    code: 3,
    evidence: "the hub's metrics could not be read",
    remedy: "the role 'Monitoring Reader' on the hub",
  },
  {
    is: 'the user is one of another resource',
    given: () => '8:acs:00000000-0000-0000-0000-00000000000a_0000000a-bob',
    verdict: 'call-not-placed',
    code: 1,
    evidence: '400 7602',
    remedy:
      "a resource calls users of its own: the raw id begins with 8:acs: and the resource's immutableResourceId",
  },
];

describe.each(table)('when $is', (row) => {
  let told: Told;
  let ringing: number;

  beforeAll(async () => {
    await bench.app.pass(30 * MINUTE);
    const user = await row.given();
    const before = bench.rung();
    told = await bench.call(user, [], row.principal ? { principal: row.principal() } : {});
    ringing = bench.rung() - before;
    await row.undo?.();
  });

  test(`the verdict is ${row.verdict}, exit code ${row.code}`, () => {
    expect({ verdict: told.report.verdict, code: told.code }).toEqual({
      verdict: row.verdict,
      code: row.code,
    });
    expect(told.report.evidence).toMatch(row.evidence);
    expect(ringing).toBe(row.reached ?? (row.verdict === 'delivered' ? 1 : 0));
  });

  test(row.remedy ? 'it says what to do' : 'there is nothing to do', () => {
    if (row.remedy) expect(told.report.remedy).toContain(row.remedy);
    else expect(told.report).not.toHaveProperty('remedy');
    expect(told.report.mendable).toBe(row.code === 1);
  });
});

describe('resources that are not as they should be', () => {
  const other = () => `${bench.app.group}/providers/Microsoft.Communication/communicationServices/acs-other`;
  const callOther = (id: string, ...options: string[]) =>
    bench.run(['--communication-service', id, '--user', bench.newUser(), '--callback', CALLBACK, ...options]);

  test('one that is linked to no hub is not called', async () => {
    await bench.app.put(other(), '2025-05-01', { location: 'global', properties: { dataLocation: 'UK' } });
    const { code, out } = await callOther(other());
    expect(out).toContain('call-not-placed: the resource is linked to no hub');
    expect(out).toContain('→ link it: deploy its stack');
    expect(code).toBe(1);
  });

  test('one whose hub was deleted is not called', async () => {
    const hub = `${bench.app.hub}-gone`;
    await bench.app.put(other(), '2025-05-01', { location: 'global', properties: { dataLocation: 'UK' } });
    const body = { resourceId: hub, connectionString: await bench.app.connectionString() };
    await arm(bench.app.azure, 'POST', `${other()}/linkNotificationHub`, '2025-05-01', body);
    const { code, out } = await callOther(other());
    expect(out).toContain('call-not-placed: cannot read metrics of');
    expect(out).toContain('the hub does not exist');
    expect(code).toBe(1);
  });

  test('one that is not there is told', async () => {
    const { code, out } = await callOther(`${other()}-gone`);
    expect(out).toContain('call-not-placed: there is no Communication Services resource');
    expect(code).toBe(1);
  });
});

describe('with a relay', () => {
  /** The handle that the engine's own client sends to. */
  const RELAYED = '0'.repeat(64);
  let calls: CallPlacer;

  /** The relay hears of a call from Event Grid, and pushes through a hub of its own. */
  beforeAll(async () => {
    const rule = `${bench.app.otherHub}/authorizationRules/relay-send`;
    await bench.app.putRule(['Send'], rule);
    const connection = parseConnectionString(await bench.app.connectionString(rule));
    calls = bench.placerThat(async () => {
      await bench.app.hubClient().send(connection, 'other', 'apns');
    });
  });
  afterAll(() => bench.app.services.pushServices.setHandle(RELAYED, 'bad'));

  const viaRelay = (user: string) => bench.call(user, ['--hub', bench.app.otherHub], { calls });

  test('a user of the relay alone is rung through its hub', async () => {
    bench.app.services.pushServices.setHandle(RELAYED, 'live');
    const { report, code } = await viaRelay(bench.newUser());
    expect(report).toMatchObject({
      verdict: 'delivered',
      notificationHubId: bench.app.otherHub,
      evidence: "the relay's hub counted outgoing.apns.success 1 in the minute of the call",
      hubs: [
        { role: 'linked', accepted: 0, refused: 0 },
        { role: 'relay', accepted: 1, refused: 0 },
      ],
      notes: [expect.stringContaining('after a ring the relay tells of a missed call')],
    });
    expect(code).toBe(0);
  });

  test('a device that the relay cannot reach is told with the reason', async () => {
    bench.app.services.pushServices.setHandle(RELAYED, 'expired');
    const { report, code } = await viaRelay(bench.newUser());
    expect(report).toMatchObject({
      verdict: 'refused-by-push-service',
      evidence: "the relay's hub accepted 1, and the push service took none: outgoing.apns.expiredchannel 1",
    });
    expect(code).toBe(1);
  });

  test('a ring that the VoIP hub could not deliver is not made good by the missed call after it', async () => {
    const voip = `${bench.app.otherHub}-voip`;
    await bench.app.putHub(voip);
    await bench.app.putRule(['Send'], `${voip}/authorizationRules/relay-send`);
    const connection = parseConnectionString(
      await bench.app.connectionString(`${voip}/authorizationRules/relay-send`),
    );
    const rule = `${bench.app.otherHub}/authorizationRules/relay-send`;
    const alert = parseConnectionString(await bench.app.connectionString(rule));
    const placer = bench.placerThat(async () => {
      const { pushServices } = bench.app.services;
      pushServices.setHandle(RELAYED, 'expired');
      await bench.app.hubClient().send(connection, 'other-voip', 'apns');
      pushServices.setHandle(RELAYED, 'live');
      await bench.app.hubClient().send(alert, 'other', 'apns');
    });
    const { azure, clock } = { azure: bench.app.reader(), clock: bench.app.clock };
    const report = await placeTestCall(
      { azure, clock, calls: placer },
      {
        communicationServiceId: bench.app.acs,
        user: bench.newUser(),
        callback: CALLBACK,
        relayHubIds: [bench.app.otherHub],
        voipHubId: voip,
      },
    );
    expect(report).toMatchObject({
      verdict: 'refused-by-push-service',
      notificationHubId: voip,
      evidence:
        "the relay's VoIP hub accepted 1, and the push service took none: outgoing.apns.expiredchannel 1",
      hubs: [
        { role: 'linked' },
        { role: 'voip' },
        { role: 'relay', outcomes: { 'outgoing.apns.success': 1 } },
      ],
    });
  });

  test('what the linked hub saw goes before what the relay did', async () => {
    bench.app.services.pushServices.setHandle(RELAYED, 'live');
    const { rawId, handle } = bench.registered();
    bench.app.services.pushServices.setHandle(handle, 'expired');
    const { report } = await viaRelay(rawId);
    expect(report).toMatchObject({ verdict: 'refused-by-push-service', notificationHubId: bench.app.hub });
  });

  test('a push by tag that finds no device of the user is nobody registered', async () => {
    const byTag = bench.placerThat(() =>
      sendByTag(bench.app, `${bench.app.otherHub}/authorizationRules/relay-send`),
    );
    const options = ['--hub', bench.app.otherHub];
    const { report, code } = await bench.call(bench.newUser(), options, { calls: byTag });
    expect(report).toMatchObject({
      verdict: 'nobody-registered',
      evidence:
        "the relay's hub took 1 for the user's devices and reached none; nothing reached the linked hub",
    });
    expect(code).toBe(3);
  });
});

describe('what is counted', () => {
  test('a probe just before it is not taken for the call', async () => {
    const verified = await acsPush(bench.app, ['verify', ...ids(bench.app)]);
    expect(verified.out).toContain('Direct Send');
    const { report } = await bench.call(bench.newUser());
    expect(report).toMatchObject({ verdict: 'nobody-registered', hubs: [{ accepted: 0, refused: 0 }] });
    expect(report.hubs[0]!.before).toBeGreaterThan(0);
  });

  test('with --now the call is placed at once, and what the same minute had counted is taken off', async () => {
    bench.app.services.monitor.setLag({ metricLagMinutes: [0, 0] });
    await bench.app.pass(20_000 - (bench.app.clock.now() % MINUTE));
    const before = bench.app.clock.now();
    const { rawId } = bench.registered();
    await bench.app.services.communication.placeCall({
      acsId: bench.app.acs,
      from: rawId,
      to: bench.registered('fcmv1').rawId,
    });
    const { report } = await bench.call(rawId, ['--now']);
    bench.app.services.monitor.setLag({ metricLagMinutes: [1, 3] });
    expect(Date.parse(report.call!.placedAt) - before).toBeLessThan(5_000);
    expect(report.hubs[0]).toMatchObject({ accepted: 2, outcomes: { 'outgoing.apns.success': 2 } });
  });

  test('a hub with traffic of its own tells nothing about one call', async () => {
    const { rawId } = bench.registered();
    const { rawId: other } = bench.registered();
    for (let minute = 0; minute < 8; minute++) {
      await bench.app.services.communication.placeCall({ acsId: bench.app.acs, from: rawId, to: other });
      await bench.app.pass(MINUTE);
    }
    const { report, code } = await bench.call(rawId, [], { calls: NOBODY_CALLS });
    expect(report).toMatchObject({ verdict: 'unknown', mendable: false, ended: 'final' });
    expect(report.evidence).toMatch(
      /^the linked hub accepted \d other pushes in the ten minutes before: a call/,
    );
    expect(report.remedy).toBe('call again in a quiet minute');
    expect(code).toBe(3);
  });

  test('one whose traffic is not counted yet when the call is placed tells nothing either', async () => {
    const { rawId } = bench.registered();
    const { rawId: other } = bench.registered();
    bench.app.services.monitor.setLag({ metricLagMinutes: [5, 5] });
    for (let minute = 0; minute < 8; minute++) {
      await bench.app.services.communication.placeCall({ acsId: bench.app.acs, from: rawId, to: other });
      await bench.app.pass(MINUTE);
    }
    const { report } = await bench.call(rawId);
    bench.app.services.monitor.setLag({ metricLagMinutes: [1, 3] });
    expect(report).toMatchObject({ verdict: 'unknown', call: {} });
    expect(report.evidence).toContain('a call cannot be told from them');
  });

  test('a hub that is verified every minute is not in use', async () => {
    const { rawId } = bench.registered();
    for (let minute = 0; minute < 8; minute++) {
      await acsPush(bench.app, ['verify', ...ids(bench.app), '--level', 'config']);
      await bench.app.pass(MINUTE);
    }
    expect((await bench.call(rawId)).report).toMatchObject({ verdict: 'delivered' });
  });

  test('a delivery is known as soon as it is counted', async () => {
    const start = bench.app.clock.now();
    const { report } = await bench.call(bench.registered().rawId);
    expect(report.ended).toBe('final');
    // At most a minute until the call, the ring, and three minutes of lag.
    expect(bench.app.clock.now() - start).toBeLessThan(5 * MINUTE);
  });

  test('an outage of the metrics that ends is survived', async () => {
    const { report } = await bench.call(bench.registered().rawId, [], { io: withMetricsDown(4) });
    expect(report).toMatchObject({ verdict: 'delivered', ended: 'final' });
    expect(report.hubs[0]).not.toHaveProperty('error');
  });

  test('one that does not end is no answer: silence is not taken for nobody', async () => {
    const { report, code } = await bench.call(bench.registered().rawId, [], { io: withMetricsDown(1_000) });
    expect(report).toMatchObject({
      verdict: 'unknown',
      evidence: expect.stringContaining('metrics could not be read: 503'),
      hubs: [{ error: '503' }],
    });
    expect(code).toBe(3);
  });

  test('nothing is known before the metrics are complete', async () => {
    const { report, code } = await bench.call(bench.newUser(), ['--timeout', '3m']);
    expect(report).toMatchObject({
      verdict: 'unknown',
      ended: 'timeout',
      evidence: 'no hub has counted anything yet, and metrics are minutes late',
    });
    expect(code).toBe(3);
  });
});

describe('the phone', () => {
  test('rings for as long as was asked for, and is hung up', async () => {
    const { rawId, handle } = bench.registered();
    const { report, err } = await bench.call(rawId, ['--ring-for', '20s']);
    const { placedAt, hungUpAt } = report.call!;
    expect(Date.parse(hungUpAt) - Date.parse(placedAt)).toBeGreaterThanOrEqual(19_000);
    expect(Date.parse(hungUpAt) - Date.parse(placedAt)).toBeLessThan(25_000);
    expect(bench.rung(handle)).toBe(1);
    expect(err).toBe(
      'waiting for the next minute, so that the call has one of its own\nringing\n' +
        'hung up; waiting for the hubs to say what became of it, up to six minutes\n',
    );
  });

  test('that answers is told', async () => {
    const { rawId } = bench.registered();
    bench.app.services.communication.setAnswering({ acsId: bench.app.acs, rawId, afterSeconds: 3 });
    const { report } = await bench.call(rawId);
    expect(report.call).toMatchObject({ answered: true });
    expect(report.notes).toContain('the call was answered');
  });

  test('stops ringing at Ctrl-C', async () => {
    const interrupt = new AbortController();
    const hungUp: string[] = [];
    const calls: CallPlacer = {
      async place(order) {
        const ringing = await bench.placer().place(order);
        interrupt.abort();
        return {
          ...ringing,
          hangUp: async () => {
            await ringing.hangUp();
            hungUp.push(ringing.id);
          },
        };
      },
    };
    const { report, code } = await bench.call(bench.registered().rawId, [], {
      calls,
      io: { signal: interrupt.signal },
    });
    expect(hungUp).toEqual([report.call!.id]);
    expect(report).toMatchObject({ verdict: 'unknown', ended: 'cancelled' });
    expect(code).toBe(3);
  });

  test('is not rung when Ctrl-C comes before the call', async () => {
    const { rawId, handle } = bench.registered();
    const interrupt = new AbortController();
    interrupt.abort();
    const { report, code } = await bench.call(rawId, [], { io: { signal: interrupt.signal } });
    expect(report).toMatchObject({
      verdict: 'unknown',
      ended: 'cancelled',
      evidence: 'ended before there was a call',
    });
    expect(bench.rung(handle)).toBe(0);
    expect(code).toBe(3);
  });

  test('may go on ringing when it cannot be hung up, and that is told', async () => {
    const calls: CallPlacer = {
      async place(order) {
        const ringing = await bench.placer().place(order);
        return { ...ringing, hangUp: () => Promise.reject(new Error('no network')) };
      },
    };
    const { report } = await bench.call(bench.registered().rawId, [], { calls });
    expect(report.verdict).toBe('delivered');
    expect(report.notes.join()).toContain('the call could not be hung up: no network');
  });
});

test('a network that is down is no fault of the stack', async () => {
  const down = new CallAutomation(
    { getToken: async () => ({ token: 'x', expiresOnTimestamp: Date.now() + 60_000 }) },
    { proxyOptions: { host: 'http://127.0.0.1', port: 9 }, retryOptions: { maxRetries: 0 } },
  );
  const { report, code } = await bench.call(bench.registered().rawId, [], { calls: down });
  expect(report).toMatchObject({ verdict: 'call-not-placed', mendable: false });
  expect(report.remedy).toContain('the network between here and Azure');
  expect(code).toBe(3);
});

test('--json prints the report and nothing else, in its documented shape', async () => {
  const { rawId } = bench.registered();
  const { report } = await bench.call(rawId);
  const text = expect.any(String);
  expect(report).toEqual({
    version: 1,
    verdict: 'delivered',
    notificationHubId: bench.app.hub,
    evidence: text,
    mendable: false,
    communicationServiceId: bench.app.acs,
    user: rawId,
    call: { id: text, placedAt: text, hungUpAt: text, answered: false },
    span: { from: text, to: text },
    hubs: [
      {
        notificationHubId: bench.app.hub,
        role: 'linked',
        accepted: 2,
        refused: 0,
        outcomes: { 'outgoing.apns.success': 2 },
        before: 0,
      },
    ],
    ended: 'final',
    time: text,
    notes: [],
  });
  const { from, to } = report.span!;
  expect(Date.parse(from)).toBeLessThanOrEqual(Date.parse(report.call!.placedAt));
  expect(Date.parse(to)).toBeGreaterThan(Date.parse(report.call!.hungUpAt));
});
