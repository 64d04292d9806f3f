import { ArmError } from '../../../../azure/core/http';
import { hubCredentials } from '../../../../azure/services/notification-hubs/credentials';
import {
  apnsCredential,
  fcmCredential,
  Harness,
  HUB_ID,
  NAMESPACE_ID,
  PREVIEW,
} from '../../../support/harness';

const STABLE = '2023-09-01';
const RULE_ID = `${HUB_ID}/authorizationRules/send-only`;
let azure: Harness;

const refusal = (status: number, code: string, message = '') =>
  expect.objectContaining({ status, code, message: expect.stringContaining(message) });
const credentials = async (apiVersion: string) => {
  const { body } = await azure.post(HUB_ID, 'pnsCredentials', apiVersion);
  return Object.keys((body as { properties: object }).properties).sort();
};

beforeEach(async () => {
  azure = new Harness();
  await azure.hub();
});
afterEach(async () => azure.close());

describe('a namespace', () => {
  const namespaceId = (name: string) => NAMESPACE_ID.replace('nhns-test', name);

  test('shows its endpoint and that it is in use', () => {
    expect(azure.get(NAMESPACE_ID)).toMatchObject({
      sku: { name: 'Basic' },
      properties: {
        provisioningState: 'Succeeded',
        status: 'Created',
        enabled: true,
        serviceBusEndpoint: 'https://nhns-test.servicebus.windows.net:443/',
      },
    });
  });

  test.each([
    ['short', { sku: { name: 'Basic' } }, 'The namespace name'],
    ['1-begins-with-a-digit', { sku: { name: 'Basic' } }, 'The namespace name'],
    ['nhns-other', { sku: { name: 'Premium' } }, "The sku 'Premium'"],
    ['nhns-other', {}, "The sku ''"],
  ])('named %s with %j is refused', async (name, body, message) => {
    const put = azure.put(namespaceId(name), PREVIEW, { location: 'westeurope', ...body });
    await expect(put).rejects.toEqual(refusal(400, 'BadRequest', message));
  });

  test('cannot take the name of another group’s', async () => {
    const other = NAMESPACE_ID.replace('rg-test', 'rg-other');
    const put = azure.put(other, PREVIEW, { location: 'westeurope', sku: { name: 'Free' } });
    await expect(put).rejects.toEqual(refusal(409, 'NamespaceUnavailable'));
  });

  test('tells whether a hub’s name is free', async () => {
    const ask = async (name: string) =>
      (await azure.post(NAMESPACE_ID, 'checkNotificationHubAvailability', PREVIEW, { name })).body;
    expect(await ask('calling')).toMatchObject({ isAvailiable: false });
    expect(await ask('relay')).toMatchObject({ isAvailiable: true });
  });
});

describe('a hub', () => {
  test('never shows its credentials in a GET', () => {
    const shown = JSON.stringify(azure.get(HUB_ID));
    expect(shown).not.toMatch(/PRIVATE KEY|apnsCredential|fcmV1Credential/);
  });

  test('shows its credentials by pnsCredentials', async () => {
    const { body } = await azure.post(HUB_ID, 'pnsCredentials', PREVIEW);
    expect(body).toMatchObject({ id: HUB_ID, properties: { ...apnsCredential(), ...fcmCredential() } });
  });

  test('hides FCM v1 from clients of the stable version', async () => {
    expect(await credentials(PREVIEW)).toEqual(['apnsCredential', 'fcmV1Credential']);
    expect(await credentials(STABLE)).toEqual(['apnsCredential']);
  });

  test('loses FCM v1 to a PUT with the stable version', async () => {
    await azure.put(HUB_ID, STABLE, {
      location: 'westeurope',
      properties: { ...apnsCredential(), ...fcmCredential() },
    });
    expect(await credentials(PREVIEW)).toEqual(['apnsCredential']);
  });

  test('loses a credential that a PUT leaves out, and keeps it over a PATCH', async () => {
    await azure.put(HUB_ID, PREVIEW, { location: 'westeurope', tags: { t: 'b' }, properties: {} }, 'PATCH');
    expect(await credentials(PREVIEW)).toEqual(['apnsCredential', 'fcmV1Credential']);
    await azure.put(HUB_ID, PREVIEW, { location: 'westeurope', properties: fcmCredential() });
    expect(await credentials(PREVIEW)).toEqual(['fcmV1Credential']);
  });

  test.each([
    ['APNs without a key id', apnsCredential({ keyId: undefined }), 'apnsCredential of'],
    ['FCM without a private key', fcmCredential({ privateKey: '' }), 'lacks privateKey'],
  ])('refuses %s', async (_, properties, message) => {
    const put = azure.put(HUB_ID, PREVIEW, { location: 'westeurope', properties });
    await expect(put).rejects.toEqual(refusal(400, 'BadRequest', message));
  });

  test('takes APNs in certificate mode', async () => {
    const apnsCertificate = { properties: { apnsCertificate: 'MII…', endpoint: 'gateway.push.apple.com' } };
    await azure.put(HUB_ID, PREVIEW, {
      location: 'westeurope',
      properties: { apnsCredential: apnsCertificate },
    });
    const hub = azure.store.get(HUB_ID)!;
    expect(hubCredentials(hub).apnsCredential).toEqual(apnsCertificate.properties);
  });

  test('has the two default rules', () => {
    const rules = azure.store.list({ below: HUB_ID }).map((rule) => [rule.name, rule.properties.rights]);
    expect(rules).toEqual(
      expect.arrayContaining([
        ['DefaultListenSharedAccessSignature', ['Listen']],
        ['DefaultFullSharedAccessSignature', ['Listen', 'Manage', 'Send']],
      ]),
    );
  });
});

