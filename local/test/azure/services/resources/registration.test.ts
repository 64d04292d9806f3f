import { ManualClock } from '../../../../azure/core/clock';
import { startLocalAzure, SUBSCRIPTION_ID, type LocalAzure, type LocalAzureOptions } from '../../../../azure';
import { arm } from '../../../support/clients';

const PROVIDERS = `/subscriptions/${SUBSCRIPTION_ID}/providers`;
const GROUP = `/subscriptions/${SUBSCRIPTION_ID}/resourceGroups/rg`;
const ACS = `${GROUP}/providers/Microsoft.Communication/communicationServices/acs`;
const SERVICE = { location: 'global', properties: { dataLocation: 'Europe' } };

let azure: LocalAzure;
const start = async (options: LocalAzureOptions) => {
  azure = await startLocalAzure(options);
  await arm(azure, 'PUT', GROUP, '2023-07-01', { location: 'westeurope' });
};
afterEach(() => azure.close());

const state = async (namespace: string): Promise<string> =>
  (await arm(azure, 'GET', `${PROVIDERS}/${namespace}`, '2022-09-01')).json.registrationState;
const register = async (namespace: string): Promise<string> =>
  (await arm(azure, 'POST', `${PROVIDERS}/${namespace}/register`, '2022-09-01')).json.registrationState;
const listed = async (): Promise<Record<string, string>> => {
  const { json } = await arm(azure, 'GET', PROVIDERS, '2022-09-01');
  return Object.fromEntries(
    json.value.map((one: Record<string, string>) => [one['namespace'], one['registrationState']]),
  );
};

describe('a resource provider', () => {
  test('is registered from the start unless said otherwise', async () => {
    await start({});
    expect(new Set(Object.values(await listed()))).toEqual(new Set(['Registered']));
    expect(await register('Microsoft.Web')).toBe('Registered');
    expect((await arm(azure, 'PUT', ACS, '2025-05-01', SERVICE)).status).toBeLessThan(300);
  });

  test('that is not registered refuses every request, until it is registered', async () => {
    const clock = new ManualClock();
    await start({ clock, registeredProviders: ['microsoft.web'] });
    const states = await listed();
    const named = Object.keys(states).filter((name) => states[name] === 'Registered');
    expect(named.sort()).toEqual(['Microsoft.Authorization', 'Microsoft.Resources', 'Microsoft.Web']);
    expect(states['Microsoft.Communication']).toBe('NotRegistered');

    const message =
      "The subscription is not registered to use namespace 'Microsoft.Communication'. " +
      'See https://aka.ms/rps-not-found for how to register subscriptions.';
    const code = 'MissingSubscriptionRegistration';
    const refusal = { code, message, details: [{ code, target: 'Microsoft.Communication', message }] };
    const cased = ACS.replace('Microsoft.Communication', 'microsoft.communication');
    for (const [method, id, body] of [
      ['PUT', ACS, SERVICE],
      ['GET', cased, undefined],
      ['DELETE', ACS, undefined],
      ['POST', `${ACS}/listKeys`, undefined],
      [
        'GET',
        `/subscriptions/${SUBSCRIPTION_ID}/providers/Microsoft.Communication/communicationServices`,
        undefined,
      ],
      [
        'POST',
        `/subscriptions/${SUBSCRIPTION_ID}/providers/Microsoft.Communication/checkNameAvailability`,
        {},
      ],
    ] as const) {
      const { status, json } = await arm(azure, method, id, '2025-05-01', body);
      expect([method, id, status, json.error]).toEqual([method, id, 409, refusal]);
    }

    expect(await register('Microsoft.Communication')).toBe('Registering');
    expect((await arm(azure, 'PUT', ACS, '2025-05-01', SERVICE)).status).toBeLessThan(300);
    expect(await state('microsoft.communication')).toBe('Registering');
    await clock.advance(60_000);
    expect(await state('Microsoft.Communication')).toBe('Registered');
    expect(await state('Microsoft.EventGrid')).toBe('NotRegistered');
  });

  test('stays registered in a snapshot', async () => {
    await start({ registeredProviders: [] });
    await register('Microsoft.EventGrid');
    const snapshot = await azure.snapshot();
    await azure.reset();
    expect(await state('Microsoft.EventGrid')).toBe('NotRegistered');
    await azure.reset(snapshot);
    expect(await state('Microsoft.EventGrid')).not.toBe('NotRegistered');
    expect(await state('Microsoft.Web')).toBe('NotRegistered');
  });

  test('of types that are not played has no registration', async () => {
    await start({ registeredProviders: [] });
    const vnet = `${GROUP}/providers/Microsoft.Unheard/things/a`;
    expect((await arm(azure, 'PUT', vnet, '2025-05-01', { location: 'westeurope' })).status).toBeLessThan(
      300,
    );
    expect((await arm(azure, 'POST', `${PROVIDERS}/Microsoft.Unheard/register`, '2022-09-01')).status).toBe(
      404,
    );
  });
});
