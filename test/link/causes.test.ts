import type { Report } from '../../link/report';
import { apnsCredential, fcmCredential, LinkedApp, MINUTE } from './support/linked-app';

/** The documentation's list of why a linked hub gets no push, each cause produced in local Azure. */
let app: LinkedApp;

beforeEach(async () => {
  app = await LinkedApp.start();
});

afterEach(() => app.close());

function failed({ checks }: Report): string[] {
  return checks.filter(({ status }) => status === 'fail').map(({ id }) => id);
}

/** The check that names the cause, which is the one whose remedy the verdict gives. */
function cause(report: Report) {
  const check = report.checks.find(({ status }) => status === 'fail');
  return { verdict: report.verdict, id: check?.id, evidence: check?.evidence, remedy: report.remedy };
}

test('nothing is wrong: the link of a fresh resource is settled as soon as the push services have answered', async () => {
  const report = await app.verify({ wait: true });
  expect(report.checks.filter(({ status }) => status !== 'pass').map(({ id }) => id)).toEqual(['seen-live']);
  expect(report).toMatchObject({
    verdict: 'settled',
    proved: true,
    ended: 'final',
    window: { applies: false },
  });
});

test('not linked', async () => {
  const communicationServiceId = `${app.acs}-never-linked`;
  const body = { location: 'global', properties: { dataLocation: 'Europe' } };
  await app.put(communicationServiceId, '2025-05-01', body);
  expect(cause(await app.verify({}, { communicationServiceId }))).toEqual({
    verdict: 'broken',
    id: 'linked-hub',
    evidence: 'no hub is linked',
    remedy: `link ${app.hub}: deploy the stack`,
  });
});

test('the hub was deleted', async () => {
  await app.delete(app.hub);
  expect(cause(await app.verify())).toEqual({
    verdict: 'broken',
    id: 'hub',
    evidence: `${app.hub} does not exist: it was deleted or never made`,
    remedy: 'deploy the stack: it makes the hub again and links it',
  });
});

test('no credential for a push service', async () => {
  await app.putHub(app.hub, {});
  const report = await app.verify({}, { apns: undefined, fcmV1: undefined });
  expect(failed(report)).toEqual(['apns-credential', 'fcm-v1-credential']);
  expect(cause(report)).toMatchObject({
    verdict: 'broken',
    evidence: 'the hub has no APNs credential: no push reaches an Apple device',
  });
});

test('APNs in certificate mode', async () => {
  await app.putHub(app.hub, {
    ...fcmCredential(),
    apnsCredential: {
      properties: {
        endpoint: 'gateway.push.apple.com',
        apnsCertificate: Buffer.from('certificate').toString('base64'),
        certificateKey: 'secret',
      },
    },
  });
  expect(cause(await app.verify())).toEqual({
    verdict: 'broken',
    id: 'apns-credential',
    evidence: 'the APNs credential is in certificate mode, which Communication Services does not support',
    remedy: 'replace the certificate by a token credential (.p8 key) and deploy',
  });
});

test('a policy without Send', async () => {
  await app.putRule(['Listen']);
  const report = await app.verify();
  expect(cause(report)).toEqual({
    verdict: 'broken',
    id: 'policy-rights',
    evidence: 'the policy lacks Send; its rights are: Listen',
    remedy: `set the rights of ${app.rule} to Send: deploy the stack`,
  });
  expect(failed(report)).toEqual(['policy-rights', 'connection-string']);
});

test('a wrong connection string: the hub refuses what Communication Services sends', async () => {
  await app.pass(30 * MINUTE);
  const string = await app.connectionString();
  await app.link(
    string.replace(/SharedAccessKey=.*/, `SharedAccessKey=${Buffer.alloc(32).toString('base64')}`),
  );
  await app.pass(11 * MINUTE);
  expect(await app.call()).toEqual([401]);
  await app.pass(10 * MINUTE);
  const report = await app.verify();
  expect(failed(report)).toEqual(['refusals']);
  expect(report.remedy).toContain('link again with a present key of the policy');
  expect(cause(report).evidence).toContain(
    'the connection string that Communication Services holds is wrong',
  );
});

test('a wrong connection string: the link was replaced by hand since the deploy', async () => {
  const record = { linkedAt: app.clock.now() };
  await app.pass(30 * MINUTE);
  await app.link(
    await app.connectionString(`${app.otherHub}/authorizationRules/DefaultFullSharedAccessSignature`),
  );
  const report = await app.verify({}, { record });
  expect(failed(report)).toEqual(['window']);
  expect(cause(report).evidence).toMatch(/^linked again by .* after the recorded link/);
  expect(report.remedy).toContain("set the link's relinkToken to another text and deploy");
});

test('a wrong resource id: another hub is linked', async () => {
  const other = `${app.otherHub}/authorizationRules/DefaultFullSharedAccessSignature`;
  await app.link(await app.connectionString(other), app.otherHub);
  expect(cause(await app.verify())).toEqual({
    verdict: 'broken',
    id: 'linked-hub',
    evidence: `notificationHubId is ${app.otherHub}; expected ${app.hub}`,
    remedy: "it was linked by other means: set the link's relinkToken to another text and deploy",
  });
});

test('the key was regenerated since the link', async () => {
  await app.pass(30 * MINUTE);
  await app.post(app.rule, 'regenerateKeys', { policyKey: 'PrimaryKey' });
  const report = await app.verify();
  expect(failed(report)).toEqual(['key-current']);
  expect(cause(report).evidence).toMatch(/^a key of the policy was regenerated by .*, after the link/);
  expect(report.remedy).toContain('link again with a present key: deploy the stack');
});

describe('drift', () => {
  test('rights that were widened by hand are found, by ARM and by the hub itself', async () => {
    await app.putRule(['Listen', 'Send']);
    const report = await app.verify();
    expect(failed(report)).toEqual(['policy-rights', 'connection-string']);
    expect(cause(report).evidence).toBe('the policy has more than Send; its rights are: Listen, Send');
  });

  test('a credential that was removed by hand is found', async () => {
    await app.putHub(app.hub, apnsCredential());
    expect(cause(await app.verify())).toMatchObject({
      id: 'fcm-v1-credential',
      evidence: 'the hub has no FCM v1 credential: no push reaches an Android device',
    });
  });
});