describe('the time of creation', () => {
  const HOUR = 60 * 60_000;
  const DEFAULT_RULE = `${HUB_ID}/authorizationRules/DefaultListenSharedAccessSignature`;
  const at = (hours: number) => new Date(Date.UTC(2026, 0, 1, hours)).toISOString();
  const putHub = () => azure.put(HUB_ID, PREVIEW, { location: 'westeurope', tags: { a: 'b' } });
  const putRule = () => azure.put(RULE_ID, PREVIEW, { properties: { rights: ['Send'] } });

  beforeEach(async () => {
    await azure.clock.advance(HOUR);
    await putRule();
  });

  test('of a hub and a rule stays over further PUTs, the time of change does not', async () => {
    await azure.clock.advance(HOUR);
    await putHub();
    await putRule();
    expect(azure.get(HUB_ID)).toMatchObject({ systemData: { createdAt: at(0), lastModifiedAt: at(2) } });
    expect(azure.get(RULE_ID)).toMatchObject({
      systemData: { createdAt: at(1), lastModifiedAt: at(2) },
      properties: { createdTime: at(1), modifiedTime: at(2) },
    });
  });

  test('is a new one when they were deleted and made again', async () => {
    await azure.clock.advance(HOUR);
    await azure.delete(RULE_ID);
    await putRule();
    expect(azure.get(RULE_ID)).toMatchObject({
      systemData: { createdAt: at(2) },
      properties: { createdTime: at(2), modifiedTime: at(2), revision: 1 },
    });
    await azure.clock.advance(HOUR);
    await azure.delete(HUB_ID);
    await putHub();
    expect(azure.get(HUB_ID)).toMatchObject({ systemData: { createdAt: at(3) } });
    expect(azure.get(DEFAULT_RULE)).toMatchObject({ properties: { createdTime: at(3) } });
  });

  test('of a rule is not moved by a regenerated key', async () => {
    await azure.clock.advance(HOUR);
    await azure.post(RULE_ID, 'regenerateKeys', PREVIEW, { policyKey: 'PrimaryKey' });
    expect(azure.get(RULE_ID)).toMatchObject({ properties: { createdTime: at(1) } });
  });
});

describe('an authorization rule', () => {
  const put = (rights: unknown) => azure.put(RULE_ID, PREVIEW, { properties: { rights } });

  test('made again has keys of its own', async () => {
    await put(['Send']);
    const keys = async () => (await azure.post(RULE_ID, 'listKeys', PREVIEW)).body as Record<string, string>;
    const before = await keys();
    await azure.delete(RULE_ID);
    await put(['Send']);
    const after = await keys();
    expect(new Set([before, after].flatMap((one) => [one.primaryKey, one.secondaryKey])).size).toBe(4);
  });

  test('has random keys, which only listKeys shows', async () => {
    await put(['Send']);
    const { body } = await azure.post(RULE_ID, 'listKeys', PREVIEW);
    const keys = body as Record<string, string>;
    expect(Buffer.from(keys.primaryKey!, 'base64')).toHaveLength(32);
    expect(keys.primaryKey).not.toBe(keys.secondaryKey);
    expect(keys.secondaryConnectionString).toBe(
      `Endpoint=sb://nhns-test.servicebus.windows.net/;SharedAccessKeyName=send-only;SharedAccessKey=${keys.secondaryKey}`,
    );
    expect(JSON.stringify(azure.get(RULE_ID))).not.toContain(keys.primaryKey);
  });

  test('keeps its keys when its rights change', async () => {
    await put(['Send']);
    const before = await azure.connectionString(RULE_ID);
    await put(['Listen', 'Send']);
    expect(await azure.connectionString(RULE_ID)).toBe(before);
    expect(azure.get(RULE_ID)).toMatchObject({ properties: { rights: ['Listen', 'Send'], revision: 2 } });
  });

  test('regenerates just the key that is named', async () => {
    await put(['Send']);
    const keys = async () => (await azure.post(RULE_ID, 'listKeys', PREVIEW)).body as Record<string, string>;
    const before = await keys();
    await azure.post(RULE_ID, 'regenerateKeys', PREVIEW, { policyKey: 'SecondaryKey' });
    expect((await keys()).primaryKey).toBe(before.primaryKey);
    expect((await keys()).secondaryKey).not.toBe(before.secondaryKey);
  });

  test.each([
    ['no right', [], 'at least one'],
    ['an unknown right', ['Admin'], "The right 'Admin'"],
    ['Manage without the others', ['Manage'], 'needs Send and Listen'],
  ])('with %s is refused', async (_, rights, message) => {
    await expect(put(rights)).rejects.toEqual(refusal(400, 'BadRequest', message));
  });

  test('refuses to regenerate an unknown key', async () => {
    await put(['Send']);
    await expect(
      azure.post(RULE_ID, 'regenerateKeys', PREVIEW, { policyKey: 'Third' }),
    ).rejects.toBeInstanceOf(ArmError);
  });
});
