import { TerraformVariable } from 'cdktf';
import { CommunicationService, Naming, PushRelay, type DevicesApi } from '../../../constructs';
import { parseEnvironment, EnvironmentError, type EnvironmentInput } from '../../../environments/schema';
import { ensureAssets } from '../../support/assets';
import { ACS_ID, GROUP, hub, SUBSCRIPTION } from '../../support/samples';
import { errorOf, newStack, settingsOf, synth, warnings } from '../../support/synth';

beforeAll(ensureAssets);

const TENANT = '11111111-1111-1111-1111-111111111111';
const EXTERNAL_ID = `https://contoso.ciamlogin.com/${TENANT}/v2.0`;
const B2C = 'https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_signupsignin/v2.0';

function settings(over: Partial<DevicesApi>, stack = newStack()): Record<string, string> {
  new PushRelay(stack, 'Relay', {
    resourceGroup: GROUP,
    naming: new Naming('contoso', 'x7k2p9'),
    communicationService: CommunicationService.fromCommunicationServiceId(stack, 'Acs', ACS_ID),
    hub: hub(stack),
    devicesApi: { tenantId: TENANT, audience: 'api://contoso-devices', ...over },
  });
  return settingsOf(synth(stack), '-devices-');
}

/** The mistakes that an environment with these is told of, one a line. */
function problems(over: object): readonly string[] {
  const input = {
    name: 'qa',
    subscriptionId: SUBSCRIPTION,
    appName: 'contoso',
    location: 'westeurope',
    dataLocation: 'Europe',
    sku: 'Basic',
    apns: { keyId: 'ABC123DEFG', teamId: 'TEAM123456', bundleId: 'com.contoso.app', endpoint: 'sandbox' },
    fcm: true,
    secrets: { source: 'variables' },
    backend: { type: 'local' },
    events: { target: 'relay', devicesApi: { tenantId: TENANT, audience: 'api://contoso-devices', ...over } },
  } as EnvironmentInput;
  try {
    parseEnvironment('environments/qa.ts', input);
  } catch (error) {
    return (error as EnvironmentError).problems;
  }
  return [];
}

describe('the devices API', () => {
  test.each([EXTERNAL_ID, B2C])('takes the tokens of customers of %s', (authority) => {
    expect(settings({ authority }).RELAY_API_AUTHORITY).toBe(authority);
    expect(problems({ authority })).toEqual([]);
  });

  test('warns of customers who may act for nobody, because no claim names their ACS identity', () => {
    const warned = (over: Partial<DevicesApi>) => {
      const stack = newStack();
      settings(over, stack);
      return warnings(stack).filter((text) => text.includes('devicesApi'));
    };
    expect(warned({ authority: EXTERNAL_ID })).toEqual([
      expect.stringContaining('without identityClaim they may act for nobody'),
    ]);
    expect(warned({ authority: EXTERNAL_ID, identityClaim: 'acs_identity' })).toEqual([]);
    expect(warned({ authority: `https://login.microsoftonline.com/${TENANT}/v2.0` })).toEqual([]);
    expect(warned({})).toEqual([]);
  });

  test('takes an authority that is not known before the deploy', () => {
    const stack = newStack();
    const authority = new TerraformVariable(stack, 'authority', {}).stringValue;
    expect(settings({ authority }, stack).RELAY_API_AUTHORITY).toBe('${var.authority}');
  });

  test.each([
    'http://contoso.ciamlogin.com/t/v2.0',
    `${EXTERNAL_ID}/`,
    `${EXTERNAL_ID}/.well-known/openid-configuration`,
    'https://contoso.ciamlogin.com',
    'contoso.ciamlogin.com',
  ])('fails the synthesis with the authority %s', (authority) => {
    const takes = `takes the https URL of an authority with the tenant, ending in /v2.0, for example '${EXTERNAL_ID}'`;
    expect(errorOf(() => settings({ authority }))).toContain(
      `devicesApi.authority ${takes}; got '${authority}'`,
    );
    expect(problems({ authority })).toEqual([`events.devicesApi.authority: ${takes}, got '${authority}'`]);
  });

  test('is told of the limits of an address, and of the proxies before it', () => {
    const limits = { requestsPerMinutePerAddress: 5000, failuresPerMinutePerAddress: 100, proxies: 1 };
    expect(settings(limits)).toMatchObject({
      RELAY_API_REQUESTS_PER_MINUTE_PER_ADDRESS: '5000',
      RELAY_API_FAILURES_PER_MINUTE_PER_ADDRESS: '100',
      RELAY_API_PROXIES: '1',
    });
    expect(problems(limits)).toEqual([]);
  });

  test('is told how many devices a user may have, and how long each', () => {
    const limits = { maxDevicesPerUser: 5, deviceLifetimeDays: 0 };
    const told = { RELAY_MAX_DEVICES_PER_USER: '5', RELAY_DEVICE_LIFETIME_DAYS: '0' };
    expect(settings(limits)).toMatchObject(told);
    expect(problems(limits)).toEqual([]);
    for (const setting of Object.keys(told)) expect(settings({})).not.toHaveProperty(setting);
  });

  test.each([
    ['maxDevicesPerUser', 0, '1 to 500'],
    ['maxDevicesPerUser', 501, '1 to 500'],
    ['deviceLifetimeDays', -1, '0 to 9999'],
    ['deviceLifetimeDays', 1.5, '0 to 9999'],
    ['requestsPerMinute', 0, '1 to 999999'],
    ['requestsPerMinutePerAddress', 1.5, '1 to 999999'],
    ['failuresPerMinutePerAddress', 1_000_000, '1 to 999999'],
    ['proxies', -1, '0 to 9'],
    ['proxies', 10, '0 to 9'],
  ])('fails the synthesis with %s %d', (prop, value, range) => {
    expect(errorOf(() => settings({ [prop]: value }))).toContain(
      `devicesApi.${prop} takes a whole number from ${range}, got ${value}`,
    );
    expect(problems({ [prop]: value })).toEqual([
      expect.stringMatching(new RegExp(`^events\\.devicesApi\\.${prop}: takes a whole number from `)),
    ]);
  });
});
